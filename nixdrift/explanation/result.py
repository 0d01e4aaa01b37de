"""The nouns of an explanation: which derivations move a component."""

from dataclasses import dataclass

from nixdrift.difference import DerivationDifference
from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Census, ComponentJudgement, Finding
from nixdrift.report import RevisionInfo


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs inside of a component."""

    causes: tuple[DerivationDifference, ...]
    """What moves it, nearest first."""
    no_causes: tuple[DerivationDifference, ...]
    """Fixed outputs that did not move, whatever of their derivations differs."""
    follow: int
    """How many derivations differ only because of their inputs."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of why a component has its verdict."""

    base: RevisionInfo
    head: RevisionInfo
    judged: ComponentJudgement
    differences: Differences
    findings: tuple[Finding, ...]
    """Those about this component."""
    failed: tuple[FailedAttribute, ...]
    census: Census
