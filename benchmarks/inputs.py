"""What is measured: recorded graphs, and generated ones."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import run

FILES = ("base.json", "head.json", "changes.txt")

_RECORD = b'.drv":{"args":'
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Input:
    """Two dumps, and the changes between them."""

    name: str
    base: Path
    head: Path
    changes: Path
    is_generated: bool

    @property
    def files(self) -> tuple[str, str]:
        """The two dumps."""
        return str(self.base), str(self.head)

    def derivations(self) -> int:
        """Count the records of head, in a compact dump."""
        with self.head.open("rb") as file:
            count, kept = 0, b""
            while chunk := file.read(_CHUNK):
                text = kept + chunk
                count += text.count(_RECORD)
                kept = text[1 - len(_RECORD) :]
        return count

    def size(self) -> int:
        """Give the bytes of both dumps."""
        return self.base.stat().st_size + self.head.stat().st_size


def options(about: str | None, *, sizes: Sequence[int], repeat: int) -> argparse.ArgumentParser:
    """Give the options of what measures graphs, with the sizes and the repetitions that are usual for it."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--recordings", type=Path, help="a directory of directories with base.json, head.json, changes.txt"
    )
    parser.add_argument("--sizes", type=size, nargs="*", default=sizes, help="of generated graphs: 10k, 1M; or none")
    parser.add_argument("--graphs", type=Path, help="where generated graphs are kept for the next time")
    parser.add_argument("--repeat", type=int, default=repeat)
    parser.add_argument("--output", type=Path, help="the file for all that was measured, as JSON")
    return parser


def save(results: object, output: Path | None) -> None:
    """Write what was measured as JSON, where that is asked for."""
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(results, indent=2) + "\n")


def recorded(directory: Path | None) -> Iterator[Input]:
    """Give the pairs that are in the directories of one, by their names."""
    for place in sorted(directory.iterdir()) if directory else ():
        if all((place / name).is_file() for name in FILES):
            yield _input(place.name, place, is_generated=False)


def generated(directory: Path, sizes: Sequence[int]) -> Iterator[Input]:
    """Give generated pairs, made where they are not there yet."""
    for size in sizes:
        place = directory / str(size)
        if not (place / FILES[-1]).is_file():
            # In a process of its own, whose memory is not ours.
            run(["-m", "benchmarks.generator", str(place), "--derivations", str(size)])
        yield _input(short(size), place, is_generated=True)


def _input(name: str, place: Path, *, is_generated: bool) -> Input:
    base, head, changes = (place / file for file in FILES)
    return Input(name, base, head, changes, is_generated)


def short(number: int) -> str:
    """Write a number of derivations: ``10k``, ``1M``."""
    for unit, size in (("M", 10**6), ("k", 10**3)):
        if number >= size and number % size == 0:
            return f"{number // size}{unit}"
    return str(number)


def size(text: str) -> int:
    """Read a number of derivations: ``10k``, ``1M``."""
    unit = {"k": 10**3, "M": 10**6}.get(text[-1:], 1)
    return int(text[:-1] if unit > 1 else text) * unit
