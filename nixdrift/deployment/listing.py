"""Lists of store paths, recognised by their content: what somebody else says is deployed."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from nixdrift.deployment.deployed import Deployed
from nixdrift.deployment.path_info import PathInfo, read_path_info
from nixdrift.deployment.store_dirs import HOW_TO_LIST, OneStore, shown, split
from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath

_HASH = re.compile(r"(sha256[:-])?[0-9A-Za-z+/]{43,64}=?")
"""A hash of an archive in any notation: what follows a path in a registration, and is no store path itself."""

_TREE = re.compile(r"[\s│|]*(├───|└───|\+---)")
_NUMBER = re.compile(r"[0-9]{1,19}")


def parse_listing(data: bytes, *, source: str) -> Deployed:
    """Read a list of store paths; ``source`` is what messages call it.

    It is one path a line (``nix-store --query --requisites``, the ``store-paths`` of an image), what
    ``nix path-info --json`` prints in any of its formats, or a registration as ``nix-store --load-db`` reads it.
    Paths that the list itself calls invalid are left out. Raises `InvalidInputError` where it is empty, where
    something in it is no store path or of a second store, and where it says itself that it is no whole closure.
    """
    content = data.removeprefix(codecs.BOM_UTF8)
    start = content.lstrip()[:1]
    if not start:
        raise InvalidInputError(f"{source} is empty", hint=HOW_TO_LIST)
    if start in {b"[", b"{"}:
        found = read_path_info(data, source=source)
        return _deployed(found.store_dir, found.infos, source)
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    if len(lines) > 1 and split(lines[0]) and _HASH.fullmatch(lines[1]):
        store = OneStore()
        infos = dict(_registered(lines, store, source))
        return _deployed(store.store_dir, infos, source)
    return _plain(lines, source)


def _plain(lines: Sequence[str], source: str) -> Deployed:
    store = OneStore()
    paths = frozenset(
        store.read(line, partial(_refusal, source, number, line)) for number, line in enumerate(lines, 1) if line
    )
    return Deployed(paths, {}, str(store.store_dir), is_closure=True, described=source)


def _refusal(source: str, number: int, line: str, complaint: str) -> InvalidInputError:
    hint = HOW_TO_LIST
    if _TREE.match(line):
        hint = "a tree is for people: list the paths with `nix-store --query --requisites PATH`"
    return InvalidInputError(f"{source}: line {number} {complaint}", hint=hint)


def _registered(lines: Sequence[str], store: OneStore, source: str) -> Iterator[tuple[StorePath, PathInfo]]:
    """Read records of a path, its hash, its size, its deriver or nothing, how many it refers to, and these.

    Source: https://nix.dev/manual/nix/latest/command-ref/nix-store/load-db; observed on Nix 2.8, 2.26 and 2.34.
    """
    place, end_of_all = 0, max((place + 1 for place, line in enumerate(lines) if line), default=0)

    def path_at(place: int) -> StorePath:
        return store.read(lines[place], partial(_refusal, source, place + 1, lines[place]))

    while place < end_of_all:
        if place + 4 >= len(lines):
            raise InvalidInputError(f"{source} is cut off: the record at line {place + 1} has no end", hint=HOW_TO_LIST)
        size, count = (_number(lines, place + offset, source) for offset in (2, 4))
        end = place + 5 + count
        if end > len(lines):
            raise InvalidInputError(f"{source} is cut off: the record at line {place + 1} has no end", hint=HOW_TO_LIST)
        yield path_at(place), PathInfo(size or None, tuple(path_at(used) for used in range(place + 5, end)))
        place = end


def _number(lines: Sequence[str], place: int, source: str) -> int:
    if not _NUMBER.fullmatch(lines[place]):
        raise InvalidInputError(f"{source}: line {place + 1} is no number: {shown(lines[place])}", hint=HOW_TO_LIST)
    return int(lines[place])


def _deployed(store_dir: str | None, infos: Mapping[StorePath, PathInfo | None], source: str) -> Deployed:
    valid = {path: info for path, info in infos.items() if info is not None}
    if not valid:
        said = "is empty" if not infos else "lists only paths that are not valid where it was made"
        raise InvalidInputError(f"{source} {said}", hint=HOW_TO_LIST)
    for path, info in valid.items():
        for used in info.references:
            if used not in valid:
                raise _not_whole(source, path, used)
    sizes = {path: info.size for path, info in valid.items() if info.size is not None}
    return Deployed(frozenset(valid), sizes, str(store_dir), is_closure=True, described=source)


def _not_whole(source: str, path: StorePath, used: StorePath) -> InvalidInputError:
    return InvalidInputError(
        f"{source} is no whole closure: {path} refers to {used}, which is not in it",
        hint="list all that is referred to as well: nix path-info --recursive --json PATH",
    )
