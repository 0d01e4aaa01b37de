"""The nouns of a comparison of two roots: what differs between them, what of it is expected, and what it refers to."""

from dataclasses import dataclass, field

from nixdrift.config import ExpectedDifference
from nixdrift.evaluation import Position
from nixdrift.model import StorePath
from nixdrift.report import RevisionInfo


@dataclass(frozen=True, slots=True)
class Operand:
    """One of the two roots."""

    name: str
    """As it was named."""
    root: str
    """The attribute path, or the derivation's name where a graph was given."""
    derivation: StorePath
    position: Position | None
    revision: RevisionInfo


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a value of one side for something that this side, or the other, does not have."""

    of_a: bool
    """Whether it is in A's value; else it is in B's."""
    name: str
    had_by: str | None
    """``a`` or ``b``, the side that has it; None: neither has."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same on both sides; secrets are masked in it."""

    address: str
    """What it is declared by: no store path is in it."""
    mirrored: str
    """The same, if B is the first of the two: what a declaration may say as well."""
    a: str | None
    """None: A has no such thing."""
    b: str | None
    route: tuple[str, ...]
    """From the derivation that it is in up to the root, both included."""
    references: tuple[Reference, ...] = ()
    is_known: bool = True
    """Whether it is known how they differ; else only that they do."""
    expected: ExpectedDifference | None = None


@dataclass(frozen=True, slots=True)
class ParityCensus:
    """What was looked at."""

    derivations_a: int
    derivations_b: int
    pairs: int
    """How many derivations were compared with their counterparts."""
    same_outputs: int
    """Of the pairs, how many have the same outputs: nothing in them can be felt."""
    files: int
    """How many pairs of files and directories were compared."""
    files_not_at_hand: int
    """How many more could not be, though they differ."""
    unpaired: int
    """How many inputs are on one side only."""
    differences: int
    expected: int


@dataclass(frozen=True, slots=True)
class Parity:
    """All that differs between two roots, nearest to them first."""

    a: Operand
    b: Operand
    differences: tuple[Difference, ...]
    census: ParityCensus
    unmet: tuple[ExpectedDifference, ...] = field(default=())
    """What is declared to differ between these two, and does not."""

    @property
    def undeclared(self) -> tuple[Difference, ...]:
        """The differences that nobody expects."""
        return tuple(one for one in self.differences if one.expected is None)

    @property
    def declared(self) -> tuple[Difference, ...]:
        """The differences that are expected."""
        return tuple(one for one in self.differences if one.expected is not None)
