"""The nouns of a difference: two derivations, and in what the second is not as the first."""

from dataclasses import dataclass

from nixdrift.judgement import Moved
from nixdrift.model import StorePath


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of a derivation that differs by more than the store paths of its inputs; secrets are masked in it."""

    field: str
    """``name``, ``system``, ``builder``, ``args``, ``output``, ``env`` or ``attribute`` (a structured one)."""
    name: str | None
    """Of an output, a variable or an attribute: its name."""
    before: str | None
    """None: base has no such thing."""
    after: str | None


@dataclass(frozen=True, slots=True)
class SourceDifference:
    """An input source that only one side has, or what became of it."""

    name: str
    before: tuple[str, ...] | None
    """The repository paths that it was made from; none where it is not from the repository; None: there was none."""
    after: tuple[str, ...] | None
    paths: tuple[str, ...]
    """The changed paths that it holds, or held."""


@dataclass(frozen=True, slots=True)
class InputDifference:
    """An input derivation that only one side has, or of which other outputs are used."""

    name: str
    before: str | None
    """What was used of it, in words; None: it was no input."""
    after: str | None


@dataclass(frozen=True, slots=True)
class OwnDifferences:
    """In what two derivations differ by themselves."""

    fields: tuple[FieldDifference, ...]
    sources: tuple[SourceDifference, ...]
    inputs: tuple[InputDifference, ...]


@dataclass(frozen=True, slots=True)
class DerivationDifference:
    """A derivation inside of a component that differs from what it was, and not only by its inputs."""

    name: str
    before: StorePath
    after: StorePath
    moved: Moved
    is_fixed: bool
    route: tuple[str, ...]
    """From this derivation up to the component, both included: a shortest way."""
    own: OwnDifferences

    @property
    def is_by_itself(self) -> bool:
        """Whether it differs by more than its inputs."""
        return bool(self.own.fields or self.own.sources or self.own.inputs)

    @property
    def is_barrier(self) -> bool:
        """Whether it is a fixed output that did not move."""
        return self.is_fixed and self.moved is Moved.NO

    @property
    def distance(self) -> int:
        """How many derivations it is away from the component."""
        return len(self.route) - 1
