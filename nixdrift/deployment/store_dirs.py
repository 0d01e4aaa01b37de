"""Full store paths, taken apart: all of one listing are in one store directory."""

import posixpath
import re
from collections.abc import Callable

from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath
from nixdrift.store.paths import is_store_path

HOW_TO_LIST = (
    "make a list with `nix-store --query --requisites PATH` or `nix path-info --recursive --json PATH`, "
    "where PATH is a profile or a store path"
)

_SHOWN = 80
_DIRECTORY = re.compile(r"/[^\s\x00-\x1f\x7f]+")


def shown(text: str) -> str:
    """Quote what somebody else wrote: its beginning, without control characters."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def split(text: str) -> tuple[str, StorePath] | None:
    """Take a full store path apart: its store directory and its base name; None: it is none."""
    store_dir, _slash, base_name = text.rstrip("/").rpartition("/")
    is_directory = _DIRECTORY.fullmatch(store_dir) and posixpath.normpath(store_dir) == store_dir
    return (store_dir, StorePath(base_name)) if is_directory and is_store_path(base_name) else None


class OneStore:
    """Reads full store paths, and holds them to the store directory of the first."""

    def __init__(self, store_dir: str | None = None) -> None:
        self.store_dir = store_dir

    def read(self, text: str, refuse: Callable[[str], InvalidInputError]) -> StorePath:
        """Give the base name of a full store path.

        Raises what ``refuse`` makes of the complaint where it is none, or one of another store.
        """
        found = split(text)
        if found is None:
            raise refuse(f"is no store path: {shown(text)}")
        if self.store_dir is None:
            self.store_dir = found[0]
        if found[0] != self.store_dir:
            raise refuse(f"is of the store {shown(found[0])}, and what stands before it of {shown(self.store_dir)}")
        return found[1]
