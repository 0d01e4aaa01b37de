"""The report as plain JSON values; ``schema.json`` beside this file describes them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import resources
from typing import Any

import orjson

from nixdrift import __version__
from nixdrift.affected_graph import AffectedGraph, AffectedNode
from nixdrift.changes import shown
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import ComponentJudgement, Finding, PathJudgement, TraceStep, UnclaimedDirectory
from nixdrift.model import StorePath
from nixdrift.report.baseline import Settled, entry_document, in_file_order
from nixdrift.report.differences import LONGEST_TEXT, difference_document
from nixdrift.report.escapes import clean as clean
from nixdrift.report.escapes import paths_document as paths_document
from nixdrift.report.report import VERSION, Report, RevisionInfo

Document = dict[str, Any]

TOOL = {"name": "nixdrift", "version": __version__}
"""What every report says of the program that made it."""


def render_json(report: Report) -> bytes:
    """Write a report as JSON: the same report gives the same bytes."""
    return written(document(report))


def written(document: Document) -> bytes:
    """Write JSON values as every report is written."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def schema() -> bytes:
    """Give the JSON Schema of the report."""
    return resources.files("nixdrift.report").joinpath("schema.json").read_bytes()


def with_shared_definitions(content: bytes) -> bytes:
    """Complete the JSON Schema of another report: what it does not define itself is as in this one's."""
    shared, own = orjson.loads(schema())["$defs"], orjson.loads(content)
    defined = own.setdefault("$defs", {})
    while missing := _referred(own) - defined.keys():
        defined |= {name: shared[name] for name in sorted(missing)}
    return written(own)


def _referred(value: object) -> set[str]:
    """Give the names of all definitions that a JSON Schema refers to."""
    match value:
        case {"$ref": str(reference)}:
            return {reference.rpartition("/")[2]}
        case dict():
            return {name for one in value.values() for name in _referred(one)}
        case list():
            return {name for one in value for name in _referred(one)}
    return set()


def document(report: Report) -> Document:
    """Give a report as JSON values: lists are sorted, unusual paths are quoted as git quotes them."""
    judgement = report.judgement
    return {
        "version": VERSION,
        "tool": TOOL,
        "base": revision_document(report.base),
        "head": revision_document(report.head),
        "census": asdict(judgement.census),
        "components": [component_document(one) for one in judgement.components],
        "unclaimed": [unclaimed_document(one) for one in judgement.unclaimed],
        "ignored": paths_document(judgement.ignored),
        "housekeeping": paths_document(judgement.housekeeping),
        "expressions": paths_document(judgement.expressions),
        "failed": sided_failures(report.failed_base, report.failed_head),
        "baseline": baseline_document(report.settled),
        "findings": [finding_document(one, report.settled) for one in report.findings],
        "differences": [
            {"component": clean(name), **difference_document(one, longest=LONGEST_TEXT)}
            for name, one in sorted(report.differences.items())
        ],
        "graph": None if report.graph is None else graph_document(report.graph),
    }


def graph_document(graph: AffectedGraph) -> Document:
    """Give the affected graph as JSON values; an edge names two places in the list of nodes."""
    return {
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [{"start": edge.start, "end": edge.end, "kind": edge.kind.value} for edge in graph.edges],
        "left_out": graph.left_out,
    }


def _node(node: AffectedNode) -> Document:
    return {
        "kind": node.kind.value,
        "name": clean(node.name),
        "store_path": node.store_path,
        "component": None if node.component is None else clean(node.component),
        "verdict": None if node.verdict is None else node.verdict.value,
        "number": node.number,
    }


def revision_document(info: RevisionInfo) -> Document:
    """Give what is known of a revision as JSON values; it may be called anything."""
    return {name: None if value is None else clean(value) for name, value in asdict(info).items()}


def component_document(judged: ComponentJudgement) -> Document:
    """Give what became of a component as JSON values."""
    component = judged.component
    return {
        "name": clean(component.name),
        "aliases": [clean(alias) for alias in component.aliases],
        "is_root": component.is_root,
        "verdict": judged.verdict.value,
        "reason": clean(judged.reason),
        "pairing": component.pairing.value,
        "moved": judged.moved.value,
        "moved_by": [clean(cause) for cause in judged.causes],
        "position": position_document(component.position),
        "before": _side(component.before, judged.outputs_before),
        "after": _side(component.after, judged.outputs_after),
        "changed_paths": [_path(path) for path in judged.paths],
    }


def _side(path: StorePath | None, outputs: Mapping[str, StorePath | None]) -> Document | None:
    return None if path is None else {"derivation": path, "outputs": dict(outputs)}


def _path(path: PathJudgement) -> Document:
    return {
        "path": shown(path.change.path),
        "change": path.change.kind.value,
        "owner": {"evidence": path.ownership.kind.value, "reason": clean(path.ownership.reason)},
        "verdict": path.verdict.value,
        "reason": clean(path.reason),
        "trace": _trace(path.trace),
        "delivered_by": [clean(name) for name in path.delivered_by],
    }


def _trace(trace: Iterable[TraceStep]) -> list[Document]:
    return [{"kind": step.kind, "name": clean(step.name), "store_path": step.store_path} for step in trace]


def unclaimed_document(unclaimed: UnclaimedDirectory) -> Document:
    """Give paths that nobody claims as JSON values."""
    return {
        "directory": shown(unclaimed.directory),
        "paths": paths_document(unclaimed.paths),
        "manifests": paths_document(unclaimed.manifests),
    }


def finding_document(finding: Finding, settled: Settled | None = None) -> Document:
    """Give a finding as JSON values, known or not."""
    entry = settled.known.get(finding.fingerprint) if settled else None
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "component": None if finding.component is None else clean(finding.component),
        "paths": paths_document(finding.paths),
        "message": clean(finding.message),
        "reason": clean(finding.reason),
        "trace": _trace(finding.trace),
        "remedy": clean(finding.remedy),
        "location": position_document(finding.location),
        "fingerprint": finding.fingerprint,
        "known": entry is not None,
        "known_until": None if entry is None or entry.expires is None else entry.expires.isoformat(),
    }


def baseline_document(settled: Settled | None) -> Document | None:
    """Give what the known findings said as JSON values."""
    if settled is None:
        return None
    gone = None if settled.gone is None else [entry_document(one) for one in in_file_order(settled.gone)]
    expired = [entry_document(one) for one in in_file_order(settled.expired.values())]
    return {"known": len(settled.known), "expired": expired, "gone": gone}


def sided_failures(base: Iterable[FailedAttribute], head: Iterable[FailedAttribute]) -> list[Document]:
    """Give attributes of two revisions that do not evaluate as JSON values, each with its side."""
    sides = (("base", base), ("head", head))
    return [{"side": side, **one} for side, failed in sides for one in failed_document(failed)]


def failed_document(failed: Iterable[FailedAttribute]) -> list[Document]:
    """Give attributes that do not evaluate as JSON values, sorted."""
    by_name = sorted(failed, key=lambda one: (one.name, one.message))
    return [{"attribute": clean(one.name), "message": clean(one.message)} for one in by_name]


def position_document(position: Position | None) -> Document | None:
    """Give a position as JSON values."""
    return None if position is None else {"path": shown(position.path), "line": position.line}
