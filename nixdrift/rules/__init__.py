"""The rules: which verdicts are findings, at which level, and what to do about them. One file a rule."""

from collections.abc import Sequence

from nixdrift.judgement import Finding, Judgement
from nixdrift.rules.frozen import FROZEN
from nixdrift.rules.masked import MASKED
from nixdrift.rules.rule import Rule
from nixdrift.rules.stale import STALE
from nixdrift.rules.unclaimed import UNCLAIMED
from nixdrift.rules.unknown import UNKNOWN
from nixdrift.rules.unproven import UNPROVEN

RULES: tuple[Rule, ...] = (STALE, MASKED, FROZEN, UNPROVEN, UNKNOWN, UNCLAIMED)
"""Every rule there is."""


def apply_rules(judgement: Judgement) -> tuple[Finding, ...]:
    """Give the findings of all rules, worst first, then by rule, component and paths."""
    return tuple(sorted((one for rule in RULES for one in rule.findings(judgement)), key=_order))


def _order(finding: Finding) -> tuple[int, str, str, Sequence[str]]:
    return -finding.level.severity, finding.rule, finding.component or "", finding.paths


__all__ = ["RULES", "Rule", "apply_rules"]
