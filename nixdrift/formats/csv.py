"""CSV: a row for every component, for spreadsheets and data frames.

RFC 4180, in UTF-8, with a header. A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a
formula: such a cell has a ``'`` in front, as OWASP advises.
Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Mapping, Sequence

from nixdrift.changes import shown
from nixdrift.evaluation import Position
from nixdrift.formats.drawing import failed_names
from nixdrift.judgement import ComponentJudgement, Finding
from nixdrift.model import StorePath
from nixdrift.report import Report
from nixdrift.report.escapes import clean

COLUMNS = (
    "component",
    "verdict",
    "level",
    "moved",
    "touched_paths",
    "changed_paths",
    "moved_by",
    "derivation_before",
    "outputs_before",
    "derivation_after",
    "outputs_after",
    "position",
    "rules",
    "reason",
)

NOT_EVALUATED = "not-evaluated"
"""In the place of a verdict: an attribute that was not judged."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report) -> bytes:
    """Write the components of a report as CSV; the rows are sorted as the report is."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.component is not None:
            found.setdefault(finding.component, []).append(finding)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in report.judgement.components:
        writer.writerow([_cell(cell) for cell in _row(one, found.get(one.component.name, ()))])
    for name in failed_names(report):
        writer.writerow([_cell(name), NOT_EVALUATED, *[""] * (len(COLUMNS) - 2)])
    return text.getvalue().encode()


def _row(one: ComponentJudgement, findings: Sequence[Finding]) -> tuple[str, ...]:
    worst = max((finding.level for finding in findings), key=lambda level: level.severity, default=None)
    component = one.component
    return (
        component.name,
        one.verdict.value,
        worst.value if worst else "",
        one.moved.value,
        str(len(one.paths)),
        " ".join(shown(path.change.path) for path in one.paths),
        ", ".join(one.causes),
        component.before or "",
        _outputs(one.outputs_before),
        component.after or "",
        _outputs(one.outputs_after),
        _position(component.position),
        " ".join(sorted({finding.rule for finding in findings})),
        one.reason,
    )


def _outputs(outputs: Mapping[str, StorePath | None]) -> str:
    return " ".join(f"{name}={path or '?'}" for name, path in sorted(outputs.items()))


def _position(position: Position | None) -> str:
    return "" if position is None else f"{shown(position.path)}:{position.line}"


def _cell(text: str) -> str:
    written = clean(text)
    return f"'{written}" if written.startswith(_FORMULA) else written
