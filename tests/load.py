"""Many checks at once on one repository and one cache: all are to be right, and nothing is to be left.

``make load`` runs this with the newest release below NIXDRIFT_TEST_NIX, or the Nix on PATH. Exits with 1 where
anything is otherwise than it has to be.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.command import CommandLine, Outcome, program_directory
from tests.conftest import nix_directories
from tests.corpus import FLAVOURS, commit_all, make_project
from tests.holding import State, broken, state_of

CHECK = ("check", "--system", "x86_64-linux", "--format", "json")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of many checks of one repository."""

    seconds: float
    answers: frozenset[bytes]
    statuses: frozenset[int]
    errors: frozenset[str]
    most_memory: int
    """The most bytes that one of them had at one time."""


def measured(run_all: Callable[[Callable[[], None]], None], check: Callable[[], Outcome]) -> Load:
    """Let something run checks, and give what came of them all."""
    found: list[Outcome] = []
    start = time.perf_counter()
    run_all(lambda: found.append(check()))
    seconds = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Load(
        seconds,
        frozenset(one.stdout for one in found),
        frozenset(one.status for one in found),
        frozenset(one.stderr for one in found),
        most,
    )


def in_a_row(number: int) -> Callable[[Callable[[], None]], None]:
    """Run something again and again."""

    def run_all(one: Callable[[], None]) -> None:
        for _time in range(number):
            one()

    return run_all


def at_once(number: int) -> Callable[[Callable[[], None]], None]:
    """Run something many times at the same time."""

    def run_all(one: Callable[[], None]) -> None:
        threads = [threading.Thread(target=one) for _time in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return run_all


def faults(nixdrift: CommandLine, repository: Path, before: State, loads: Sequence[Load]) -> Iterator[str]:
    """Say what is otherwise than it has to be."""
    if len({answer for load in loads for answer in load.answers}) != 1:
        yield "not all runs gave one report"
    if {status for load in loads for status in load.statuses} != {0}:
        yield f"exit statuses: {sorted({status for load in loads for status in load.statuses})}"
    yield from sorted({error for load in loads for error in load.errors if error})
    yield from broken(nixdrift, repository, before)


def loaded(flavour: str, number: int, nix: Path | None, directory: Path) -> tuple[list[Load], list[str]]:
    """Check a repository in a row and at once, each with an empty cache before; give what came of it, and faults."""
    repository = make_project(directory, "healthy", flavour)
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    programs = program_directory(directory / "programs", "git")
    loads, found = [], []
    for name, runner in (("row", in_a_row(number)), ("once", at_once(number))):
        # One home, and with it one cache, for all; their stores are their own, as in jobs of CI.
        home = directory / name
        home.mkdir()
        nixdrift = CommandLine(home, programs)
        before = state_of(repository)
        loads.append(measured(runner, partial(nixdrift, *CHECK, cwd=repository, nix=nix)))
        found += faults(nixdrift, repository, before, loads)
    return loads, found


def main() -> int:
    """Print a table of both ways, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=50, help="of checks")
    number = parser.parse_args().number
    nix = nix_directories()[-1]
    print("| project | checks | in a row, s | at once, s | at once / in a row | most memory of one, MB | wrong |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    wrong: list[str] = []
    for flavour in FLAVOURS:
        with tempfile.TemporaryDirectory() as directory:
            (row, once), found = loaded(flavour, number, nix, Path(directory))
            subprocess.run(["chmod", "-R", "u+w", directory], check=True)
        wrong += found
        print(
            f"| {flavour} | {number} | {row.seconds:.1f} | {once.seconds:.1f} | {once.seconds / row.seconds:.2f} "
            f"| {once.most_memory / 1e6:.0f} | {len(found)} |",
            flush=True,
        )
    for one in wrong:
        print(one, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
