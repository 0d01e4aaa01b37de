"""The nouns of a timeline, and how it is put together from steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from nixdrift.judgement import Verdict
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import Ship, Step, StepComponent

HARMFUL = frozenset({Verdict.STALE, Verdict.MASKED})
"""Verdicts that say that a change of its sources is not in a component."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A commit of the line, and what became of the components since the one before it that evaluates."""

    commit: LineCommit
    since: LineCommit | None = None
    """None: there is nothing to compare it with."""
    step: Step | None = None
    gap: str | None = None
    """Why nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a change of a path would reach the output of a component at one commit, and how that is known."""

    commit: LineCommit
    evidence: str


@dataclass(frozen=True, slots=True)
class Introduced:
    """The first commit from which changes of a path stopped reaching the output of a component."""

    path: str
    first: Proof
    last: Proof | None
    """The commit before it, at which they did; None: nothing earlier was looked at, or had both."""
    doubt: str | None = None
    """Why it may have been an earlier commit."""


@dataclass(frozen=True, slots=True)
class Run:
    """Commits in a row that ship the same output of a component."""

    ship: Ship | None
    """None: the component did not exist."""
    commits: tuple[LineCommit, ...]
    """Oldest first."""


@dataclass(frozen=True)
class ComponentHistory:
    """One component along the line."""

    name: str
    rows: tuple[tuple[LineCommit, StepComponent | None], ...]
    """Every commit with a step, oldest first, and what became of the component there; None: it did not exist."""
    runs: tuple[Run, ...]
    introduced: Introduced | None = None

    @cached_property
    def touched(self) -> tuple[tuple[LineCommit, StepComponent], ...]:
        """The commits that touched its sources."""
        return tuple((commit, one) for commit, one in self.rows if one is not None and one.paths)

    @cached_property
    def harmed(self) -> tuple[tuple[LineCommit, StepComponent], ...]:
        """The commits whose changes of its sources are not in it."""
        return tuple((commit, one) for commit, one in self.touched if one.verdict in HARMFUL)

    @cached_property
    def repaired(self) -> LineCommit | None:
        """The commit after the last harm with which its sources reached it again."""
        order = [commit for commit, _one in self.touched]
        after = order.index(self.harmed[-1][0]) + 1 if self.harmed else len(order)
        return next((commit for commit, one in self.touched[after:] if one.verdict is Verdict.REBUILT), None)


@dataclass(frozen=True, slots=True)
class HistoryCensus:
    """What was looked at."""

    commits: int
    gaps: int
    left_out: int
    """Earlier commits of the line that were not looked at."""
    evaluations: int
    """How many commits were evaluated now; the others were known."""
    is_cut_off: bool
    """Whether the clone is shallow, and the line began before."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line of commits."""

    stops: tuple[Stop, ...]
    """Oldest first."""
    components: tuple[ComponentHistory, ...]
    """Sorted by name."""
    census: HistoryCensus
    nix_version: str | None
    system: str | None


def component_histories(stops: Sequence[Stop]) -> tuple[ComponentHistory, ...]:
    """Give every component along a line, sorted by name."""
    names = sorted({name for stop in stops if stop.step for name in stop.step.components})
    return tuple(_history(name, stops) for name in names)


def _history(name: str, stops: Sequence[Stop]) -> ComponentHistory:
    rows = tuple((stop.commit, stop.step.components.get(name)) for stop in stops if stop.step is not None)
    return ComponentHistory(name, rows, tuple(_runs(_ships(name, stops))))


def _ships(name: str, stops: Sequence[Stop]) -> Iterator[tuple[LineCommit, Ship | None]]:
    """Give what the component is at every commit of which it is known, the one before the first step included."""
    is_begun = False
    for stop in stops:
        if stop.step is None:
            continue
        one = stop.step.components.get(name)
        if not is_begun and stop.since is not None:
            yield stop.since, one.before if one else None
        is_begun = True
        yield stop.commit, one.after if one else None


def _runs(ships: Iterator[tuple[LineCommit, Ship | None]]) -> Iterator[Run]:
    commits: list[LineCommit] = []
    current: Ship | None = None
    for commit, ship in ships:
        if commits and ship is not current and _identity(ship) != _identity(current):
            yield Run(current, tuple(commits))
            commits = []
        if not commits:
            current = ship
        commits.append(commit)
    if commits:
        yield Run(current, tuple(commits))


def _identity(ship: Ship | None) -> str | None:
    return None if ship is None else ship.identity
