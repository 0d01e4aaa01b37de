"""What drawings of the affected graph have in common: what a node is called, and the colours of the verdicts."""

from collections.abc import Mapping

from nixdrift.affected_graph import AffectedNode, NodeKind
from nixdrift.judgement import Verdict
from nixdrift.report import Report
from nixdrift.report.escapes import clean

COLOURS: Mapping[Verdict, str] = {
    Verdict.UNCHANGED: "#eaeef2",
    Verdict.RIPPLED: "#ddf4ff",
    Verdict.ADDED: "#dafbe1",
    Verdict.REMOVED: "#d0d7de",
    Verdict.REBUILT: "#aceebb",
    Verdict.UNKNOWN: "#fff8c5",
    Verdict.UNPROVEN: "#fae17d",
    Verdict.FROZEN: "#b6e3ff",
    Verdict.MASKED: "#ffc680",
    Verdict.STALE: "#ffaba8",
}
"""Verdict → what a node of it is filled with; dark text is read on each."""

TEXT_COLOUR = "#1f2328"
BROKEN_COLOUR = "#cf222e"


def name_of_node(node: AffectedNode) -> str:
    """Give the name of a node, in which nothing steers a program."""
    return clean(node.name)


def label_of(node: AffectedNode) -> str:
    """Give what is written in a node: its name, and of a component its verdict."""
    name = name_of_node(node)
    return f"{name}: {node.verdict.value}" if node.kind is NodeKind.COMPONENT and node.verdict else name


def failed_names(report: Report) -> tuple[str, ...]:
    """Give the attributes that did not evaluate at either end: whoever draws a report has to say that, too."""
    return tuple(sorted({clean(one.name) for one in (*report.failed_base, *report.failed_head)}))
