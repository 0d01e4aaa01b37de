"""The report: one plain data structure, which every format renders."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nixdrift.affected_graph import AffectedGraph
from nixdrift.difference import OwnDifferences
from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Finding, Judgement
from nixdrift.report.baseline import Settled

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One end of the comparison, as far as it is known."""

    revision: str | None = None
    commit: str | None = None
    tree: str | None = None
    nix_version: str | None = None
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found out between two revisions."""

    base: RevisionInfo
    head: RevisionInfo
    judgement: Judgement
    findings: tuple[Finding, ...]
    failed_base: tuple[FailedAttribute, ...] = ()
    failed_head: tuple[FailedAttribute, ...] = ()
    settled: Settled | None = None
    """What is known of the findings; None: nobody asked."""
    differences: Mapping[str, OwnDifferences] = field(default_factory=dict)
    """Name of a component → in what the derivation that it is differs by itself."""
    graph: AffectedGraph | None = None
    """None: nobody drew it."""
