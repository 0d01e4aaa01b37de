"""Two dumps of one project, read together.

A derivation path is a content address of everything below it: a record that both dumps have is the same derivation
with the same closure, and nothing that differs between them is in it. Of such a record only what it takes is read,
for the graph; the rest when it is asked for. What only one dump has is read and checked whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nixdrift.derivation.decoding import collector_off
from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.reader import Reader, context_of, reader_of
from nixdrift.derivation.split import split
from nixdrift.errors import InvalidInputError
from nixdrift.links import Linked, Links, joined, links_of
from nixdrift.model import Derivation, Dump, Output, StorePath


@dataclass(frozen=True)
class Recorded(Linked):
    """The derivations of a dump: what each takes is known, the rest is read when it is asked for.

    Asking for one that cannot be read raises `InvalidInputError`.
    """

    links: Links
    _reader: Reader = field(repr=False)
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
        former, latter = reader_of(one, base[0], context), reader_of(other, head[0], context)
        # Their keys take as much room as the graph will.
        del one, other
        return _read(former, latter)


def _read(base: Reader, head: Reader) -> tuple[Dump, Dump]:
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
        Dump(store_dir, Recorded(joined(links, links_of(former)), base, known)),
        Dump(store_dir, Recorded(joined(links, links_of(latter)), base, known)),
    )
