"""Where along a line the sources of a component stopped reaching it: between what is known of its steps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nixdrift.judgement import Verdict
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import StepComponent, StepPath
from nixdrift.timeline.timeline import HARMFUL, ComponentHistory, Introduced, Proof, Stop


@dataclass(frozen=True, slots=True)
class Break:
    """The last time that changes were lost: what is known of it before it is searched for."""

    path: str
    healthy: LineCommit | None
    """The last commit before it with which a change reached the component."""
    harmed: LineCommit
    """The first one with which a change of the path did not."""
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a path and a component at one commit."""

    is_broken: bool | None
    """Whether both are there and changes of the path do not reach the component; None: it cannot be told."""
    evidence: str


def last_break(history: ComponentHistory, *, is_expression: Callable[[str], bool]) -> Break | None:
    """Find the last break of a component; None: nothing was lost, or nothing but changes of expressions."""
    if not history.harmed:
        return None
    until = history.touched.index(history.harmed[-1])
    healthy = [place for place in range(until) if history.touched[place][1].verdict is Verdict.REBUILT]
    start = max(healthy, default=-1)
    commit, harmed = next(row for row in history.touched[start + 1 :] if row[1].verdict in HARMFUL)
    lost = next((one for one in _lost(harmed) if not is_expression(one.path)), None)
    if lost is None:
        return None
    return Break(lost.path, history.touched[start][0] if healthy else None, commit, lost.reason)


def _lost(one: StepComponent) -> Iterable[StepPath]:
    return (path for path in one.paths if path.verdict in HARMFUL)


def evaluated_commits(stops: Sequence[Stop]) -> tuple[LineCommit, ...]:
    """Give the commits of a line that evaluate, oldest first, with the one that the first step starts from."""
    start = next((stop.since for stop in stops if stop.step is not None), None)
    commits = [stop.commit for stop in stops if stop.gap is None]
    return tuple(dict.fromkeys([*([start] if start else []), *commits]))


@dataclass(frozen=True)
class Bisection:
    """A search among commits, each of which can be asked."""

    found: Break
    commits: Sequence[LineCommit]
    """Oldest first."""
    ask: Callable[[LineCommit], Answer]
    is_cut_off: bool
    """Whether there were earlier commits that are not at hand."""

    def introduced(self) -> Introduced:
        """Find the first commit at which it is broken: after the last healthy one, or from the first one on."""
        low = 0 if self.found.healthy is None else self.commits.index(self.found.healthy)
        return self._between(low, self.commits.index(self.found.harmed))

    def _between(self, lowest: int, highest: int) -> Introduced:
        first = self._answer(lowest)
        if first.is_broken and lowest > 0:
            # What was healthy there was another path.
            return self._between(0, lowest)
        if first.is_broken:
            return Introduced(self.found.path, self._proof(lowest), None, self._doubt_of_start())
        low, high = lowest, highest
        while (middle := self._middle(low, high)) is not None:
            low, high = (low, middle) if self._answer(middle).is_broken else (middle, high)
        return Introduced(self.found.path, self._proof(high), self._proof(low), self._doubt(low, high))

    def _middle(self, low: int, high: int) -> int | None:
        """Give the place nearest to the middle at which it can be told; None: there is none."""
        middle = (low + high) // 2
        places = sorted(range(low + 1, high), key=lambda place: abs(place - middle))
        return next((place for place in places if self._answer(place).is_broken is not None), None)

    def _answer(self, place: int) -> Answer:
        return self.ask(self.commits[place])

    def _proof(self, place: int) -> Proof:
        answer, commit = self._answer(place), self.commits[place]
        # A path that was removed cannot be changed once more: that it was lost is what the step says.
        is_known = commit == self.found.harmed and not answer.is_broken
        return Proof(commit, self.found.reason if is_known else answer.evidence)

    def _doubt_of_start(self) -> str | None:
        is_first = self.commits[0].parent is None and not self.is_cut_off
        return None if is_first else "it may have been so before: nothing earlier was looked at"

    def _doubt(self, low: int, high: int) -> str | None:
        if self._answer(low).is_broken is None:
            return f"what it was at {self.commits[low].commit[:10]} cannot be told: {self._answer(low).evidence}"
        return f"{high - low - 1} commits between the two cannot be told" if high - low > 1 else None
