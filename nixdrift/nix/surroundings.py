"""What an evaluation may see beside the revision, and whether that stays as it is."""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nixdrift.nix.program import Nix
from nixdrift.nix.variables import OF_NIXPKGS


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around an evaluation."""

    places: tuple[str, ...] = ()
    """Paths in the store, whose content never changes: what ``<...>`` leads to; and what nixpkgs and tools that pin
    sources read of the user's, with its content."""
    changing: str | None = None
    """What may be another thing tomorrow, in words; None: nothing may."""


def surroundings_of(nix: Nix, *, is_flake: bool) -> Surroundings:
    """Tell what an evaluation can take in that is named neither by the revision nor by the options.

    A flake takes in nothing, unless it is evaluated impurely. An expression file takes in what ``NIX_PATH`` names:
    in the store that is the same for ever, elsewhere it may change. And it may see what configures nixpkgs, or
    overrides a pin, and the variables that were let through.
    """
    if nix.settings.impure:
        return Surroundings(changing="--impure lets it see its environment")
    if is_flake:
        return Surroundings()
    found = [
        (one, _place(one, nix.store_dir)) for _prefix, one in nix.search_path if "://" in one or os.path.lexists(one)
    ]
    changing = next((one for one, place in found if place is None), None)
    places = tuple(place for _one, place in found if place is not None)
    places += tuple(_settings(nix.environment, nix.settings.variables))
    return Surroundings(places, None if changing is None else f"NIX_PATH names {changing}, which may change")


def has_settings(nix: Nix) -> bool:
    """Tell whether the user has set something for an expression file to read: variables, or files for nixpkgs."""
    return any(True for _one in _settings(nix.environment, nix.settings.variables))


def _place(path: str, store_dir: str) -> str | None:
    real = os.path.realpath(path)
    return real if "://" not in path and real.startswith(f"{store_dir}/") else None


_FILES = (".config/nixpkgs/config.nix", ".nixpkgs/config.nix", ".config/nixpkgs/overlays.nix")
_OVERLAYS = ".config/nixpkgs/overlays"


def _settings(environment: Mapping[str, str], kept: Collection[str]) -> Iterator[str]:
    """Give what the user sets for nixpkgs, where ``<nixpkgs>`` or a pinned one may look for it, and lets through.

    Source: https://nixos.org/manual/nixpkgs/stable/#chap-packageconfig
    """
    seen = ((name, text) for name, text in environment.items() if name.startswith(OF_NIXPKGS) or name in kept)
    yield from (f"{name}={text}" for name, text in sorted(seen))
    home = Path(environment.get("HOME") or "/")
    named = [Path(environment["NIXPKGS_CONFIG"])] if environment.get("NIXPKGS_CONFIG") else []
    overlays = sorted(file for file in (home / _OVERLAYS).rglob("*") if ".git" not in file.parts)
    for file in [*named, *(home / name for name in _FILES), *overlays]:
        if file.is_symlink():
            yield f"{file.name}: {os.path.realpath(file)}"
        # What cannot be read is read by no Nix either.
        with suppress(OSError):
            yield f"{file.name}: {hashlib.sha256(file.read_bytes()).hexdigest()}"
