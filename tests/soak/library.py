"""nixdrift as a library, called again and again in one process: ``python -m tests.soak.library SECONDS``.

A process for each command hides what is not given back; here it would pile up. Writes a line of JSON for each lap.
"""

import gc
import os
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

import nixdrift
from nixdrift.formats import FORMATS, TEXT
from nixdrift.nix import NixSettings
from tests.corpus import commit_all, make_project
from tests.graphs import STORE, drv_path, record
from tests.soak.growth import Figure

_NIX_EVERY = 10

FIGURES = (
    # A tenth of what a lap's own graphs take: one that is not given back would be seen within a tenth of the laps.
    Figure("memory that Python holds", "MB", 1.0, 1e6),
    # The allocator keeps some of what it was given back, now more and now less.
    Figure("memory of the process", "MB", 8.0, 1e6),
    Figure("open files"),
    Figure("threads"),
    Figure("child processes"),
)


@dataclass(frozen=True)
class Library:
    """A process that judges, with a directory to do so in."""

    directory: Path
    size: int
    """How many derivations a dump has."""

    def lap(self, number: int) -> None:
        """Read two dumps whose names never were there before, judge, write the report in all formats, and read it."""
        for end in (0, 1):
            (self.directory / f"{end}.json").write_bytes(self._dump(number, end))
        (self.directory / "changes").write_bytes(b"M\0goinstance/main.go\0")
        base, head = ([self.directory / f"{end}.json"] for end in (0, 1))
        report = nixdrift.check(self.directory, base_graph=base, head_graph=head, changes=self.directory / "changes")
        _judged(report, number, {f"service-{number}": "rippled"})

    def evaluated_lap(self, number: int, repository: Path) -> None:
        """Judge a commit with Nix."""
        (repository / "goinstance" / "main.go").write_text(f"library {number}\n")
        commit_all(repository, f"library {number}")
        report = nixdrift.check(repository, nix=NixSettings(system="x86_64-linux"))
        _judged(report, number, {"goinstance": "rebuilt", "platform": "unchanged"})

    def _dump(self, lap: int, end: int) -> bytes:
        """Write a dump: a row of derivations, each of which takes those before it, and half of which move."""
        number, paths, records = (2 * lap + end) * self.size, [], {}
        for place in range(self.size):
            name = f"part{place}-of-{lap}-1.{lap}"
            number_here = place + 1 if place < self.size // 2 else number + self.size * 10
            paths.append(drv_path(name, number_here + place))
            records[paths[-1]] = record(name, number_here + place, paths[max(0, place - 3) : place])
        root = drv_path(f"service-{lap}", number + self.size * 20)
        top: dict[str, Any] = record(f"service-{lap}", number + self.size * 20, paths[-5:])
        top["env"]["script"] = f"{STORE}/bin/sh part {end} of {lap}"
        return orjson.dumps({**records, root: top})


def _judged(report: nixdrift.Report, number: int, verdicts: dict[str, str]) -> None:
    """Hold a report against what is right, and write and read it in every way there is."""
    said = {one.component.name.rpartition(".")[2]: one.verdict.value for one in report.judgement.components}
    if said != verdicts:
        raise AssertionError(f"lap {number}: {said}, and not {verdicts}")
    written = {name: nixdrift.render(name, report) for name in FORMATS if name != TEXT}
    if nixdrift.render("json", nixdrift.read_report(written["json"], source="it")) != written["json"]:
        raise AssertionError(f"lap {number}: the report is read as another one")


def measured() -> dict[str, float]:
    """Tell what this process holds; before, give back what only cycles hold."""
    gc.collect()
    here = Path("/proc/self")
    resident = int((here / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    children = [child for task in (here / "task").iterdir() for child in (task / "children").read_text().split()]
    return {
        "memory that Python holds": tracemalloc.get_traced_memory()[0],
        "memory of the process": resident,
        "open files": len(list((here / "fd").iterdir())),
        "threads": threading.active_count(),
        "child processes": len(children),
    }


def laps(directory: Path, size: int, goes_on: Callable[[int], bool]) -> Iterator[dict[str, float]]:
    """Judge for as long as something says, and give what the process holds after each lap."""
    library, repository = Library(directory, size), make_project(directory, "healthy", "file")
    number = 0
    while goes_on(number):
        if number % _NIX_EVERY == 0:
            library.evaluated_lap(number, repository)
        library.lap(number)
        yield measured()
        number += 1


def main() -> int:
    """Write what the process holds, lap by lap."""
    directory, until = Path(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    tracemalloc.start()
    for figures in laps(directory, int(sys.argv[3]), lambda _number: time.monotonic() < until):
        sys.stdout.buffer.write(orjson.dumps(figures) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
