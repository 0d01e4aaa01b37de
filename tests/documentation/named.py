"""Tests that a page, or what holds a page true, names: ``tests/nix/test_roots.py::test_a_lock_file_is_…``."""

import ast
from functools import cache

from tests.command import CHECKOUT


def is_test(name: str) -> bool:
    """Tell whether there is a test of this name."""
    file, _separator, function = name.partition("::")
    return function in _functions(file)


@cache
def _functions(file: str) -> frozenset[str]:
    found = CHECKOUT / file
    if not found.is_file():
        return frozenset()
    module = ast.parse(found.read_text())
    return frozenset(
        one.name for one in module.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    )
