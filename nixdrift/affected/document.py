"""What is affected as plain JSON values, described by ``schema.json`` beside this file, and as lines."""

from collections.abc import Iterator
from dataclasses import asdict
from importlib import resources

from nixdrift.affected.result import Affected, AffectedComponent
from nixdrift.report.document import (
    TOOL,
    Document,
    clean,
    revision_document,
    sided_failures,
    with_shared_definitions,
    written,
)

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""

_NOT_EVALUATED = "not-evaluated"


def affected_json(affected: Affected, *, roots_only: bool = False) -> bytes:
    """Write what is affected as JSON: the same gives the same bytes."""
    document = {
        "version": VERSION,
        "tool": TOOL,
        "base": revision_document(affected.base),
        "head": revision_document(affected.head),
        "census": asdict(affected.census),
        "components": [_component(one) for one in affected.components if one.is_root or not roots_only],
        "removed": [clean(name) for name in affected.removed],
        "failed": sided_failures(affected.failed_base, affected.failed),
    }
    return written(document)


def affected_schema() -> bytes:
    """Give the JSON Schema of what is affected."""
    return with_shared_definitions(resources.files("nixdrift.affected").joinpath("schema.json").read_bytes())


def affected_lines(affected: Affected, *, names_only: bool = False, roots_only: bool = False) -> str:
    """Write a line for each: the name, the distance (- where none is known) and the verdict, with tabs between.

    What does not evaluate at head is named, too: nobody knows whether it moved.
    """
    rows = [*_rows(affected, roots_only), *((clean(one.name), "-", _NOT_EVALUATED) for one in affected.failed)]
    return "".join(f"{row[0] if names_only else chr(9).join(row)}\n" for row in rows)


def _rows(affected: Affected, roots_only: bool) -> Iterator[tuple[str, str, str]]:
    for one in affected.components:
        if one.is_root or not roots_only:
            distance = "-" if one.distance is None else str(one.distance)
            yield clean(one.name), distance, one.verdict.value


def _component(one: AffectedComponent) -> Document:
    return {
        "name": clean(one.name),
        "aliases": [clean(alias) for alias in one.aliases],
        "is_root": one.is_root,
        "derivation": one.derivation,
        "verdict": one.verdict.value,
        "moved": one.moved.value,
        "distance": one.distance,
        "route": [clean(name) for name in one.route],
    }
