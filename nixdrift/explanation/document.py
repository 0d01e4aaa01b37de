"""An explanation as plain JSON values; ``schema.json`` beside this file describes them."""

from dataclasses import asdict
from importlib import resources

from nixdrift.difference import DerivationDifference
from nixdrift.explanation.result import Explanation
from nixdrift.report.differences import difference_document
from nixdrift.report.document import (
    TOOL,
    Document,
    clean,
    component_document,
    failed_document,
    finding_document,
    revision_document,
    with_shared_definitions,
    written,
)

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


def explanation_json(explanation: Explanation) -> bytes:
    """Write an explanation as JSON: the same one gives the same bytes."""
    return written(explanation_document(explanation))


def explanation_schema() -> bytes:
    """Give the JSON Schema of an explanation."""
    return with_shared_definitions(resources.files("nixdrift.explanation").joinpath("schema.json").read_bytes())


def explanation_document(explanation: Explanation) -> Document:
    """Give an explanation as JSON values."""
    return {
        "version": VERSION,
        "tool": TOOL,
        "base": revision_document(explanation.base),
        "head": revision_document(explanation.head),
        "census": asdict(explanation.census),
        "component": component_document(explanation.judged),
        "causes": [_derivation(one) for one in explanation.differences.causes],
        "no_causes": [_derivation(one) for one in explanation.differences.no_causes],
        "following": explanation.differences.follow,
        "failed": failed_document(explanation.failed),
        "findings": [finding_document(one) for one in explanation.findings],
    }


def _derivation(one: DerivationDifference) -> Document:
    return {
        "name": clean(one.name),
        "before": one.before,
        "after": one.after,
        "moved": one.moved.value,
        "is_fixed": one.is_fixed,
        "distance": one.distance,
        "route": [clean(name) for name in one.route],
        **difference_document(one.own),
    }
