"""What the releases know, so that a project asks a release for nothing that it has not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Features:
    """What the expressions of a project may use."""

    algorithms: tuple[str, ...] = ("md5", "sha1", "sha256", "sha512")
    """Hash algorithms of outputs."""
    fixed_modes: tuple[str, ...] = ("flat", "recursive")
    """How the content of a fixed output is hashed, in the words of the language."""
    floating_modes: tuple[str, ...] = ("flat", "recursive")
    """The same of one that is known after a build; only 2.8 is asked for what all know."""
    has_dynamic_outputs: bool = False
    """Derivations that a derivation produces: ``builtins.outputOf``, and texts as outputs."""


OLDEST = Features()
MIDDLE = Features(
    fixed_modes=("flat", "recursive", "nar", "text", "git"),
    floating_modes=("flat", "recursive", "nar"),
    has_dynamic_outputs=True,
)
NEWEST = Features((*OLDEST.algorithms, "blake3"), MIDDLE.fixed_modes, MIDDLE.floating_modes, has_dynamic_outputs=True)

SINCE: Mapping[tuple[int, ...], Features] = {(2, 8): OLDEST, (2, 26): MIDDLE, (2, 34): NEWEST}
"""Release → what it and every later one knows."""


def release_of(nix_bin: Path) -> tuple[int, ...]:
    """Tell the release from the name of its directory; another Nix is taken for the newest."""
    name = nix_bin.name.removeprefix("nix-")
    return tuple(int(part) for part in name.split(".")) if name[:1].isdigit() else max(SINCE)


def known_since(nix_bin: Path) -> tuple[int, ...]:
    """Give the newest of the sets of features that a release has, by the release that brought it."""
    return max((since for since in SINCE if since <= release_of(nix_bin)), default=min(SINCE))
