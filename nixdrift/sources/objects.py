"""The git object that the contents of an input source would be: the same content has the same id in every commit."""

import hashlib
import os
from collections.abc import Mapping

from nixdrift.changes import TREE_MODE, FileState
from nixdrift.sources.contents import Listing, belongs_to_git
from nixdrift.tree import ancestors


def object_of(listing: Listing, object_format: str) -> FileState | None:
    """Give what git would record of a listed source: of a single file its own state, else that of a tree.

    None for an empty listing. A directory without files is not in a listing, nor in a tree of git.
    """
    if "" in listing:
        return listing[""]
    directories: dict[str, dict[str, FileState]] = {}
    for path, state in listing.items():
        if not belongs_to_git(path):
            for above in ancestors(path):
                directories.setdefault(above, {})
            directory, _, name = path.rpartition("/")
            directories[directory][name] = state
    # The deepest first: a directory is an entry of the one above it.
    for directory in sorted(directories, key=lambda path: path.count("/") if path else -1, reverse=True):
        state = FileState(TREE_MODE, _tree_id(directories[directory], object_format))
        if not directory:
            return state
        above, _, name = directory.rpartition("/")
        directories[above][name] = state
    return None


def _tree_id(entries: Mapping[str, FileState], object_format: str) -> str:
    """Compute the id that git gives a tree.

    Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects
    """
    # Git sorts a directory as if its name ended with a slash.
    named = sorted(
        (os.fsencode(f"{name}/" if state.mode == TREE_MODE else name), state) for name, state in entries.items()
    )
    content = b"".join(
        state.mode.lstrip("0").encode() + b" " + name.removesuffix(b"/") + b"\0" + bytes.fromhex(state.object_id)
        for name, state in named
    )
    return hashlib.new(object_format, b"tree %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
