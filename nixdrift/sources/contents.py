"""The contents of an input source: list it in the store, and match its files to git's blobs."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SUBMODULE_MODE, SYMLINK_MODE, FileState
from nixdrift.model import StorePath, name_of
from nixdrift.sources.local import Evidence, LocalSource
from nixdrift.tree import Tree, join

_VOTERS = 64
"""How many files are asked where they come from; all of them are checked afterwards."""

_MOST_ORIGINS = 16
"""A content that is found in more places than this says nothing about where it came from."""

Listing = Mapping[str, FileState]
"""Path within the source (``""`` where the source is a single file) → mode and blob id."""

ListSource = Callable[[StorePath], Listing | None]
"""Input source → its files, or None where they are not at hand."""


def list_source(store: Path, source: StorePath, object_format: str) -> Listing | None:
    """List an input source in a store directory on this machine, or give None where it is not there.

    ``object_format`` is git's name of the hash in its object ids, ``sha1`` or ``sha256``.
    """
    top = store / source
    try:
        if not stat.S_ISDIR(top.lstat().st_mode):
            return {"": _state(top, object_format)}
        return {
            file.relative_to(top).as_posix(): _state(file, object_format)
            for folder, directories, files in os.walk(top)
            for file in (Path(folder, name) for name in [*files, *_links(folder, directories)])
        }
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class StoredSources:
    """The input sources that lie in a store directory on this machine."""

    store: Path
    object_format: str

    def list(self, source: StorePath) -> Listing | None:
        """List an input source, see `list_source`."""
        return list_source(self.store, source, self.object_format)

    def count(self, source: StorePath) -> int | None:
        """Count the files of an input source, or give None where it is not there."""
        top = self.store / source
        if not top.is_dir() or top.is_symlink():
            return 1 if os.path.lexists(top) else None
        return sum(len(files) + len([*_links(folder, directories)]) for folder, directories, files in os.walk(top))

    def mentions(self, source: StorePath, place: str) -> bool:
        """Tell whether an input source holds the path of a directory that it was copied from.

        Nothing but a text that was made while evaluating, or git's own file in a linked worktree, can know it.
        """
        top, wanted = self.store / source, os.fsencode(place)
        if top.is_symlink():
            return False
        inside = (Path(folder, ".git") for folder, _directories, files in os.walk(top) if ".git" in files)
        found = (top,) if top.is_file() else (file for file in inside if not file.is_symlink())
        return any(wanted in file.read_bytes() for file in found)


def _links(folder: str, directories: list[str]) -> Iterator[str]:
    return (name for name in directories if Path(folder, name).is_symlink())


def _state(file: Path, object_format: str) -> FileState:
    status = file.lstat()
    if stat.S_ISLNK(status.st_mode):
        return FileState(SYMLINK_MODE, _blob_id(os.fsencode(file.readlink()), object_format))
    mode = EXECUTABLE_MODE if status.st_mode & stat.S_IXUSR else FILE_MODE
    return FileState(mode, _blob_id(file.read_bytes(), object_format))


def _blob_id(content: bytes, object_format: str) -> str:
    """Compute the id that git gives a blob.

    Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
    """
    return hashlib.new(object_format, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def match_listing(source: StorePath, listing: Listing, tree: Tree) -> LocalSource | None:
    """Find the directory of a tree that a listed source was made from, or give None where no file is the tree's.

    A filter leaves files out and adds none: the directory is the one below which the most files are found with
    the content they have in the tree. Directories that explain all of it equally well are all given; of a source
    without files there are none, unless a submodule explains it.
    """
    if not listing:
        is_submodule = any(state.mode == SUBMODULE_MODE for state in tree.entries.values())
        return None if is_submodule else LocalSource(source, Evidence.CONTENTS, (), {})
    votes = _votes(listing, tree)
    if not votes:
        return None
    most = max(votes.values())
    scored = [(_matching(listing, origin, tree), origin) for origin, count in votes.items() if count == most]
    best = max(score for score, _origin in scored)
    origins = tuple(sorted(origin for score, origin in scored if score == best))
    if "" in listing:
        origins = _same_name(source, origins)
    if len(origins) > _MOST_ORIGINS:
        return None
    files = {join(origin, path): state for origin in origins for path, state in listing.items()}
    own = sum(not belongs_to_git(path) for path in listing)
    return LocalSource(source, Evidence.CONTENTS, origins, files, is_whole=best == own)


def _votes(listing: Listing, tree: Tree) -> Counter[str]:
    by_rarity = sorted(listing, key=lambda path: len(tree.paths_by_object.get(listing[path].object_id, ())) or 1 << 30)
    return Counter(origin for path in by_rarity[:_VOTERS] for origin in _origins(path, listing[path], tree))


def _origins(path: str, state: FileState, tree: Tree) -> Iterator[str]:
    for candidate in tree.paths_by_object.get(state.object_id, ()):
        if not path or candidate == path:
            yield candidate.removesuffix(path)
        elif candidate.endswith("/" + path):
            yield candidate.removesuffix("/" + path)


def _matching(listing: Listing, origin: str, tree: Tree) -> int:
    return sum(tree.entries.get(join(origin, path)) == state for path, state in listing.items())


def _same_name(source: StorePath, origins: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(origin for origin in origins if origin.rpartition("/")[2] == name_of(source))
    return named or origins


def belongs_to_git(path: str) -> bool:
    """Tell whether a path is git's own: ``src = ./.`` takes it along, and no commit holds it."""
    return path == ".git" or path.startswith(".git/")
