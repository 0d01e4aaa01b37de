"""Paths that act by evaluation."""

EXPRESSION_SUFFIXES = (".nix",)
EXPRESSION_NAMES = frozenset({"flake.lock"})


def is_expression(path: str) -> bool:
    """Tell whether a path acts by evaluation: it is read by Nix, and need not be an input of anything."""
    return path.endswith(EXPRESSION_SUFFIXES) or path.rpartition("/")[2] in EXPRESSION_NAMES
