"""Attribute paths as people write them, and the ones that are looked at when nobody says."""

import re

from nixdrift.errors import UsageError
from nixdrift.nix.walk import AttributePath, Start

_PER_SYSTEM = ("packages", "checks", "legacyPackages", "devShells", "defaultPackage", "devShell")
_DEPLOYED = {
    "nixosConfigurations": ("config", "system", "build", "toplevel"),
    "darwinConfigurations": ("system",),
    "homeConfigurations": ("activationPackage",),
}
"""A flake's output for configurations → what of each one is built and deployed."""
_ALL_LEVELS = 8
"""Hydra looks into every set of jobs; this bounds how deep."""

# Without a way back (`*+`): a name of megabytes would take a gigabyte.
_PART = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"|([^".]+)')
_PLAIN = re.compile(r"[A-Za-z_*][A-Za-z0-9_'*-]*")


def parse_attribute_path(text: str) -> AttributePath:
    """Read ``packages.x86_64-linux."a.b"``; ``*`` stands for every attribute.

    Raises `UsageError` for what is none.
    """
    parts: list[str] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        end = match.end() if match else position
        if match is None or (end < len(text) and text[end] != ".") or end == len(text) - 1:
            raise UsageError(
                f"not an attribute path: {text!r}", hint='write it as Nix does: packages.x86_64-linux."a.b"'
            )
        parts.append(match[2] if match[1] is None else re.sub(r"\\(.)", r"\1", match[1]))
        position = end + 1
    return tuple(parts)


def format_attribute_path(path: AttributePath) -> str:
    """Write an attribute path as Nix does."""
    return ".".join(part if _PLAIN.fullmatch(part) else _quoted(part) for part in path)


def _quoted(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_at_or_below(path: AttributePath, pattern: AttributePath) -> bool:
    """Tell whether an attribute path is one that was asked for, or lies below it; ``*`` stands for every attribute."""
    return len(path) >= len(pattern) and all(part in {"*", name} for name, part in zip(path, pattern, strict=False))


def usual_flake_starts(system: str) -> tuple[Start, ...]:
    """Give the outputs of a flake that are built, checked or deployed.

    Source: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake-check#evaluation-checks
    """
    return (
        Start(("packages", system)),
        Start(("checks", system)),
        Start(("defaultPackage", system)),
        *(Start((output, "*", *built)) for output, built in _DEPLOYED.items()),
        Start(("hydraJobs",), _ALL_LEVELS),
    )


def flake_candidates(path: AttributePath, system: str) -> tuple[Start, ...]:
    """Give where Nix looks for an attribute of a flake, best first; ``packages`` alone means this system's.

    Of a configuration, what is meant is what is deployed of it: the configuration itself is no derivation.
    """
    if len(path) == 2 and path[0] in _DEPLOYED:
        return (Start((*path, *_DEPLOYED[path[0]])), Start(path))
    if len(path) == 1 and path[0] in _PER_SYSTEM:
        return (Start((*path, system)),)
    return (Start(("packages", system, *path)), Start(("legacyPackages", system, *path)), Start(path))
