"""A timeline as a page for a browser: the picture, and the same in words."""

from markupsafe import Markup

from nixdrift import __version__
from nixdrift.formats.html.shell import page
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, some
from nixdrift.timeline.plot import timeline_svg
from nixdrift.timeline.text import timeline_text
from nixdrift.timeline.timeline import Timeline


def timeline_html(timeline: Timeline) -> bytes:
    """Write a timeline as one HTML page, complete in itself."""
    harmed = [clean(one.name) for one in timeline.components if one.harmed]
    gaps = timeline.census.gaps
    state, stamp = ("error", "lost") if harmed else ("incomplete", "incomplete") if gaps else ("clean", "clean")
    content = {
        "state": state,
        "stamp": stamp,
        "sentence": f"{_sentence(harmed)} in {counted(timeline.census.commits, 'commit')}"
        + (f"; {counted(gaps, 'commit')} did not evaluate" if gaps else ""),
        # Names are escaped where the picture is drawn.
        "picture": Markup(timeline_svg(timeline).decode()),  # noqa: S704
        "words": timeline_text(timeline, width=100),
        "version": __version__,
    }
    return page("history.html", content, has_graph=False)


def _sentence(harmed: list[str]) -> str:
    return f"Changes were lost on their way to {some(harmed)}" if harmed else "No change was lost on its way"
