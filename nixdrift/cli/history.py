"""``nixdrift history``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_NOT_JUDGED
from nixdrift.cli.options import (
    format_option_of,
    line_options,
    output_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from nixdrift.timeline.timeline import Timeline


@click.command(
    epilog="""\b
Examples:
  nixdrift history                                     the newest commits, every component
  nixdrift history v1.0..main --component goinstance   between two releases, one component
  nixdrift history --since '3 months ago' --format svg -o history.svg
"""
)
@click.argument("revisions", default="HEAD", metavar="[REVRANGE]")
@click.option("--component", "components", multiple=True, metavar="NAME", help="Tell of this; may be given again.")
@click.option("--since", metavar="DATE", help="Leave out what is older, as git's own --since.")
@line_options(100)
@click.option("--keep-going", is_flag=True, help="Exit with 0 even if a commit does not evaluate.")
@format_option_of("text", "json", "svg", "html", of="How to write the timeline.")
@output_option
def history(form: str, output: "Path | None", keep_going: bool, **given: Any) -> int:
    """Tell what became of every component, commit by commit, and since when its changes do not reach it.

    Follows the first parents of REVRANGE, a revision or A..B. Every commit is evaluated once; what is known of it is
    kept, so that the next run, or one that goes on where this was interrupted, is fast. For a component whose changes
    are not in it, the commit that brought this about is found by bisection, with what proves it on both sides. A commit
    that does not evaluate is a gap: the next one is compared with the one before.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.output import check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.history import history as run_history
    from nixdrift.request import HistoryRequest

    check_output(output)
    with progress() as status:
        found = run_history(HistoryRequest(progress=status.update, warn=say_warning, **request_fields(given)))
    write(_rendered(found, form, output), output)
    return EXIT_NOT_JUDGED if found.census.gaps and not keep_going else 0


def _rendered(found: "Timeline", form: str, output: "Path | None") -> bytes:
    from nixdrift.cli.output import as_text
    from nixdrift.timeline.document import timeline_json
    from nixdrift.timeline.page import timeline_html
    from nixdrift.timeline.plot import timeline_svg
    from nixdrift.timeline.text import timeline_text

    if form == "json":
        return timeline_json(found)
    if form == "svg":
        return timeline_svg(found)
    if form == "html":
        return timeline_html(found)
    return as_text(timeline_text, found, output)
