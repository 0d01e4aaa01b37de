"""A timeline as a picture: a row for each component, a column for each commit, a colour for each verdict."""

from collections.abc import Iterator
from html import escape

from nixdrift.judgement import Verdict
from nixdrift.report.escapes import clean
from nixdrift.timeline.step import StepComponent
from nixdrift.timeline.text import when
from nixdrift.timeline.timeline import ComponentHistory, Stop, Timeline

COLORS: dict[Verdict, str] = {
    Verdict.UNCHANGED: "#e3e6ea",
    Verdict.RIPPLED: "#9db7d5",
    Verdict.ADDED: "#7aa6c2",
    Verdict.REMOVED: "#b8b8b8",
    Verdict.REBUILT: "#3f9b63",
    Verdict.UNKNOWN: "#cbb6dd",
    Verdict.UNPROVEN: "#a678c8",
    Verdict.FROZEN: "#5fb3c9",
    Verdict.MASKED: "#f2a33a",
    Verdict.STALE: "#d1342f",
}
"""Verdict → the colour of its cell; harm is told by lightness, too."""

_GAP = "url(#gap)"
_GAP_PATTERN = (
    '<defs><pattern id="gap" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#fff"/><path d="M0 4L4 0" stroke="#888"/></pattern></defs>'
)
_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    'font-family="sans-serif" font-size="11" role="img" aria-label="components by commits">'
)
_BROKEN = '<path d="M{left} {top}v{height}" stroke="#000" stroke-width="2"><title>broken since</title></path>'
_CELL, _LEFT, _TOP, _LINE = 16, 220, 28, 20
_MOST_NAME = 30


def timeline_svg(timeline: Timeline) -> bytes:
    """Draw a timeline as one SVG file, oldest commit first; every cell says in words what it shows."""
    stops, components = timeline.stops, timeline.components
    width = _LEFT + _CELL * len(stops) + 20
    height = _TOP + _CELL * len(components) + 3 * _LINE + 10
    lines = [
        _OPENING.format(width=max(width, 760), height=height),
        _GAP_PATTERN,
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="16" fill="#333">{_label(stops[0])} → {_label(stops[-1])}</text>',
    ]
    for number, history in enumerate(components):
        lines += _row(history, stops, _TOP + number * _CELL)
    lines += _legend(_TOP + len(components) * _CELL + _LINE)
    return ("\n".join([*lines, "</svg>"]) + "\n").encode("utf-8", "backslashreplace")


def _label(stop: Stop) -> str:
    return f"{when(stop.commit)} {stop.commit.commit[:10]}"


def _row(history: ComponentHistory, stops: tuple[Stop, ...], top: int) -> Iterator[str]:
    known = {commit.commit: one for commit, one in history.rows}
    name = clean(history.name)
    shown = name if len(name) <= _MOST_NAME else f"…{name[1 - _MOST_NAME :]}"
    yield (
        f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end" fill="#333">{escape(shown)}'
        f"<title>{escape(name)}</title></text>"
    )
    broken = history.introduced.first.commit.commit if history.introduced else None
    for column, stop in enumerate(stops):
        left = _LEFT + column * _CELL
        yield _cell(stop, known.get(stop.commit.commit), name, left, top)
        if stop.commit.commit == broken:
            yield _BROKEN.format(left=left, top=top - 1, height=_CELL)


def _cell(stop: Stop, one: StepComponent | None, name: str, left: int, top: int) -> str:
    fill, verdict = _GAP, "gap"
    if stop.gap is None:
        fill, verdict = ("#fff", "not there") if one is None else (COLORS[one.verdict], one.verdict.value)
    said = f"{name} at {_label(stop)} {clean(stop.commit.subject)}: {verdict}"
    return (
        f'<rect x="{left}" y="{top}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{escape(fill)}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _legend(top: int) -> Iterator[str]:
    for number, (name, fill) in enumerate([*((one.value, COLORS[one]) for one in COLORS), ("gap", _GAP)]):
        left = 20 + number % 6 * 110
        below = top + number // 6 * _LINE
        yield f'<rect x="{left}" y="{below}" width="12" height="12" fill="{escape(fill)}" stroke="#ccc"/>'
        yield f'<text x="{left + 17}" y="{below + 10}" fill="#333">{name}</text>'
