"""Write a generated graph: records are made once and kept in a file until the order that Nix has is known."""

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO

from benchmarks.generator.records import Edition, Made, Records, package, source_file
from benchmarks.generator.shape import BESIDE_SHARE, DIFFERING_SHARE, GAINED_SHARE
from benchmarks.generator.wiring import Difference, Wiring, differ, wire

_HEAD, _TAIL = b'{"derivations":{', b'},"version":4}'


@dataclass(frozen=True)
class Written:
    """The files of a generated graph."""

    base: Path
    head: Path
    changes: Path


def generate(directory: Path, number: int, *, share: float = DIFFERING_SHARE, seed: int = 1) -> Written:
    """Write two dumps of a number of derivations, and the changes between them.

    ``share`` is how many of head's derivations are not in base; with 1, none is in both.
    """
    gained = round(number * min(share, DIFFERING_SHARE) * GAINED_SHARE / DIFFERING_SHARE)
    chance = Random(seed)  # noqa: S311 - a graph that can be made again, and no secret
    wiring = wire(number, gained, chance)
    difference = differ(wiring, share if share >= 1 else max(0.0, share - gained / number), chance)
    files = Written(directory / "base.json", directory / "head.json", directory / "changes.txt")
    with tempfile.TemporaryFile(dir=directory) as kept:
        base, head = _made(wiring, difference, Records(wiring, seed), kept)
        base.write(files.base, kept)
        head.write(files.head, kept)
    files.changes.write_text("".join(f"{line}\n" for line in sorted(_changes(wiring, difference), key=_path)))
    return files


@dataclass
class _Side:
    """Where the records of a side are kept."""

    paths: list[str] = field(default_factory=list)
    starts: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("L"))

    def add(self, path: str, start: int, size: int) -> None:
        """Add a record."""
        self.paths.append(path)
        self.starts.append(start)
        self.sizes.append(size)

    def write(self, file: Path, kept: IO[bytes]) -> None:
        """Write all records, by their paths."""
        with file.open("wb") as out:
            out.write(_HEAD)
            for place, number in enumerate(sorted(range(len(self.paths)), key=self.paths.__getitem__)):
                kept.seek(self.starts[number])
                out.write(b"," if place else b"")
                out.write(kept.read(self.sizes[number]))
            out.write(_TAIL)


def _made(wiring: Wiring, difference: Difference, records: Records, kept: IO[bytes]) -> tuple[_Side, _Side]:
    before: list[Made] = []
    after: dict[int, Made] = {}
    base, head = _Side(), _Side()
    end = 0
    for number in range(wiring.head):
        made, record = records.make(number, Edition(), before.__getitem__)
        before.append(made)
        is_gained = number >= wiring.base
        if is_gained or difference.differing[number]:
            if not is_gained:
                end = _kept(made, record, end, kept, [base])
            itself = number in difference.itself
            made, record = records.make(
                number, Edition(itself, difference.itself.get(number)), lambda one: after.get(one, before[one])
            )
            after[number] = made
            end = _kept(made, record, end, kept, [head])
        else:
            end = _kept(made, record, end, kept, [base, head])
    return base, head


def _kept(made: Made, record: bytes, end: int, kept: IO[bytes], sides: Iterable[_Side]) -> int:
    kept.write(record)
    for side in sides:
        side.add(made.drv_path, end, len(record))
    return end + len(record)


def _changes(wiring: Wiring, difference: Difference) -> Iterator[str]:
    """Give what git would say has changed: an expression for each that differs, and its patch where that does."""
    for number, source in difference.itself.items():
        yield f"M\tpkgs/{package(number)}/default.nix"
        if source is not None:
            yield f"M\tpkgs/{package(number)}/{source_file(source)}"
    for number in range(wiring.base, wiring.head):
        if not wiring.fetched[number]:
            yield f"A\tpkgs/{package(number)}/default.nix"
            if number % round(1 / BESIDE_SHARE) == 0:
                yield f"A\tpkgs/{package(number)}/paths.patch"


def _path(line: str) -> str:
    return line.partition("\t")[2]
