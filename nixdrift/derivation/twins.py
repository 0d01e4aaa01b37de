"""Two dumps of one project, read together.

A derivation path is a content address of everything below it: a record that both dumps have is the same derivation
with the same closure, and nothing that differs between them is in it. Of such a record only what it takes is read,
for the graph; the rest when it is asked for. What only one dump has is read and checked whole.
"""

import re
from collections.abc import Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from nixdrift.derivation.decoding import collector_off, decode
from nixdrift.derivation.dumps import context_of, read_checked, read_dump
from nixdrift.derivation.records import Context, read_output
from nixdrift.derivation.shapes import VERSION_4, Shape
from nixdrift.derivation.split import Split, split
from nixdrift.errors import InvalidInputError
from nixdrift.links import Linked, Links, declared_hashes
from nixdrift.model import Derivation, Dump, Output, StorePath, derivation_name


class _Promise(msgspec.Struct):
    hash: str | None = None


class _Inputs(msgspec.Struct):
    srcs: list[str]
    drvs: dict[str, msgspec.Raw]


class _Nested(msgspec.Struct):
    inputs: _Inputs
    outputs: dict[str, _Promise]
    system: str
    version: int


class _Flat(msgspec.Struct):
    srcs: list[str] = msgspec.field(name="inputSrcs")
    drvs: dict[str, msgspec.Raw] = msgspec.field(name="inputDrvs")
    outputs: dict[str, _Promise]
    system: str
    version: int | None = None


class _Outputs(msgspec.Struct):
    outputs: dict[str, dict[str, Any]]


class _Link(NamedTuple):
    """What is known of a derivation without reading the rest of it: one entry of `nixdrift.links.Links`."""

    derivations: tuple[StorePath, ...]
    sources: tuple[StorePath, ...]
    system: str
    hashes: Sequence[str]


_HEX = re.compile("[0-9a-f]*")

_read_nested = msgspec.json.Decoder(_Nested).decode
_read_outputs = msgspec.json.Decoder(_Outputs).decode
_read_flat = msgspec.json.Decoder(_Flat).decode


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads the records of one dump."""

    shape: Shape
    context: Context
    records: Mapping[StorePath, msgspec.Raw]
    source: str

    def read(self, path: StorePath) -> Derivation:
        """Read all of a derivation."""
        key = f"{self.context.paths.prefix}{path}"
        try:
            return read_checked(key, decode(bytes(self.records[path]), source=key), self.context, self.shape)
        except InvalidInputError as error:
            raise type(error)(f"{self.source}: {error.message}", hint=error.hint) from None

    def link(self, path: StorePath) -> _Link:
        """Read what a derivation takes, and little more."""
        try:
            record, inputs = self._heads(self.records[path])
        except msgspec.MsgspecError:
            # It may be text that is no UTF-8; if it is worse, this says so.
            return _link(self.read(path))
        hashes = [one.hash for one in record.outputs.values() if one.hash is not None]
        if record.version != self.shape.version or not all(map(_is_usual, hashes)):
            return _link(self.read(path))
        drv_paths, paths = self.context.drv_paths, self.context.paths
        return _Link(
            tuple([drv_paths[one] for one in inputs.drvs]),
            tuple(sorted([paths[one] for one in inputs.srcs])),
            record.system,
            hashes,
        )

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Read what a derivation promises."""
        try:
            name, promises = derivation_name(path), _read_outputs(self.records[path]).outputs
            return {output: read_output(output, promise, name, self.context) for output, promise in promises.items()}
        except (msgspec.MsgspecError, InvalidInputError, LookupError, TypeError, ValueError):
            # Whatever it is, the reader of the whole says it.
            return self.read(path).outputs

    def _heads(self, record: msgspec.Raw) -> tuple[_Nested | _Flat, _Inputs | _Flat]:
        if self.shape is VERSION_4:
            nested = _read_nested(record)
            return nested, nested.inputs
        flat = _read_flat(record)
        return flat, flat


