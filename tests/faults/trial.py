"""One fault thrown at one moment, and everything that has to hold afterwards."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.command import Outcome
from tests.faults.place import Place
from tests.faults.throwing import FAULTS
from tests.repository.fingerprint import Fingerprint, fingerprint

_BY_ITSELF = frozenset({"a branch moves", "git's locks are held"})
"""What changes the repository itself: then git is asked whether it is sound, and not every byte and time compared."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault that was thrown."""

    fault: str
    moment: float
    status: int
    wrong: tuple[str, ...]


def trials(place: Place, faults: Sequence[str], chance: Random) -> Iterator[Trial]:
    """Throw some faults in a place, each at another moment."""
    start = time.monotonic()
    right = place.run("--no-cache")
    usual = time.monotonic() - start
    if right.status != 0:
        raise SystemExit(f"without a fault: {right.stderr}")
    for fault in faults:
        moment = chance.random()
        before, facts = fingerprint(place.repository), place.facts()
        ended = FAULTS[fault][0](place, moment, usual)
        wrong = tuple(_wrong(place, fault, ended, right, before, facts))
        yield Trial(fault, moment, ended.status, wrong)


def _wrong(
    place: Place, fault: str, ended: Outcome, right: Outcome, before: Fingerprint, facts: Sequence[str]
) -> Iterator[str]:
    """Say what is otherwise than it has to be."""
    status, report, errors = ended.status, ended.stdout, ended.stderr
    if status not in FAULTS[fault][1]:
        yield f"exit status {status}: {errors[-500:]}"
    if status == 0 and report != right.stdout:
        yield "another report"
    if status in {2, 3} and (report or not errors.startswith(("nixdrift: error: ", "nixdrift: warning: "))):
        yield f"a refusal with a report, or without a word: {errors[:500]}"
    if fault not in _BY_ITSELF and fingerprint(place.repository) != before:
        yield "the repository is not as it was"
    if place.facts() != facts:
        yield "git says something else of the repository"
    if left := list(_left(place)):
        yield f"processes are left: {left}"
    again = place.run()
    if again != right:
        yield f"the next run: exit status {again.status}: {again.stderr[-500:]}"
    if files := [file.name for file in place.nixdrift.runs.glob("run-*")]:
        yield f"runs are left after the next one: {files}"


def _left(place: Place) -> Iterator[int]:
    """Give the processes that are left; those that are about to end get the time to do so."""
    until = time.monotonic() + 20
    while (left := set(place.processes())) and time.monotonic() < until:
        time.sleep(0.02)
    yield from left
