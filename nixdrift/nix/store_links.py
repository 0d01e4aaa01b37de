"""Links that lead into a store."""

import os
from collections.abc import Collection
from pathlib import Path

from nixdrift.model import StorePath
from nixdrift.nix.program import Nix
from nixdrift.store.paths import is_store_path

_MOST_LINKS = 40


def store_object(path: Path, store_dirs: Collection[str]) -> StorePath | None:
    """Follow links until they lead into a store, and no further: a store object may be a link itself."""
    current = Path.cwd() / path
    for _ in range(_MOST_LINKS):
        directory = Path(os.path.realpath(current.parent))
        for place in (Path(os.path.normpath(current)), directory / current.name):
            if (found := _within(place, store_dirs)) is not None:
                return found
        try:
            current = directory / current.readlink()
        except OSError:
            return None
    return None


def store_places(nix: Nix) -> frozenset[str]:
    """Give where the objects of a store are named, and where they lie."""
    return frozenset({nix.store_dir, str(nix.physical_store), os.path.realpath(nix.physical_store)})


def _within(path: Path, store_dirs: Collection[str]) -> StorePath | None:
    for store_dir in store_dirs:
        if path.is_relative_to(store_dir) and path != Path(store_dir):
            name = path.relative_to(store_dir).parts[0]
            return StorePath(name) if is_store_path(name) else None
    return None
