"""The store-path proof: hash what git holds as Nix would, and see whether an input source has that path.

Pure but for reading git objects; neither Nix nor a store is needed.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from typing import cast

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SUBMODULE_MODE, SYMLINK_MODE, TREE_MODE, FileState
from nixdrift.model import StorePath, digest_of, name_of
from nixdrift.sources.local import Evidence, LocalSource
from nixdrift.store.nar import Directory, Node, Regular, Symlink, nar_digest, nar_digests
from nixdrift.store.paths import fixed_output_path, is_valid_name, raw_digest, source_digests, source_path
from nixdrift.tree import ReadBlob, Tree, join

_REGULAR_MODES = frozenset({FILE_MODE, EXECUTABLE_MODE})

FLAKE_SOURCE = "source"
"""The name under which a flake's own tree, and whatever Nix fetches, lies in the store."""


class Prover:
    """Hashes objects of one repository, each once however often and in however many commits it occurs."""

    def __init__(self, read_blob: ReadBlob, store_dir: str) -> None:
        self._read_blob = read_blob
        self._store_dir = store_dir
        self._digests: dict[FileState, bytes] = {}
        self._flat_digests: dict[str, str] = {}

    def prove(
        self, tree: Tree, paths: Iterable[str], wanted: Iterable[StorePath], extra_names: Iterable[str] = ()
    ) -> Mapping[StorePath, LocalSource]:
        """Find the input sources among ``wanted`` that are one of some paths of a tree.

        Each path is tried under its own name, under ``extra_names``, and, at the top, under the names that
        flakes give it (``source``, and ``<digest>-source`` for ``src = ./.``).
        """
        names = frozenset(extra_names)
        known = {raw_digest(path): path for path in wanted}
        origins: dict[StorePath, set[str]] = {}
        states = {path: tree.entries[path] for path in sorted(set(paths)) if path in tree.entries}
        states = {path: state for path, state in states.items() if state.mode != SUBMODULE_MODE}
        self._hash_together(tree, states)
        for path, state in states.items():
            for digest in self._candidates(tree, path, state, names):
                if digest in known:
                    origins.setdefault(known[digest], set()).add(path)
        return {
            source: LocalSource(source, Evidence.STORE_PATH, tuple(sorted(found))) for source, found in origins.items()
        }

    def archive_digest(self, tree: Tree, path: str) -> bytes | None:
        """Give the SHA-256 of the archive that Nix makes of a path of a tree; None where nothing is there."""
        state = tree.entries.get(path)
        return None if state is None else self._nar(tree, path, state)

    def digests(self, tree: Tree, path: str) -> Iterator[bytes]:
        """Give all SHA-256 by which Nix may be told what is at a path of a tree: of its archive, and of a file."""
        state = tree.entries.get(path)
        if state is not None:
            yield self._nar(tree, path, state)
            if state.mode in _REGULAR_MODES:
                yield bytes.fromhex(self._flat(state.object_id))

    def _candidates(self, tree: Tree, path: str, state: FileState, extra: frozenset[str]) -> Iterator[bytes]:
        """Give the digests of the store paths under which Nix may have copied a path."""
        nar = self._nar(tree, path, state)
        names = self._names(path, nar, extra)
        yield from (digest for _name, digest in source_digests(nar, names, self._store_dir))
        if state.mode in _REGULAR_MODES:
            flat = self._flat(state.object_id)
            yield from (raw_digest(fixed_output_path("flat", "sha256", flat, name, self._store_dir)) for name in names)

    def _flat(self, object_id: str) -> str:
        """Hash a file as ``builtins.path { recursive = false; }`` does: its content alone, without the archive."""
        if object_id not in self._flat_digests:
            self._flat_digests[object_id] = hashlib.sha256(self._read_blob(object_id)).hexdigest()
        return self._flat_digests[object_id]

    def _names(self, path: str, nar: bytes, extra: frozenset[str]) -> frozenset[str]:
        own = path.rpartition("/")[2]
        names = extra | {FLAKE_SOURCE}
        if is_valid_name(own):
            names |= {own}
        if not path:
            flake = source_path(nar, FLAKE_SOURCE, self._store_dir)
            names |= {f"{digest_of(flake)}-{FLAKE_SOURCE}"}
        return names

    def _nar(self, tree: Tree, path: str, state: FileState) -> bytes:
        if state not in self._digests:
            self._digests[state] = nar_digest(self._node(tree, path, state))
        return self._digests[state]

    def _hash_together(self, tree: Tree, states: Mapping[str, FileState]) -> None:
        """Hash what is at some paths, sorted: with a directory, all of them that lie in it, so that it is read once."""
        wanted = frozenset(states.values()) - self._digests.keys()
        for path, state in states.items():
            if state in wanted and state not in self._digests:
                for key, digest in nar_digests(self._node(tree, path, state, wanted)):
                    self._digests[cast("FileState", key)] = digest

    def _node(self, tree: Tree, path: str, state: FileState, wanted: Container[FileState] = ()) -> Node:
        key = state if state in wanted else None
        if state.mode == TREE_MODE:
            return Directory(partial(self._entries, tree, path, wanted), key)
        if state.mode == SUBMODULE_MODE:
            return Directory({})
        if state.mode == SYMLINK_MODE:
            return Symlink(self._read_blob(state.object_id))
        return Regular(partial(self._read_blob, state.object_id), state.mode == EXECUTABLE_MODE, key)

    def _entries(self, tree: Tree, directory: str, wanted: Container[FileState]) -> Mapping[bytes, Node]:
        below = ((name, join(directory, name)) for name in tree.children.get(directory, ()))
        return {_bytes(name): self._node(tree, path, tree.entries[path], wanted) for name, path in below}


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def paths_named(tree: Tree, sources: Iterable[StorePath]) -> Iterable[str]:
    """Give the paths of a tree whose base name is the name of one of some input sources."""
    names = {name_of(source) for source in sources}
    return (path for path in tree.entries if path.rpartition("/")[2] in names)
