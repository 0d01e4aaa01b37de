"""The nouns of a rollback: a component at a commit, compared with what it was at earlier ones."""

from dataclasses import dataclass

from nixdrift.judgement import Verdict
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import StepComponent

_HIDDEN = frozenset({Verdict.STALE, Verdict.MASKED, Verdict.FROZEN, Verdict.UNPROVEN, Verdict.UNKNOWN})
"""Verdicts of a path by which it cannot be said that it is in what differs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier commit, and what going back to it would do to a component."""

    commit: LineCommit
    component: StepComponent | None = None
    """From what is rolled back to the earlier commit; None: neither has it, or it is a gap."""
    gap: str | None = None
    """Why nothing is known of it."""

    @property
    def differing(self) -> tuple[str, ...]:
        """The sources of the component that differ, be it with effect or without."""
        return tuple(path.path for path in self.component.paths) if self.component else ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """Those of which it is not known that they would be taken back: the earlier output does not hold them."""
        return tuple(one.path for one in self.component.paths if one.verdict in _HIDDEN) if self.component else ()


def acts(candidate: Candidate, *, is_effective: bool) -> bool:
    """Tell whether going back to a commit brings back another output.

    To be effective, every source that differs has to be in that output as it was then: none is left out, and none is
    hidden by a fixed output that stays the same.
    """
    one = candidate.component
    return one is not None and one.after is not None and one.moved and not (is_effective and candidate.hidden)


@dataclass(frozen=True, slots=True)
class Rollback:
    """What was found for one component."""

    component: str
    start: LineCommit
    """What is to be rolled back."""
    target: Candidate | None
    """The nearest earlier commit that would act; None: none was found."""
    between: tuple[Candidate, ...]
    """The commits at which a rollback would do nothing, or of which nothing is known, the nearest first."""
    others: tuple[str, ...]
    """What else a rollback to the target would change, by the names of the components."""
    is_effective: bool
    """Whether the target had to differ by all that differs of the component's own sources."""
    left_out: int
    """Earlier commits that were not looked at."""
    is_cut_off: bool

    @property
    def gaps(self) -> tuple[Candidate, ...]:
        """The commits of which nothing is known."""
        return tuple(one for one in self.between if one.gap is not None)
