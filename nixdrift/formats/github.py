"""GitHub annotations: workflow commands, which a runner reads from what a step prints; known findings are left out.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from dataclasses import dataclass

from nixdrift.evaluation import Position
from nixdrift.formats.findings import explained, fallback_path, not_evaluated, open_findings, place, text_path, title
from nixdrift.judgement import Finding, Level
from nixdrift.report import Report
from nixdrift.report.page import counted, cut

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
# GitHub shows so many annotations of a kind of each step, and cuts longer messages.
_MOST = 10
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark at a place in a file."""

    level: Level
    where: Position
    title: str
    message: str


def render(report: Report) -> bytes:
    """Write a line for each annotation: the worst first, and as many of a kind as GitHub shows."""
    found = annotations(report)
    shown = [one for level in Level for one in _fitting([one for one in found if one.level is level])]
    return "".join(f"{_command(one)}\n" for one in shown).encode()


def annotations(report: Report) -> list[Annotation]:
    """Give all that there is to remark, what did not evaluate first."""
    where = Position(fallback_path(report), 1)
    failures = [Annotation(Level.ERROR, where, "not evaluated", one.sentence) for one in not_evaluated(report)]
    return [*failures, *(_annotation(one, report) for one in open_findings(report))]


def _annotation(finding: Finding, report: Report) -> Annotation:
    return Annotation(finding.level, place(finding, report), title(finding), explained(finding, "\n"))


def _fitting(found: list[Annotation]) -> list[Annotation]:
    """Keep as many as are shown; the last one says how many are not."""
    if len(found) <= _MOST:
        return found
    kept, last = found[: _MOST - 1], found[_MOST - 1]
    more = counted(len(found) - len(kept), f"more {_COMMANDS[last.level]}")
    message = f"GitHub shows {_MOST} of a kind: the report has {more}"
    return [*kept, Annotation(last.level, last.where, "and more", message)]


def _command(one: Annotation) -> str:
    properties = {"file": text_path(one.where.path), "line": str(one.where.line), "title": f"nixdrift {one.title}"}
    given = ",".join(f"{name}={_property(cut(value, _LONGEST))}" for name, value in properties.items())
    return f"::{_COMMANDS[one.level]} {given}::{_data(cut(one.message, _LONGEST))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
