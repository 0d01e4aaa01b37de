"""Follow one component back along the line, until it is known which commit what is deployed comes from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from nixdrift.changes import shown
from nixdrift.judgement import Verdict
from nixdrift.model import StorePath, name_of
from nixdrift.report.page import counted, some
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import Ship, StepComponent, StepPath
from nixdrift.verification.result import PLAINLY_LIVE, State, Verified

_OPEN = frozenset({Verdict.UNPROVEN, Verdict.UNKNOWN})


@dataclass
class Tracker:
    """A component at the revision, and what was seen of it at earlier commits; these are told nearest first."""

    name: str
    ship: Ship
    here: LineCommit
    deployed: Collection[StorePath]
    is_decided: bool = False
    _newest: LineCommit | None = None
    _origin: LineCommit | None = None
    _behind: int | None = None
    _found: set[StorePath] = field(default_factory=set)
    _stale: set[str] = field(default_factory=set)
    _masked: set[str] = field(default_factory=set)
    _open: set[str] = field(default_factory=set)
    _has_moved: bool = False
    _looked_at: int = 0

    def __post_init__(self) -> None:
        self._found |= self._deployed(self.ship)
        self._is_here = bool(self._found)
        self.is_decided = not self._is_here and None in self.ship.outputs.values()
        if self._is_here:
            self._newest = self._origin = self.here

    def see(self, distance: int, commit: LineCommit, one: StepComponent, deployed: Collection[StorePath]) -> None:
        """Take in what became of the component from an earlier commit to the revision; ``distance`` is in commits."""
        self.deployed = deployed
        self._looked_at += 1
        if self.is_decided:
            return
        if self._is_here:
            self._see_same(distance, commit, one)
        else:
            self._see_other(distance, commit, one)

    def _see_same(self, distance: int, commit: LineCommit, one: StepComponent) -> None:
        """Go back until the component's own sources and its output differ: what changed up to then may be lost.

        That the output moved does not settle it: another input may have moved it after a change that was lost.
        """
        lost = {path.path for path in one.paths if _is_lost(path)}
        unproven = {path.path for path in one.paths if path.verdict in _OPEN}
        if one.moved or self._has_moved:
            self._has_moved = True
            self._masked |= lost
            self._open |= unproven
            self.is_decided = bool(one.paths or self._stale)
            return
        self._origin, self._behind = commit, distance
        # Nothing that changed is in an output that stayed the same; what was changed back is as it was.
        self._stale = lost | unproven

    def _see_other(self, distance: int, commit: LineCommit, one: StepComponent) -> None:
        """Go back until an output is the one that is deployed, and on as long as it is."""
        found = self._deployed(one.before)
        if found:
            if self._newest is None:
                self._newest, self._behind = commit, distance
            self._origin = commit
            self._found |= found
        elif self._newest is not None:
            self.is_decided = True

    def _deployed(self, ship: Ship | None) -> set[StorePath]:
        outputs: Iterable[StorePath | None] = ship.outputs.values() if ship else ()
        return {path for path in outputs if path is not None and path in self.deployed}

    def verified(self, *, is_bounded: bool = False) -> Verified:
        """Give what is known now; ``is_bounded``: there were earlier commits that nobody looked at."""
        state, reason = self._state()
        if state is State.LIVE and is_bounded and not self.is_decided:
            earlier = counted(self._looked_at, "earlier commit")
            reason += f"; {earlier} looked at, and whether a change before was lost is not known"
        is_old = state is State.OUTDATED
        return Verified(
            self.name,
            state,
            reason,
            self.ship.outputs,
            tuple(sorted(self._found or self._of_its_name())),
            self._origin if is_old else None,
            (self._origin if self._stale else self._newest) if is_old else None,
            self._behind if is_old else None,
        )

    def _state(self) -> tuple[State, str]:
        if self._is_here:
            return self._state_of_same()
        if self._newest is not None:
            return State.OUTDATED, f"what is deployed is what {self._newest.commit[:10]} evaluates to"
        if None in self.ship.outputs.values():
            return State.UNKNOWN, "its output is known only after a build"
        earlier = counted(self._looked_at, "earlier commit")
        if self._of_its_name():
            return State.OUTDATED, f"another output of its name is deployed, which none of {earlier} evaluates to"
        return State.MISSING, f"no output of it is deployed, nor one of {earlier}"

    def _state_of_same(self) -> tuple[State, str]:
        if self._stale and self._origin is not None:
            paths = some([shown(path) for path in sorted(self._stale)])
            return (
                State.OUTDATED,
                f"its output is what {self._origin.commit[:10]} evaluates to: {paths} changed since, and is not in it",
            )
        if self._masked:
            paths = some([shown(path) for path in sorted(self._masked)])
            return State.OUTDATED, f"its output is deployed, but {paths} is not in it"
        if self._open:
            paths = some([shown(path) for path in sorted(self._open)])
            return State.UNKNOWN, f"its output is deployed, and whether {paths} is in it cannot be told"
        return State.LIVE, PLAINLY_LIVE

    def _of_its_name(self) -> set[StorePath]:
        names = {name_of(path) for path in self.ship.outputs.values() if path is not None}
        return {path for path in self.deployed if name_of(path) in names}


def _is_lost(path: StepPath) -> bool:
    """Tell whether a change is not in the output, nor, where a fixed output hides it, in what is built from that."""
    return path.verdict in {Verdict.STALE, Verdict.MASKED} or (path.verdict is Verdict.FROZEN and not path.is_delivered)
