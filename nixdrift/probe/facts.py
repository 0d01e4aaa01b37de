"""What a probe learns: one fact about one path and one component, true of these files for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from nixdrift.group_testing import Answer, Effect, Failure, Outcome, Undecidable


class Kind(Enum):
    """What a change of a path does to a component."""

    INPUT = "input"
    """It is in an input source, and the output differs."""
    READ = "read"
    """Evaluation takes it without an input source, or fails with it."""
    INERT = "inert"
    """Nothing."""
    PINNED = "pinned"
    """Nothing, though an input source holds the path: that does not follow the repository."""
    FROZEN = "frozen"
    """A derivation differs, and a fixed output hides it."""
    OPEN = "open"
    """That could not be told."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known, and what hides it or why it is not."""

    kind: Kind
    detail: str | None = None
    """Of a frozen path: the name of the fixed-output derivation; of an open one: the reason."""


Facts = Mapping[tuple[str, str], Fact]
"""Component, path → fact."""


def fact_of(answer: Answer) -> Fact:
    """Give the fact that an answer of evaluation states."""
    match answer:
        case Outcome(Effect.NONE):
            return Fact(Kind.INERT)
        case Outcome(Effect.HIDDEN, barrier):
            return Fact(Kind.FROZEN, barrier or "a fixed output")
        case Undecidable(message):
            return Fact(Kind.OPEN, message)
        case Failure() | Outcome():
            return Fact(Kind.READ)
