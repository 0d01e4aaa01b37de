"""What differs between two trees of a repository, and the texts in which git says so.

Paths are strings decoded as file names are (UTF-8, other bytes as surrogate escapes), relative to the top of
the repository, with ``/`` between their parts.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from nixdrift.errors import InvalidInputError

FILE_MODE = "100644"
EXECUTABLE_MODE = "100755"
SYMLINK_MODE = "120000"
SUBMODULE_MODE = "160000"
TREE_MODE = "040000"


@dataclass(frozen=True, slots=True)
class FileState:
    """What git records of one path in one tree: the mode, and the id of its content."""

    mode: str
    object_id: str


class ChangeKind(Enum):
    """How a path differs; a rename is a removal and an addition."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs; the states are None where they are absent or, in a bare list of changes, unknown."""

    path: str
    kind: ChangeKind
    before: FileState | None = None
    after: FileState | None = None


def parse_raw_diff(output: bytes) -> tuple[Change, ...]:
    """Read ``git diff-tree -r -z --raw --no-renames --no-abbrev``.

    Source: https://git-scm.com/docs/diff-format#_raw_output_format
    """
    fields = output.split(b"\0")
    pairs = zip(fields[0:-1:2], fields[1::2], strict=True)
    return tuple(sorted((_raw_change(head.decode("ascii"), path) for head, path in pairs), key=_by_path))


def _raw_change(head: str, path: bytes) -> Change:
    mode_before, mode_after, id_before, id_after, _status = head.removeprefix(":").split(" ")
    before = FileState(mode_before, id_before) if int(mode_before) else None
    after = FileState(mode_after, id_after) if int(mode_after) else None
    return Change(os.fsdecode(path), _kind(before, after), before, after)


def _kind(before: FileState | None, after: FileState | None) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if after is None else ChangeKind.MODIFIED


def _by_path(change: Change) -> str:
    return change.path


def parse_name_status(data: bytes, *, source: str) -> tuple[Change, ...]:
    """Read what ``git diff --name-status`` prints, with ``-z`` or without.

    Raises `InvalidInputError` where a record is not one of git's.
    Source: https://git-scm.com/docs/git-diff#Documentation/git-diff.txt---name-status
    """
    records = _records_with_nul(data, source) if b"\0" in data else _records_by_line(data, source)
    changes: dict[str, Change] = {}
    for status, paths in records:
        for change in _status_changes(status, paths, source):
            known = changes.get(change.path)
            if known is not None and known.kind is not change.kind:
                change = Change(change.path, ChangeKind.MODIFIED)
            changes[change.path] = change
    return tuple(sorted(changes.values(), key=_by_path))


def _records_by_line(data: bytes, source: str) -> Iterator[tuple[str, list[bytes]]]:
    for number, line in enumerate(data.splitlines(), start=1):
        if line:
            status, *paths = line.split(b"\t")
            yield _status(status, paths, f"{source}, line {number}"), [unquoted(path) for path in paths]


def _records_with_nul(data: bytes, source: str) -> Iterator[tuple[str, list[bytes]]]:
    fields = iter(data.split(b"\0"))
    for number, status in enumerate(fields, start=1):
        if status:
            paths = [next(fields, b"") for _ in range(2 if status[:1] in b"RC" else 1)]
            yield _status(status, paths, f"{source}, record {number}"), paths


HOW_TO_LIST = "make the list with `git diff --name-status --no-renames -z BASE HEAD`"

_STATUS = re.compile(rb"[ADMT]|[RC][0-9]*")


def _status(status: bytes, paths: list[bytes], where: str) -> str:
    letter = status.decode("utf-8", "replace")
    expected = 2 if letter[:1] in {"R", "C"} else 1
    if _STATUS.fullmatch(status) is None or len(paths) != expected or not all(paths):
        raise InvalidInputError(
            f"{where}: not a change as git prints it: {letter!r} with {len(paths)} paths",
            hint=HOW_TO_LIST,
        )
    return letter


def _status_changes(status: str, paths: list[bytes], source: str) -> Iterator[Change]:
    names = [os.fsdecode(path) for path in paths]
    for name in names:
        if name.startswith("/") or ".." in name.split("/"):
            raise InvalidInputError(f"{source}: a changed path leads out of the repository: {name!r}", hint=HOW_TO_LIST)
        if {"", "."} & {*name.split("/")} or "\0" in name:
            raise InvalidInputError(f"{source}: no path as git prints it: {name!r:.200}", hint=HOW_TO_LIST)
    match status[0]:
        case "A":
            yield Change(names[0], ChangeKind.ADDED)
        case "D":
            yield Change(names[0], ChangeKind.REMOVED)
        case "R":
            yield Change(names[0], ChangeKind.REMOVED)
            yield Change(names[1], ChangeKind.ADDED)
        case "C":
            yield Change(names[1], ChangeKind.ADDED)
        case _:
            yield Change(names[0], ChangeKind.MODIFIED)


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def unquoted(path: bytes) -> bytes:
    """Undo the quoting that git gives an unusual path where ``-z`` is not used."""
    if len(path) < 2 or not (path.startswith(b'"') and path.endswith(b'"')):
        return path
    return _ESCAPE.sub(_unescaped, path[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if len(escape) == 3 else _LETTERS.get(escape, escape)


def shown(path: str) -> str:
    """Give a path as reports write it: itself, or quoted as git does where it holds unusual bytes."""
    if path.isprintable() and '"' not in path:
        return path
    return '"' + "".join(_quoted(byte) for byte in os.fsencode(path)) + '"'


_SHORT = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def _quoted(byte: int) -> str:
    if byte in _SHORT:
        return _SHORT[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
