"""Two dumps of one project, read together.

A derivation path is a content address of everything below it: a record that both dumps have is the same derivation
with the same closure, and nothing that differs between them is in it. Of such a record only what it takes is read,
for the graph; the rest when it is asked for. What only one dump has is read and checked whole.
"""

from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass, field

import msgspec

from nixdrift.derivation.decoding import collector_off, decode
from nixdrift.derivation.dumps import context_of, read_checked, read_dump
from nixdrift.derivation.records import Context
from nixdrift.derivation.shapes import VERSION_4, Shape
from nixdrift.derivation.split import Split, split
from nixdrift.errors import InvalidInputError
from nixdrift.links import Links
from nixdrift.model import Derivation, Dump, StorePath


class _Inputs(msgspec.Struct):
    srcs: list[str]
    drvs: dict[str, msgspec.Raw]


class _Nested(msgspec.Struct):
    inputs: _Inputs
    system: str
    version: int


class _Flat(msgspec.Struct):
    srcs: list[str] = msgspec.field(name="inputSrcs")
    drvs: dict[str, msgspec.Raw] = msgspec.field(name="inputDrvs")
    system: str
    version: int | None = None


_read_nested = msgspec.json.Decoder(_Nested).decode
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

    def links(self, path: StorePath) -> tuple[tuple[StorePath, ...], tuple[StorePath, ...], str]:
        """Read what a derivation takes, and its system."""
        try:
            inputs, system, version = self._inputs(self.records[path])
        except msgspec.MsgspecError:
            # It may be text that is no UTF-8; if it is worse, this says so.
            return _links(self.read(path))
        if version != self.shape.version:
            return _links(self.read(path))
        drv_paths, paths = self.context.drv_paths, self.context.paths
        return tuple([drv_paths[one] for one in inputs.drvs]), tuple([paths[one] for one in inputs.srcs]), system

    def _inputs(self, record: msgspec.Raw) -> "tuple[_Inputs | _Flat, str, int | None]":
        if self.shape is VERSION_4:
            nested = _read_nested(record)
            return nested.inputs, nested.system, nested.version
        flat = _read_flat(record)
        return flat, flat.system, flat.version


def _links(derivation: Derivation) -> tuple[tuple[StorePath, ...], tuple[StorePath, ...], str]:
    return tuple(derivation.input_derivations), derivation.input_sources, derivation.system


@dataclass(frozen=True)
class Recorded(Mapping[StorePath, Derivation]):
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
    links: dict[StorePath, tuple[tuple[StorePath, ...], tuple[StorePath, ...], str]] = {}
    for path, record in base.records.items():
        if head.records.get(path) == record:
            links[path] = base.links(path)
        else:
            known[path] = base.read(path)
    for path in head.records.keys() - links.keys():
        derivation = head.read(path)
        if known.setdefault(path, derivation) != derivation:
            raise InvalidInputError(
                f"{base.source} and {head.source} disagree about {path}: a derivation has one record",
                hint="make both dumps anew, in one way",
            )
    links |= {path: _links(derivation) for path, derivation in known.items()}
    dumps = (Dump(base.context.store_dir, _recorded(reader.records, links, base, known)) for reader in (base, head))
    return next(dumps), next(dumps)


def _recorded(
    paths: Mapping[StorePath, object],
    links: Mapping[StorePath, tuple[tuple[StorePath, ...], tuple[StorePath, ...], str]],
    reader: _Reader,
    known: dict[StorePath, Derivation],
) -> Recorded:
    own = [(path, links[path]) for path in paths]
    return Recorded(
        Links(
            {path: derivations for path, (derivations, _sources, _system) in own},
            {path: sources for path, (_derivations, sources, _system) in own},
            frozenset([system for _path, (_derivations, _sources, system) in own]),
        ),
        reader,
        known,
    )
