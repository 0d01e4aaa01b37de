"""Reports that are hard on a page: with hostile names in all places, and very large ones."""

from dataclasses import replace

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.difference import FieldDifference, InputDifference, OwnDifferences, SourceDifference
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import ComponentJudgement, Finding, PathJudgement, TraceStep, Verdict
from nixdrift.report import Report, RevisionInfo
from tests.reports import REPORTS, rich_report

HOSTILE = (
    "</script><script>window.taken=1</script>\"'--><img src=x onerror=window.taken=1>"
    " javascript:window.taken=1 \u2028&lt;"
)


def hostile_report() -> Report:
    """Give a report in which every name is hostile."""
    report = rich_report()
    judgement = report.judgement
    components = tuple(_hostile_component(one, place) for place, one in enumerate(judgement.components))
    difference = OwnDifferences(
        fields=(
            FieldDifference("env", HOSTILE, HOSTILE, HOSTILE + "\n" + HOSTILE),
            FieldDifference("args", None, None, HOSTILE),
        ),
        sources=(SourceDifference(HOSTILE, (HOSTILE,), ("b",), (HOSTILE,)),),
        inputs=(InputDifference(HOSTILE, HOSTILE, None),),
    )
    assert report.graph is not None
    return replace(
        report,
        base=replace(report.base, revision=HOSTILE),
        head=RevisionInfo(HOSTILE, nix_version=HOSTILE, system=HOSTILE),
        judgement=replace(judgement, components=components, ignored=(HOSTILE,), expressions=(HOSTILE,)),
        findings=tuple(map(_hostile_finding, report.findings)),
        failed_head=(FailedAttribute(HOSTILE, HOSTILE),),
        differences={components[0].component.name: difference},
        graph=replace(report.graph, nodes=tuple(replace(node, name=HOSTILE) for node in report.graph.nodes)),
    )


def _hostile_component(one: ComponentJudgement, place: int) -> ComponentJudgement:
    component = replace(one.component, name=HOSTILE + str(place), aliases=(HOSTILE,), position=Position(HOSTILE, 1))
    return replace(
        one, component=component, reason=HOSTILE, causes=(HOSTILE,), paths=tuple(map(_hostile_path, one.paths))
    )


def _hostile_path(one: PathJudgement) -> PathJudgement:
    steps = tuple(replace(step, name=HOSTILE) for step in one.trace)
    return replace(one, change=replace(one.change, path=HOSTILE), reason=HOSTILE, trace=steps)


def _hostile_finding(one: Finding) -> Finding:
    return replace(
        one,
        component=HOSTILE + "0",
        paths=(HOSTILE, HOSTILE),
        message=HOSTILE,
        reason=HOSTILE,
        trace=(TraceStep("path", HOSTILE), TraceStep("break", HOSTILE)),
        remedy=HOSTILE,
        location=Position(HOSTILE, 1),
    )


def large_report(number: int = 5000) -> Report:
    """Give a report of so many components that rippled, more that are unchanged, and a graph of so many nodes."""
    report = REPORTS["masked"]()
    judgement, graph = report.judgement, report.graph
    assert graph is not None
    like = next(one for one in judgement.components if one.verdict is not Verdict.MASKED)
    verdicts = [Verdict.RIPPLED] * number + [Verdict.UNCHANGED] * number
    more = tuple(
        replace(like, component=replace(like.component, name=f"package-{place}"), verdict=verdict, paths=())
        for place, verdict in enumerate(verdicts)
    )
    return replace(
        report,
        judgement=replace(judgement, components=judgement.components + more),
        graph=_grown(graph, number),
    )


def _grown(graph: AffectedGraph, number: int) -> AffectedGraph:
    begun = len(graph.nodes)
    nodes = tuple(
        AffectedNode(NodeKind.COMPONENT if place % 4 else NodeKind.DERIVATION, f"package-{place}")
        for place in range(begun, number)
    )
    edges = tuple(
        AffectedEdge(max(0, place - 1 - place * step % 300), place, EdgeKind.INPUT)
        for place in range(begun, number)
        for step in (7, 31)
    )
    return AffectedGraph(graph.nodes + nodes, graph.edges + edges)
