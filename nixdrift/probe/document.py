"""A probe as plain JSON values; ``schema.json`` beside this file describes them."""

from collections.abc import Mapping
from dataclasses import asdict
from importlib import resources

from nixdrift.changes import shown
from nixdrift.probe.facts import Fact
from nixdrift.probe.result import ProbedComponent, ProbeReport
from nixdrift.report.document import (
    TOOL,
    Document,
    clean,
    failed_document,
    finding_document,
    position_document,
    revision_document,
    with_shared_definitions,
    written,
)

VERSION = 1
"""The version of the JSON report of a probe; it grows when a consumer would have to change."""


def probe_json(report: ProbeReport) -> bytes:
    """Write a probe as JSON: the same outcome gives the same bytes."""
    return written(
        {
            "version": VERSION,
            "tool": TOOL,
            "revision": revision_document(report.revision),
            "census": asdict(report.probed.census),
            "components": [_component(one) for one in report.probed.components],
            "rest": _facts(report.probed.rest),
            "failed": failed_document(report.failed),
            "findings": [finding_document(one) for one in report.findings],
        }
    )


def probe_schema() -> bytes:
    """Give the JSON Schema of a probe."""
    return with_shared_definitions(resources.files("nixdrift.probe").joinpath("schema.json").read_bytes())


def _component(one: ProbedComponent) -> Document:
    return {"name": clean(one.name), "position": position_document(one.position), "paths": _facts(one.facts)}


def _facts(facts: Mapping[str, Fact]) -> list[Document]:
    return [_fact(path, facts[path]) for path in sorted(facts)]


def _fact(path: str, fact: Fact) -> Document:
    detail = None if fact.detail is None else clean(fact.detail)
    return {"path": shown(path), "effect": fact.kind.value, "detail": detail}
