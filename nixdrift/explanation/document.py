"""An explanation as plain JSON values; ``schema.json`` beside this file describes them."""

from dataclasses import asdict
from importlib import resources

from nixdrift.explanation.result import (
    DerivationDifference,
    Explanation,
    FieldDifference,
    InputDifference,
    SourceDifference,
)
from nixdrift.report.document import (
    TOOL,
    Document,
    clean,
    component_document,
    failed_document,
    finding_document,
    paths_document,
    with_shared_definitions,
    written,
)
from nixdrift.report.escapes import clean_lines

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
        "base": asdict(explanation.base),
        "head": asdict(explanation.head),
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
        "fields": [_field(field) for field in one.fields],
        "sources": [_source(source) for source in one.sources],
        "inputs": [_input(used) for used in one.inputs],
    }


def _field(one: FieldDifference) -> Document:
    name = None if one.name is None else clean(one.name)
    return {"field": one.field, "name": name, "before": _text(one.before), "after": _text(one.after)}


def _text(text: str | None) -> str | None:
    return None if text is None else clean_lines(text)


def _source(one: SourceDifference) -> Document:
    before, after = (None if origins is None else paths_document(origins) for origins in (one.before, one.after))
    return {"name": clean(one.name), "before": before, "after": after, "changed_paths": paths_document(one.paths)}


def _input(one: InputDifference) -> Document:
    before, after = (None if used is None else clean(used) for used in (one.before, one.after))
    return {"name": clean(one.name), "before": before, "after": after}