def _is_usual(written: str) -> bool:
    """Tell whether a hash is written in the one way in which Nix writes it in these dumps, as they are compared."""
    return "-" in written or _HEX.fullmatch(written) is not None


def _link(derivation: Derivation) -> _Link:
    hashes = declared_hashes(derivation)
    return _Link(tuple(derivation.input_derivations), derivation.input_sources, derivation.system, hashes)


@dataclass(frozen=True)
class Recorded(Linked):
    """The derivations of a dump: what each takes is known, the rest is read when it is asked for.

    Asking for one that cannot be read raises `InvalidInputError`.
    """

    links: Links
    _reader: _Reader = field(repr=False)
    _known: dict[StorePath, Derivation] = field(repr=False)
    """Those that have been read, by whichever side."""

    def __getitem__(self, path: StorePath) -> Derivation:
        if path not in self.links.derivations:
            raise KeyError(path)
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._reader.read(path)
        return found

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Give what a derivation promises, read alone where the rest has not been read."""
        return self[path].outputs if path in self._known else self._reader.outputs(path)

    def __contains__(self, path: object) -> bool:
        return path in self.links.derivations

    def __iter__(self) -> Iterator[StorePath]:
        return iter(self.links.derivations)

    def __len__(self) -> int:
        return len(self.links.derivations)

    def keys(self) -> KeysView[StorePath]:
        """Give the paths; as those of a dictionary, for whole sets of them are compared."""
        return self.links.derivations.keys()


def read_twins(base: tuple[str, bytes], head: tuple[str, bytes]) -> tuple[Dump, Dump]:
    """Read two dumps, each given after what messages call it.

    Raises `InvalidInputError` where one cannot be read (see `nixdrift.derivation.dumps.read_dump`), or where both have
    a record of one derivation, and not the same.
    """
    with collector_off():
        one, other = split(base[1]), split(head[1])
        if one is None or other is None or (one.shape, one.store_dir) != (other.shape, other.store_dir):
            return read_dump(base[1], source=base[0]), read_dump(head[1], source=head[0])
        context = context_of(one.shape, one.store_dir)
        return _read(_reader(one, context, base[0]), _reader(other, context, head[0]))


def _reader(dump: Split, context: Context, source: str) -> _Reader:
    drv_paths = context.drv_paths
    try:
        records = {drv_paths[key]: record for key, record in dump.records.items()}
    except InvalidInputError as error:
        raise type(error)(f"{source}: {error.message}", hint=error.hint) from None
    return _Reader(dump.shape, context, records, source)


def _read(base: _Reader, head: _Reader) -> tuple[Dump, Dump]:
    known: dict[StorePath, Derivation] = {}
    links: dict[StorePath, _Link] = {}
    for path, record in base.records.items():
        if head.records.get(path) == record:
            links[path] = base.link(path)
        else:
            known[path] = base.read(path)
    for path in head.records.keys() - links.keys():
        derivation = head.read(path)
        if known.setdefault(path, derivation) != derivation:
            raise InvalidInputError(
                f"{base.source} and {head.source} disagree about {path}: a derivation has one record",
                hint="make both dumps anew, in one way",
            )
    links |= {path: _link(derivation) for path, derivation in known.items()}
    dumps = (Dump(base.context.store_dir, _recorded(reader.records, links, base, known)) for reader in (base, head))
    return next(dumps), next(dumps)


def _recorded(
    paths: Mapping[StorePath, object],
    links: Mapping[StorePath, _Link],
    reader: _Reader,
    known: dict[StorePath, Derivation],
) -> Recorded:
    own = [(path, links[path]) for path in paths]
    return Recorded(
        Links(
            {path: link.derivations for path, link in own},
            {path: link.sources for path, link in own},
            frozenset([link.system for _path, link in own]),
            {path: link.hashes for path, link in own if link.hashes},
        ),
        reader,
        known,
    )
