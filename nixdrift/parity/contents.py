"""What is in the input sources: from a store on this machine, or from the revision where they are a part of it."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from nixdrift.changes import SUBMODULE_MODE, SYMLINK_MODE
from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath
from nixdrift.parity.subject import Contents, Read
from nixdrift.sources import Prover
from nixdrift.sources.proof import paths_named
from nixdrift.tree import ReadBlob, Tree


def stored_contents(store: Path) -> Contents:
    """Give what reads input sources in a store directory."""
    return partial(_stored, store)


def _stored(store: Path, source: StorePath) -> Mapping[str, Read] | None:
    top = store / source
    try:
        if not top.is_dir() or top.is_symlink():
            return {"": partial(_read, top)} if os.path.lexists(top) else None
        found = (Path(folder, name) for folder, names, files in os.walk(top) for name in [*files, *names])
        return {
            file.relative_to(top).as_posix(): partial(_read, file)
            for file in found
            if file.is_symlink() or not file.is_dir()
        }
    except OSError:
        return None


def _read(file: Path) -> bytes:
    try:
        return _link(os.fsencode(file.readlink())) if file.is_symlink() else file.read_bytes()
    except OSError as error:
        raise InvalidInputError(
            f"cannot read {file.name} in the store: {error.strerror}",
            hint="was the store collected during the run? run again",
        ) from error


def _link(target: bytes) -> bytes:
    return b"-> " + target


def committed_contents(prover: Prover, tree: Tree, read_blob: ReadBlob) -> Contents:
    """Give what reads those input sources that are a path of a tree."""

    def read(source: StorePath) -> Mapping[str, Read] | None:
        found = prover.prove(tree, [*paths_named(tree, [source]), ""], [source])
        if source not in found:
            return None
        origin = found[source].origins[0]
        files = ((path[len(origin) :].lstrip("/"), tree.entries[path]) for path in tree.files_below(origin))
        return {
            path: partial(_blob, read_blob, state.object_id, is_link=state.mode == SYMLINK_MODE)
            for path, state in files
            if state.mode != SUBMODULE_MODE
        }

    return read


def _blob(read_blob: Callable[[str], bytes], object_id: str, *, is_link: bool) -> bytes:
    content = read_blob(object_id)
    return _link(content) if is_link else content


def first_of(*places: Contents) -> Contents:
    """Give what reads input sources at the first of some places that has them."""
    return lambda source: next((found for place in places if (found := place(source)) is not None), None)
