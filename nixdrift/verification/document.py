"""A verification as plain JSON values, described by ``schema.json`` beside this file."""

from collections.abc import Iterable
from importlib import resources

from nixdrift.deployment import Coverage, Wanted
from nixdrift.report.document import TOOL, Document, clean, revision_document, with_shared_definitions, written
from nixdrift.repository import LineCommit
from nixdrift.timeline.document import commit_document
from nixdrift.verification.result import Gate, Verification, Verified

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


def verification_json(found: Verification) -> bytes:
    """Write a verification as JSON: the same gives the same bytes."""
    document = {
        "version": VERSION,
        "tool": TOOL,
        "revision": revision_document(found.revision),
        "deployed": clean(found.deployed),
        "passes": found.passes,
        "census": {
            "components": len(found.components),
            "deployed_paths": found.deployed_paths,
            "commits": found.commits,
            "gaps": found.gaps,
        },
        "components": [_component(one) for one in found.components],
        "gate": found.gate and _gate(found.gate),
        "coverage": found.coverage and _coverage(found.coverage),
    }
    return written(document)


def verification_schema() -> bytes:
    """Give the JSON Schema of a verification."""
    return with_shared_definitions(resources.files("nixdrift.verification").joinpath("schema.json").read_bytes())


def _component(one: Verified) -> Document:
    return {
        "name": clean(one.name),
        "state": one.state.value,
        "reason": clean(one.reason),
        "expected": dict(one.expected),
        "found": list(one.found),
        "origin": _maybe(one.origin),
        "newest": _maybe(one.newest),
        "behind": one.behind,
    }


def _maybe(commit: LineCommit | None) -> Document | None:
    return None if commit is None else commit_document(commit)


def _gate(gate: Gate) -> Document:
    return {
        "is_open": gate.is_open,
        "refusals": [clean(one) for one in gate.refusals],
        "foreign": list(gate.foreign),
    }


def _coverage(cover: Coverage) -> Document:
    return {
        "held": {"paths": len(cover.held), "bytes": cover.held_bytes, "of_unknown_size": cover.held_of_unknown_size},
        "fetched": {
            "paths": len(cover.fetched),
            "bytes": cover.fetched_bytes,
            "of_unknown_size": cover.fetched_of_unknown_size,
        },
        "to_be_fetched": _wanted(cover.fetched),
    }


def _wanted(paths: Iterable[Wanted]) -> list[Document]:
    return [{"path": one.path, "bytes": one.size} for one in paths]
