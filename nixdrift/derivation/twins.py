"""Two dumps of one project, read together.

A derivation path is a content address of everything below it: a record that both dumps have is the same derivation
with the same closure, and nothing that differs between them is in it. Of such a record only what it takes is read,
for the graph; the rest when it is asked for. What only one dump has is read and checked whole.
"""

import re
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from nixdrift.derivation.decoding import collector_off, decode
from nixdrift.derivation.dumps import context_of, read_checked, read_dump
from nixdrift.derivation.records import Context, read_output
from nixdrift.derivation.shapes import Shape
from nixdrift.derivation.split import Split, split
from nixdrift.derivation.typed import NOT_USUAL, NestedHead, head_reader, read_outputs, read_usual
from nixdrift.errors import InvalidInputError
from nixdrift.links import Linked, Links, links_of
from nixdrift.model import Derivation, Dump, Output, StorePath, derivation_name
from nixdrift.store.hashes import read_hash

_HEX = re.compile("[0-9a-f]*")


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
        record = self.records[path]
        found = read_usual(path, record, self.context, self.shape)
        if found is not None:
            return found
        try:
            return read_checked(key, decode(bytes(record), source=key), self.context, self.shape)
        except InvalidInputError as error:
            raise type(error)(f"{self.source}: {error.message}", hint=error.hint) from None

    def links(self, paths: Iterable[StorePath]) -> Links:
        """Read what some derivations take, and little more of them."""
        drv_paths, source_paths = self.context.drv_paths, self.context.paths
        derivations: dict[StorePath, tuple[StorePath, ...]] = {}
        sources: dict[StorePath, tuple[StorePath, ...]] = {}
        hashes: dict[StorePath, Sequence[str]] = {}
        systems: set[str] = set()
        unusual: dict[StorePath, Derivation] = {}
        read, version = head_reader(self.shape), self.shape.version
        for path in paths:
            try:
                record = read(self.records[path])
            except msgspec.MsgspecError:
                # It may be text that is no UTF-8; if it is worse, this says so.
                unusual[path] = self.read(path)
                continue
            written = [one.hash for one in record.outputs.values() if one.hash is not None]
            if record.version != version or (written and not all(map(_is_digest, written))):
                unusual[path] = self.read(path)
                continue
            inputs = record.inputs if isinstance(record, NestedHead) else record
            derivations[path] = tuple([drv_paths[one] for one in inputs.drvs])
            sources[path] = tuple(sorted([source_paths[one] for one in inputs.srcs])) if inputs.srcs else ()
            systems.add(record.system)
            if written:
                hashes[path] = [one if "-" not in one else read_hash(one)[1] for one in written]
        return _joined(Links(derivations, sources, frozenset(systems), hashes), links_of(unusual))

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Read what a derivation promises."""
        try:
            name, promises = derivation_name(path), read_outputs(self.records[path]).outputs
            return {output: read_output(output, promise, name, self.context) for output, promise in promises.items()}
        except NOT_USUAL:
            # Whatever it is, the reader of the whole says it.
            return self.read(path).outputs


def _is_digest(written: str) -> bool:
    """Tell whether a hash says by itself what it is, as Nix writes it in these dumps: in hexadecimal, or SRI."""
    return written.startswith("sha256-") or _HEX.fullmatch(written) is not None


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
        former, latter = _reader(one, context, base[0]), _reader(other, context, head[0])
        # Their keys take as much room as the graph will.
        del one, other
        return _read(former, latter)


def _reader(dump: Split, context: Context, source: str) -> _Reader:
    drv_paths = context.drv_paths
    try:
        records = {drv_paths[key]: record for key, record in dump.records.items()}
    except InvalidInputError as error:
        raise type(error)(f"{source}: {error.message}", hint=error.hint) from None
    return _Reader(dump.shape, context, records, source)


def _read(base: _Reader, head: _Reader) -> tuple[Dump, Dump]:
    others = head.records
    shared = [path for path, record in base.records.items() if others.get(path) == record]
    alike = set(shared)
    former = {path: base.read(path) for path in base.records if path not in alike}
    latter = {path: head.read(path) for path in others if path not in alike}
    for path in former.keys() & latter.keys():
        if former[path] != latter[path]:
            raise InvalidInputError(
                f"{base.source} and {head.source} disagree about {path}: a derivation has one record",
                hint="make both dumps anew, in one way",
            )
    links, known, store_dir = base.links(shared), former | latter, base.context.store_dir
    return (
        Dump(store_dir, Recorded(_joined(links, links_of(former)), base, known)),
        Dump(store_dir, Recorded(_joined(links, links_of(latter)), base, known)),
    )


def _joined(one: Links, other: Links) -> Links:
    if not other.derivations:
        return one
    return Links(
        {**one.derivations, **other.derivations},
        {**one.sources, **other.sources},
        one.systems | other.systems,
        {**one.hashes, **other.hashes},
    )
