"""What a flake asks for, and what its lock file gives it: read as texts, without Nix."""

from nixdrift.flakes.divergence import Divergence, divergences
from nixdrift.flakes.lock import LockedInput, line_of, parse_lock
from nixdrift.flakes.reference import Reference, local_path, parse_reference, repository_name

__all__ = [
    "Divergence",
    "LockedInput",
    "Reference",
    "divergences",
    "line_of",
    "local_path",
    "parse_lock",
    "parse_reference",
    "repository_name",
]
