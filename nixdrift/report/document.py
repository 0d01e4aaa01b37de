"""The report as plain JSON values; ``schema.json`` beside this file describes them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import resources
from typing import Any

import orjson

from nixdrift import __version__
from nixdrift.changes import shown
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import ComponentJudgement, Finding, PathJudgement, TraceStep, UnclaimedDirectory
from nixdrift.model import StorePath
from nixdrift.report.report import VERSION, Report

Document = dict[str, Any]


def render_json(report: Report) -> bytes:
    """Write a report as JSON: the same report gives the same bytes."""
    return orjson.dumps(document(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def schema() -> bytes:
    """Give the JSON Schema of the report."""
    return resources.files("nixdrift.report").joinpath("schema.json").read_bytes()


def document(report: Report) -> Document:
    """Give a report as JSON values: lists are sorted, unusual paths are quoted as git quotes them."""
    judgement = report.judgement
    return {
        "version": VERSION,
        "tool": {"name": "nixdrift", "version": __version__},
        "base": asdict(report.base),
        "head": asdict(report.head),
        "census": asdict(judgement.census),
        "components": [_component(one) for one in judgement.components],
        "unclaimed": [_unclaimed(one) for one in judgement.unclaimed],
        "ignored": _paths(judgement.ignored),
        "housekeeping": _paths(judgement.housekeeping),
        "expressions": _paths(judgement.expressions),
        "failed": [*_failed("base", report.failed_base), *_failed("head", report.failed_head)],
        "findings": [finding_document(one) for one in report.findings],
    }


def _component(judged: ComponentJudgement) -> Document:
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


def _unclaimed(unclaimed: UnclaimedDirectory) -> Document:
    return {
        "directory": shown(unclaimed.directory),
        "paths": _paths(unclaimed.paths),
        "manifests": _paths(unclaimed.manifests),
    }


def finding_document(finding: Finding) -> Document:
    """Give a finding as JSON values."""
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "component": None if finding.component is None else clean(finding.component),
        "paths": _paths(finding.paths),
        "message": clean(finding.message),
        "reason": clean(finding.reason),
        "trace": _trace(finding.trace),
        "remedy": clean(finding.remedy),
        "location": position_document(finding.location),
        "fingerprint": finding.fingerprint,
    }


def _failed(side: str, failed: Iterable[FailedAttribute]) -> list[Document]:
    by_name = sorted(failed, key=lambda one: (one.name, one.message))
    return [{"side": side, "attribute": clean(one.name), "message": clean(one.message)} for one in by_name]


def position_document(position: Position | None) -> Document | None:
    """Give a position as JSON values."""
    return None if position is None else {"path": shown(position.path), "line": position.line}


def _paths(paths: Iterable[str]) -> list[str]:
    return [shown(path) for path in paths]


def clean(text: str) -> str:
    """Write control characters and undecodable bytes of a text as escapes: no format may be steered by a name."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
