"""Which differences are declared to be right."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from nixdrift.config import ExpectedDifference
from nixdrift.parity.result import Difference


def with_expectations(
    differences: Sequence[Difference], expected: Sequence[ExpectedDifference], a: str, b: str
) -> tuple[tuple[Difference, ...], tuple[ExpectedDifference, ...]]:
    """Mark the differences that are declared between two roots; give also the declarations that fit none.

    A declaration for two roots is one for both directions. The first that fits counts.
    """
    between = [one for one in expected if _is_about(one, a, b)]
    marked = tuple(replace(one, expected=next((e for e in between if fits(e, one)), None)) for one in differences)
    return marked, tuple(e for e in between if not any(fits(e, one) for one in differences))


def _is_about(expected: ExpectedDifference, a: str, b: str) -> bool:
    if expected.between is None:
        return True
    one, other = expected.between
    return (_is_root(a, one) and _is_root(b, other)) or (_is_root(a, other) and _is_root(b, one))


def _is_root(root: str, pattern: str) -> bool:
    """Tell whether a root is meant: by its attribute path, or by the last part of it."""
    return any(name == pattern or fnmatchcase(name, pattern) for name in (root, root.rpartition(".")[2]))


def fits(expected: ExpectedDifference, difference: Difference) -> bool:
    """Tell whether a difference is the declared one: its address is it, or matches it."""
    pattern = expected.difference
    return any(address == pattern or fnmatchcase(address, pattern) for address in _addresses(difference))


def _addresses(difference: Difference) -> tuple[str, str]:
    return difference.address, difference.mirrored
