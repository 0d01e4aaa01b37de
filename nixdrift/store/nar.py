"""Nix's archive format (NAR): the one serialisation of a file tree that Nix hashes.

It holds names, contents, symlink targets and the owner's executable bit; neither other modes nor times.
Source: <https://nix.dev/manual/nix/latest/protocols/nix-archive>; observed on Nix 2.8, 2.26, 2.34.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nixdrift.errors import InvalidInputError

_CHUNK_SIZE = 1 << 16


@dataclass(frozen=True, slots=True)
class Regular:
    """A regular file."""

    content: bytes | Callable[[], bytes]
    """Its bytes, or what loads them when the archive reaches it."""
    executable: bool = False
    key: object = None
    """By what its digest is given in a walk that gives several; None: it is not."""


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link."""

    target: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory."""

    entries: "Mapping[bytes, Node] | Callable[[], Mapping[bytes, Node]]"
    """Name → node in any order, or what loads them when the archive reaches it."""
    key: object = None
    """The same as a file's."""


Node = Regular | Symlink | Directory


def nar_digest(node: Node) -> bytes:
    """Give the SHA-256 of a tree's archive: 32 bytes.

    Raises as `nar_chunks`.
    """
    sha256 = hashlib.sha256()
    for chunk in nar_chunks(node):
        sha256.update(chunk)
    return sha256.digest()


def nar_digests(root: Node) -> Iterator[tuple[object, bytes]]:
    """Give the SHA-256 of the archives of those nodes of a tree that have a key, with it; what is inside comes first.

    What a directory's archive holds of an entry is the entry's own but for how it begins: so each content is loaded
    once, and hashed for every directory above it that has a key. Raises as `nar_chunks`.
    """
    open_nodes: list[tuple[object, hashlib._Hash]] = []
    for chunk in _chunks(root):
        match chunk:
            case bytes():
                for _key, sha256 in open_nodes:
                    sha256.update(chunk)
            case _Begin(key):
                open_nodes.append((key, hashlib.sha256(_MAGIC)))
            case _End():
                key, sha256 = open_nodes.pop()
                yield key, sha256.digest()


def nar_chunks(node: Node) -> Iterator[bytes]:
    """Serialise a tree as an archive, in pieces of about 64 KiB or one file's content, whichever is larger.

    Raises `InvalidInputError` on a directory entry whose name no file can have.
    """
    yield from (chunk for chunk in _chunks(node, _MAGIC) if isinstance(chunk, bytes))


@dataclass(frozen=True, slots=True)
class _Begin:
    """Here begins a node that has a key."""

    key: object


@dataclass(frozen=True, slots=True)
class _End:
    """Here ends the last one that has begun."""


def _chunks(node: Node, *first: bytes) -> Iterator[bytes | _Begin | _End]:
    pending = [*first]
    size = 0
    for piece in _pieces(node):
        if isinstance(piece, bytes):
            pending.append(piece)
            size += len(piece)
            if size < _CHUNK_SIZE:
                continue
        if pending:
            yield b"".join(pending)
            pending.clear()
            size = 0
        if not isinstance(piece, bytes):
            yield piece
    if pending:
        yield b"".join(pending)


def _frame(data: bytes) -> bytes:
    """Write a byte string as archives hold it: its length, itself, zeros up to the next multiple of eight."""
    return len(data).to_bytes(8, "little") + data + bytes(-len(data) % 8)


def _frames(*words: bytes) -> bytes:
    return b"".join(map(_frame, words))


_MAGIC = _frame(b"nix-archive-1")
_OPEN_REGULAR = _frames(b"(", b"type", b"regular", b"contents")
_OPEN_EXECUTABLE = _frames(b"(", b"type", b"regular", b"executable", b"", b"contents")
_OPEN_SYMLINK = _frames(b"(", b"type", b"symlink", b"target")
_OPEN_DIRECTORY = _frames(b"(", b"type", b"directory")
_OPEN_ENTRY = _frames(b"entry", b"(", b"name")
_ENTRY_NODE = _frame(b"node")
_CLOSE = _frame(b")")


def _pieces(root: Node) -> Iterator[bytes | _Begin | _End]:
    """Walk the tree with a stack of our own, because a tree may be deeper than Python's."""
    yield from _opening(root)
    open_directories = [(root, _sorted_entries(root))] if isinstance(root, Directory) else []
    while open_directories:
        directory, entries = open_directories[-1]
        entry = next(entries, None)
        if entry is None:
            open_directories.pop()
            yield _CLOSE
            if directory.key is not None:
                yield _End()
            if open_directories:
                yield _CLOSE
            continue
        name, node = entry
        yield _OPEN_ENTRY + _frame(name) + _ENTRY_NODE
        yield from _opening(node)
        if isinstance(node, Directory):
            open_directories.append((node, _sorted_entries(node)))
        else:
            yield _CLOSE


def _opening(node: Node) -> Iterator[bytes | _Begin | _End]:
    """Write how a directory begins, or all of what is none."""
    if isinstance(node, Symlink):
        yield _OPEN_SYMLINK + _frame(node.target) + _CLOSE
        return
    if node.key is not None:
        yield _Begin(node.key)
    if isinstance(node, Directory):
        yield _OPEN_DIRECTORY
        return
    content = node.content if isinstance(node.content, bytes) else node.content()
    yield (_OPEN_EXECUTABLE if node.executable else _OPEN_REGULAR) + len(content).to_bytes(8, "little")
    yield content
    yield bytes(-len(content) % 8) + _CLOSE
    if node.key is not None:
        yield _End()


def _sorted_entries(directory: Directory) -> Iterator[tuple[bytes, Node]]:
    """Give a directory's entries as archives order them: by the bytes of the name."""
    entries = directory.entries if isinstance(directory.entries, Mapping) else directory.entries()
    for name in sorted(entries):
        if name in (b"", b".", b"..") or b"/" in name or b"\0" in name:
            raise InvalidInputError(f"a directory entry cannot be named {name!r}")
        yield name, entries[name]
