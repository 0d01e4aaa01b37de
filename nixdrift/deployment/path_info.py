"""What ``nix path-info --json`` prints, in each of its formats.

| format   | Nix         | shape                                                            | a path that is not valid |
|----------|-------------|------------------------------------------------------------------|--------------------------|
| not said | 2.8         | a list of objects, each with its ``path``                        | ``"valid": false``       |
| not said | 2.26        | full path → object                                               | null                     |
| 1        | 2.34        | the same, and each has ``version`` and ``storeDir``              | null                     |
| 2        | 2.34        | ``version``, ``storeDir``, and ``info``: base name → object      | null                     |

A binary cache adds fields of its own (``url``, ``downloadSize``, …), ``--closure-size`` adds ``closureSize``. What
``exportReferencesGraph`` writes for structured attributes is a list as well.
Source: https://nix.dev/manual/nix/latest/protocols/json/store-object-info; observed on Nix 2.8, 2.26 and 2.34.
"""

import codecs
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from nixdrift.deployment.store_dirs import HOW_TO_LIST, OneStore, shown
from nixdrift.derivation.faults import kind_of
from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath

NEWEST_FORMAT = 2
_LARGEST = 1 << 63


@dataclass(frozen=True, slots=True)
class PathInfo:
    """What a store says of one valid path."""

    size: int | None
    """Bytes of its archive; None: not known."""
    references: tuple[StorePath, ...]


@dataclass(frozen=True, slots=True)
class PathInfos:
    """What a store says of some paths."""

    store_dir: str | None
    """None: nothing was said."""
    infos: Mapping[StorePath, PathInfo | None]
    """Store path → what is known of it; None: it is not valid there."""


def read_path_info(data: bytes, *, source: str) -> PathInfos:
    """Read what ``nix path-info --json`` printed; ``source`` is what messages call it.

    Raises `InvalidInputError` where it is something else.
    """
    document = _decoded(data, source)
    refuse = partial(_refusal, source)
    if isinstance(document, list):
        return _gathered(_listed(document, refuse), OneStore(), refuse)
    if not isinstance(document, dict):
        raise refuse(f"holds {kind_of(document)}, and no paths")
    if "info" in document:
        return _wrapped(document, refuse)
    return _gathered(iter(document.items()), OneStore(), refuse)


Refuse = Callable[[str], InvalidInputError]


def _refusal(source: str, complaint: str) -> InvalidInputError:
    return InvalidInputError(f"{source} {complaint}", hint=HOW_TO_LIST)


def _decoded(data: bytes, source: str) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            raise _refusal(source, "has two values under one key")
        return members

    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
        return json.loads(text, object_pairs_hook=unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise _refusal(source, "is nested too deeply to be a list of paths") from None
    except ValueError as error:
        raise _refusal(source, f"begins like JSON, and cannot be read: {error}") from None


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON value")


def _listed(records: list[object], refuse: Refuse) -> Iterator[tuple[str, object]]:
    for place, record in enumerate(records):
        if not isinstance(record, dict) or not isinstance(record.get("path"), str):
            raise refuse(f"is a list in which entry {place + 1} has no path")
        yield record["path"], None if record.get("valid") is False else record


def _wrapped(document: Mapping[str, object], refuse: Refuse) -> PathInfos:
    version, store_dir, infos = document.get("version"), document.get("storeDir"), document["info"]
    if version != NEWEST_FORMAT:
        raise refuse(f"is in format {shown(str(version))} of `nix path-info`; this nixdrift reads up to 2")
    if not isinstance(store_dir, str) or not isinstance(infos, dict):
        raise refuse("does not have its store directory and its paths where this format has them")
    full = ((f"{store_dir}/{path}", _with_full_references(record, store_dir)) for path, record in infos.items())
    return _gathered(full, OneStore(store_dir), refuse)


def _with_full_references(record: object, store_dir: str) -> object:
    if not isinstance(record, dict) or not isinstance(record.get("references"), list):
        return record
    full = [f"{store_dir}/{path}" if isinstance(path, str) else path for path in record["references"]]
    return {**record, "references": full}


def _gathered(records: Iterator[tuple[str, object]], store: OneStore, refuse: Refuse) -> PathInfos:
    infos: dict[StorePath, PathInfo | None] = {}
    for text, record in records:
        path = store.read(text, lambda complaint: refuse(f"has an entry that {complaint}"))
        info = None if record is None else _info(path, record, store, refuse)
        if infos.setdefault(path, info) != info:
            raise refuse(f"says two things of {path}")
    return PathInfos(store.store_dir, infos)


def _info(path: StorePath, record: object, store: OneStore, refuse: Refuse) -> PathInfo:
    if not isinstance(record, dict):
        raise refuse(f"has {kind_of(record)} for {path}, and not what a store knows of it")
    references = record.get("references")
    if not isinstance(references, list) or "narHash" not in record:
        raise refuse(f"is not what `nix path-info` prints: {path} has no references or no hash")
    if not all(isinstance(used, str) for used in references):
        raise refuse(f"has a reference of {path} that is not a text")
    refuse_reference = partial(_refuse_reference, path, refuse)
    return PathInfo(_size(path, record, refuse), tuple(store.read(used, refuse_reference) for used in references))


def _refuse_reference(path: StorePath, refuse: Refuse, complaint: str) -> InvalidInputError:
    return refuse(f"has a reference of {path} that {complaint}")


def _size(path: StorePath, record: Mapping[str, object], refuse: Refuse) -> int | None:
    """Read the size of an archive; no archive is empty, and 0 is how Nix writes that it does not know."""
    size = record.get("narSize", 0)
    if type(size) is not int or not 0 <= size < _LARGEST:
        raise refuse(f"has a size of {path} that is none: {shown(str(size))}")
    return size or None
