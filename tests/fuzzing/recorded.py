"""Small parts of recorded package sets: what real derivations look like, where ``NIXDRIFT_RECORDINGS`` has some.

Only a search takes them (`make fuzz`); what the suite damages is the same everywhere.
"""

import json
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.shapes import VERSION_4
from nixdrift.derivation.split import Split, split
from nixdrift.store.aterm import write_derivation
from tests.fuzzing.seeds import TWINS, Seeds

MOST_DERIVATIONS = 36
MOST_BYTES = 24_000
"""Two of them, and some damage, are no more than an input may have."""

_KINDS = (
    *(b'"structuredAttrs"', b'"__json"', b'"dev"', b'"man"', b'"sha1-', b'"md5', b'"sha512', b'"method"', b'"flat"'),
    *(rb"[\x80-\xff]", rb"\\u00[01]", rb'\\\\"', b'"impureEnvVars"', b'"allowedReferences"', b'"passAsFile"'),
)
"""What makes a record another one than most; of each, the first that has it is taken."""
_SHARE = 7
"""And so many others, from all over."""


def directory() -> Path | None:
    """Give where the recordings are; None: there are none."""
    named = os.environ.get("NIXDRIFT_RECORDINGS")
    return Path(named) if named and Path(named).is_dir() else None


def seeds_of(target: str) -> Seeds:
    """Give what the recordings have for a target."""
    found, given = directory(), _GIVEN.get(target)
    return tuple(dict.fromkeys(given(found))) if found and given else ()


def dumps(recordings: Path) -> Iterator[bytes]:
    """Give parts of every dump, in the shape that it has."""
    for file in sorted(recordings.rglob("*.json")):
        yield from (data for _name, data in parts(file.read_bytes()))


def twins(recordings: Path) -> Iterator[bytes]:
    """Give what a part is before and after."""
    for file in sorted(recordings.rglob("base*.json")):
        former, latter = (
            dict(parts(one.read_bytes())) for one in (file, file.with_name("head" + file.name.removeprefix("base")))
        )
        yield from (former[name] + TWINS + latter[name] for name in former if name in latter)


def derivations(recordings: Path) -> Iterator[bytes]:
    """Give the store's texts of derivations, written anew."""
    for data in dumps(recordings):
        dump = read_dump(data, source="a part")
        yield from (write_derivation(one, dump.store_dir) for one in dump.derivations.values())


_GIVEN = {"dump": dumps, "twins": twins, "aterm": derivations}


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give parts of a dump: the name of each one's top, and the part.

    It is that and what it takes, as far as there is room; what is left out is taken by nobody there.
    """
    whole = split(data)
    assert whole is not None
    for top in dict.fromkeys(_tops(whole)):
        yield top.partition("-")[2], _part(whole, top)


def _tops(whole: Split) -> Iterator[str]:
    keys = [key for key, record in whole.records.items() if len(memoryview(record)) <= MOST_BYTES]
    for kind in map(re.compile, _KINDS):
        first = next((key for key in keys if kind.search(memoryview(whole.records[key]))), None)
        if first is not None:
            yield first
    yield from keys[:: max(1, len(keys) // _SHARE)]


def _part(whole: Split, top: str) -> bytes:
    taken: dict[str, dict[str, Any]] = {}
    pending, size = deque([top]), 0
    while pending and len(taken) < MOST_DERIVATIONS:
        key = pending.popleft()
        data = bytes(whole.records[key])
        if key not in taken and size + len(data) <= MOST_BYTES:
            taken[key] = json.loads(data)
            size += len(data)
            pending.extend(_inputs(taken[key]))
    for record in taken.values():
        inputs = _inputs(record)
        for key in [key for key in inputs if key not in taken]:
            del inputs[key]
    document = {"derivations": taken, "version": 4} if whole.shape is VERSION_4 else taken
    return json.dumps(document, ensure_ascii=False).encode()


def _inputs(record: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = record["inputs"]["drvs"] if "inputs" in record else record["inputDrvs"]
    return found
