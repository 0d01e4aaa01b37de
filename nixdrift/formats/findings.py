"""What several formats say of findings: which come first, where they are, and what did not evaluate."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from nixdrift.changes import shown
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import Finding
from nixdrift.report import Report
from nixdrift.report.baseline import new_findings
from nixdrift.report.escapes import clean

# Where nothing says where a finding is: an expression that every project with a flake has. Readers want a file.
_FALLBACK = "flake.nix"


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """An attribute that does not evaluate, made harmless, with the side on which it does not."""

    side: str
    name: str
    message: str

    @property
    def sentence(self) -> str:
        """Say what it means for the report."""
        return f"{self.name} does not evaluate at {self.side}, so it was not judged: {self.message}"

    @property
    def fingerprint(self) -> str:
        """Give what stays the same while it is the same attribute."""
        return hashlib.sha256(f"{self.side}\0{self.name}".encode()).hexdigest()[:16]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by level; within a level they stay as the report has them."""
    return sorted(findings, key=lambda one: -one.level.severity)


def open_findings(report: Report) -> list[Finding]:
    """Give the findings that are not known, worst first."""
    return worst_first(new_findings(report.findings, report.settled))


def not_evaluated(report: Report) -> list[NotEvaluated]:
    """Give what was not judged because it does not evaluate; head first, where it matters most."""
    sides = (("head", report.failed_head), ("base", report.failed_base))
    return [_not_evaluated(side, one) for side, failed in sides for one in _sorted(failed)]


def _sorted(failed: Iterable[FailedAttribute]) -> list[FailedAttribute]:
    return sorted(failed, key=lambda one: (one.name, one.message))


def _not_evaluated(side: str, one: FailedAttribute) -> NotEvaluated:
    return NotEvaluated(side, clean(one.name), clean(one.message))


def title(finding: Finding) -> str:
    """Name a finding in a few words."""
    about = "" if finding.component is None else f": {clean(finding.component)}"
    return f"{clean(finding.rule)}{about}"


def explained(finding: Finding, separator: str) -> str:
    """Write what was found, why, and what to do."""
    parts = (clean(finding.message), f"Why: {clean(finding.reason)}", f"To do: {clean(finding.remedy)}")
    return separator.join(parts)


def place(finding: Finding, report: Report) -> Position:
    """Give a place in a file for a finding.

    It is where the cause is written, or else the first changed path, an expression that changed, or ``flake.nix``:
    what has no place is shown nowhere.
    """
    if finding.location is not None and finding.location.path:
        return Position(finding.location.path, max(1, finding.location.line))
    return Position(next(filter(None, finding.paths), fallback_path(report)), 1)


def fallback_path(report: Report) -> str:
    """Give a file that stands for the whole project."""
    return next(filter(None, report.judgement.expressions), _FALLBACK)


def text_path(path: str) -> str:
    """Give a path for a format in which it is a text: as it is if it can be, so that it is found; else quoted."""
    return path if path.isprintable() else shown(path)
