"""A dump, told apart into its records: each is a slice of the file's bytes, and none has been read.

That takes a twentieth of the time of decoding them all, and most of what two dumps hold need not be decoded at all
(see `nixdrift.derivation.twins`). Whatever is out of the ordinary is left to the reader that takes a document as a
whole, and that has the words for what is wrong.
"""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from nixdrift.derivation.decoding import decode
from nixdrift.derivation.records import Record
from nixdrift.derivation.shapes import UNVERSIONED, VERSION_3, VERSION_4, Shape
from nixdrift.derivation.store_dirs import find_store_dir
from nixdrift.errors import InvalidInputError

_WRAPPED = b'"derivations"'
_BEGINNING = 200
_SHORTEST_RECORD = 40
"""No record with its key is shorter: a path has more bytes."""


class _Wrapper(msgspec.Struct):
    derivations: dict[str, msgspec.Raw]
    version: int


class _Version(msgspec.Struct):
    version: int | None = None


_split_wrapped = msgspec.json.Decoder(_Wrapper).decode
_split_plain = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_version = msgspec.json.Decoder(_Version).decode


_WRAPPED_SHAPES: Mapping[int | None, Shape] = {VERSION_4.version: VERSION_4}
_PLAIN_SHAPES: Mapping[int | None, Shape] = {shape.version: shape for shape in (UNVERSIONED, VERSION_3)}


@dataclass(frozen=True, slots=True)
class Split:
    """The records of a dump by their keys, in their order."""

    shape: Shape
    store_dir: str
    records: Mapping[str, msgspec.Raw]


def split(data: bytes) -> Split | None:
    """Tell a dump into its records, or give None where that needs a closer look."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        shape, records = _records(data)
        is_usual = records and all(key.endswith(".drv") for key in records)
        if shape is None or not is_usual or _may_have_doubles(data, shape, records):
            return None
        return Split(shape, find_store_dir(shape, _Decoded(records)), records)
    except (msgspec.MsgspecError, InvalidInputError, RecursionError):
        return None


def _records(data: bytes) -> tuple[Shape | None, Mapping[str, msgspec.Raw]]:
    if _WRAPPED in data[:_BEGINNING]:
        wrapper = _split_wrapped(data)
        return _WRAPPED_SHAPES.get(wrapper.version), wrapper.derivations
    records = _split_plain(data)
    version = _read_version(next(iter(records.values()))).version if records else None
    return _PLAIN_SHAPES.get(version), records


def _may_have_doubles(data: bytes, shape: Shape, records: Mapping[str, msgspec.Raw]) -> bool:
    """Tell whether there may be two records under one key, of which only the last has been kept."""
    kept = sum(map(len, records)) + sum(len(memoryview(one)) for one in records.values())
    # Of a document without white space every byte is accounted for: quotes, a colon and a comma for each record.
    if len(data) - kept - 4 * len(records) < _SHORTEST_RECORD:
        return False
    return data.count(shape.marker) != len(records)


@dataclass(frozen=True, slots=True)
class _Decoded(Mapping[str, Record]):
    """Records that are decoded when they are looked at."""

    records: Mapping[str, msgspec.Raw]

    def __getitem__(self, key: str) -> Record:
        record = decode(bytes(self.records[key]), source=key)
        return record if isinstance(record, dict) else {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)
