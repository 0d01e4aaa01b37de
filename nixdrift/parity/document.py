"""A comparison of two roots as plain JSON values; ``schema.json`` beside this file describes them."""

from dataclasses import asdict
from importlib import resources

from nixdrift.config import ExpectedDifference
from nixdrift.parity.result import Difference, Operand, Parity, Reference
from nixdrift.report.document import (
    TOOL,
    Document,
    clean,
    position_document,
    revision_document,
    with_shared_definitions,
    written,
)
from nixdrift.report.escapes import clean_lines

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


def parity_json(parity: Parity) -> bytes:
    """Write a comparison as JSON: the same one gives the same bytes."""
    return written(
        {
            "version": VERSION,
            "tool": TOOL,
            "a": _operand(parity.a),
            "b": _operand(parity.b),
            "census": asdict(parity.census),
            "differences": [_difference(one) for one in parity.differences],
            "unmet": [_expected(one) for one in parity.unmet],
        }
    )


def parity_schema() -> bytes:
    """Give the JSON Schema of a comparison."""
    return with_shared_definitions(resources.files("nixdrift.parity").joinpath("schema.json").read_bytes())


def _operand(operand: Operand) -> Document:
    return {
        "name": clean(operand.name),
        "root": clean(operand.root),
        "derivation": operand.derivation,
        "position": position_document(operand.position),
        "revision": revision_document(operand.revision),
    }


def _difference(one: Difference) -> Document:
    return {
        "address": one.address,
        "mirrored": one.mirrored,
        "a": _text(one.a),
        "b": _text(one.b),
        "is_known": one.is_known,
        "route": list(one.route),
        "references": [_reference(each) for each in one.references],
        "expected": None if one.expected is None else _expected(one.expected),
    }


def _text(text: str | None) -> str | None:
    return None if text is None else clean_lines(text)


def _reference(one: Reference) -> Document:
    return {"in": "a" if one.of_a else "b", "name": clean(one.name), "had_by": one.had_by}


def _expected(one: ExpectedDifference) -> Document:
    return {
        "difference": clean(one.difference),
        "reason": None if one.reason is None else clean(one.reason),
        "between": None if one.between is None else [clean(root) for root in one.between],
    }
