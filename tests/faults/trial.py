"""One fault thrown at one moment, and everything that has to hold afterwards."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.command import Outcome
from tests.faults.broken_nix import counted_calls
from tests.faults.place import ASKED, Place
from tests.faults.throwing import FAULTS, JUDGED
from tests.faults.thrown import Usual
from tests.holding import State, broken, not_as_it_was, processes_left, state_of, unsound_entries

_BY_ITSELF = frozenset({"a branch moves", "git's locks are held"})
"""What changes the repository itself: then git is asked whether it is sound, and not every byte and time compared."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault that was thrown."""

    fault: str
    asked: tuple[str, ...]
    moment: float
    status: int
    wrong: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """A question, and what a run without a fault answers."""

    place: Place
    right: Outcome
    usual: Usual


def ground(place: Place) -> Ground:
    """Ask once without a fault, once more to have it in the cache, and count."""
    start = time.monotonic()
    right = place.run("--no-cache")
    seconds = time.monotonic() - start
    if right.status not in {0, 1} or place.run() != right:
        raise SystemExit(f"without a fault: {right.stderr}")
    return Ground(replace(place, right=right), right, Usual(seconds, counted_calls(place)))


def trials(
    place: Place, faults: Sequence[str], chance: Random, asked: Sequence[tuple[str, ...]] = ASKED
) -> Iterator[Trial]:
    """Throw some faults in a place, each at another moment, and into one run or another."""
    grounds = [ground(replace(place, asked=one)) for one in asked]
    for fault in faults:
        moment, here = chance.random(), chance.choice(grounds)
        before = state_of(place.repository)
        thrown = FAULTS[fault][0](here.place, moment, here.usual)
        wrong = (*thrown.wrong, *_wrong(here, fault, thrown.outcome, before))
        yield Trial(fault, here.place.asked, moment, thrown.outcome.status, wrong)


def _wrong(here: Ground, fault: str, ended: Outcome, before: State) -> Iterator[str]:
    """Say what is otherwise than it has to be: at the end of the run, and of the next one."""
    place, right, whatever = here.place, here.right, fault in _BY_ITSELF
    yield from _end(fault, ended, right)
    yield from processes_left(place.nixdrift.home)
    yield from not_as_it_was(place.repository, before, whatever_files=whatever)
    yield from unsound_entries(place.nixdrift, place.directory)
    again = place.run()
    if again != right:
        yield f"the next run: exit status {again.status}: {again.stderr[-500:]}"
    for one in broken(place.nixdrift, place.repository, before, whatever_files=whatever):
        yield f"after the next run: {one}"


def _end(fault: str, ended: Outcome, right: Outcome) -> Iterator[str]:
    status, report, errors = ended.status, ended.stdout, ended.stderr
    allowed = {right.status if one == JUDGED else one for one in FAULTS[fault][1]}
    if status not in allowed:
        yield f"exit status {status}: {errors[-500:]}"
    if status == right.status and report != right.stdout:
        yield "another report"
    if status in {2, 3} and not _says_why(ended):
        yield f"a refusal with a report, or without a word: {errors[:500]}"


def _says_why(ended: Outcome) -> bool:
    """Tell whether a refusal is one line, or a report that names the commit or attribute that Nix has no answer to."""
    if not ended.stdout:
        return ended.stderr.startswith(("nixdrift: error: ", "nixdrift: warning: "))
    stops = ended.report.get("commits", ())
    return ended.status == 3 and bool(ended.report.get("failed") or any(one["gap"] for one in stops))
