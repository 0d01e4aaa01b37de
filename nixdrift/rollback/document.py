"""A rollback as plain JSON values, described by ``schema.json`` beside this file."""

from importlib import resources

from nixdrift.report.document import TOOL, Document, clean, paths_document, with_shared_definitions, written
from nixdrift.rollback.result import Candidate, Rollback
from nixdrift.timeline.document import commit_document, ship_document

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


def rollback_json(found: Rollback) -> bytes:
    """Write a rollback as JSON: the same gives the same bytes."""
    document = {
        "version": VERSION,
        "tool": TOOL,
        "component": clean(found.component),
        "effective": found.is_effective,
        "start": commit_document(found.start),
        "target": found.target and _candidate(found.target),
        "distance": len(found.between) + 1 if found.target else None,
        "between": [_candidate(one) for one in found.between],
        "others": [clean(name) for name in found.others],
        "left_out": found.left_out,
        "is_cut_off": found.is_cut_off,
    }
    return written(document)


def rollback_schema() -> bytes:
    """Give the JSON Schema of a rollback."""
    return with_shared_definitions(resources.files("nixdrift.rollback").joinpath("schema.json").read_bytes())


def _candidate(one: Candidate) -> Document:
    component = one.component
    return {
        **commit_document(one.commit),
        "gap": one.gap and clean(one.gap),
        "moved": component.moved if component else None,
        "verdict": component.verdict.value if component else None,
        "reason": clean(component.reason) if component else None,
        "differing": paths_document(one.differing),
        "hidden": paths_document(one.hidden),
        "now": ship_document(component.before if component else None),
        "then": ship_document(component.after if component else None),
    }
