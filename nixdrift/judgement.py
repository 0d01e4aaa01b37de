"""The nouns of a judgement: verdicts, what they rest on, and what they lead to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import overload

from nixdrift.changes import Change
from nixdrift.evaluation import Position
from nixdrift.levels import Level as Level
from nixdrift.model import StorePath


class Verdict(Enum):
    """What became of a component, or of one changed path in it; worst last."""

    UNCHANGED = "unchanged"
    RIPPLED = "rippled"
    ADDED = "added"
    REMOVED = "removed"
    REBUILT = "rebuilt"
    UNKNOWN = "unknown"
    UNPROVEN = "unproven"
    FROZEN = "frozen"
    MASKED = "masked"
    STALE = "stale"

    @property
    def severity(self) -> int:
        """The place in the order from harmless to worst."""
        return _ORDER[self]


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


class Pairing(Enum):
    """How a component of base was found again in head."""

    ROOT = "root"
    """By the name of the root."""
    NAME = "name"
    """By the derivation's name without version and hash."""
    AMBIGUOUS = "ambiguous"
    """Several derivations have this name, and nothing tells which became which."""


@dataclass(frozen=True, slots=True)
class Component:
    """The unit judged: a derivation at base and what it became at head."""

    name: str
    pairing: Pairing
    before: StorePath | None
    after: StorePath | None
    aliases: tuple[str, ...] = ()
    """Other roots that are the same derivation, on both sides."""
    position: Position | None = None
    candidates_before: tuple[StorePath, ...] = ()
    """Where the pairing is ambiguous: the derivations of base that share the name."""
    candidates_after: tuple[StorePath, ...] = ()
    """The same at head."""
    is_root: bool = False


class OwnershipKind(Enum):
    """Why a path is taken to belong to a component; strongest first."""

    DECLARED = "declared"
    PROVEN = "proven"
    NAMED = "named"
    """By a string in it, or by a symbolic link in its sources."""
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Why a path belongs to a component, in words."""

    kind: OwnershipKind
    reason: str


class Moved(Enum):
    """Whether an output path of a component differs between base and head."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class Seen(Enum):
    """Whether a change is an input of a component at head."""

    YES = "yes"
    BEHIND_BARRIER = "behind-barrier"
    """An input, but only of a fixed-output derivation whose output is the same as before."""
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a trace, from the changed path towards the component."""

    kind: str
    """``path``, ``input-source``, ``derivation``, ``evaluation``, ``component``; ``break``: where it is broken."""
    name: str
    store_path: StorePath | None = None


@dataclass(frozen=True, slots=True)
class PathJudgement:
    """What became of one changed path in one component."""

    change: Change
    ownership: Ownership
    verdict: Verdict
    reason: str
    trace: tuple[TraceStep, ...] = ()
    delivered_by: tuple[str, ...] = ()
    """For a frozen path: components that are built from this one and take the change by another way."""


@dataclass(frozen=True, eq=False)
class Causes(Sequence[str]):
    """The names of what moved a component, looked for when they are asked for: of thousands a report shows few."""

    _find: Callable[[], tuple[str, ...]] = field(repr=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self._find()

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self.names[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.names == tuple(other)

    def __hash__(self) -> int:
        return hash(self.names)


@dataclass(frozen=True, slots=True)
class ComponentJudgement:
    """What became of a component: the verdict of its worst path, or that it has none."""

    component: Component
    verdict: Verdict
    reason: str
    moved: Moved
    paths: tuple[PathJudgement, ...]
    causes: Sequence[str]
    """The names of the inputs that moved it."""
    outputs_before: Mapping[str, StorePath | None] = field(default_factory=dict)
    outputs_after: Mapping[str, StorePath | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnclaimedDirectory:
    """Changed paths in one directory that no component claims."""

    directory: str
    paths: tuple[str, ...]
    manifests: tuple[str, ...]
    """Build manifests in the directory: there is something to build here that no root reaches."""


@dataclass(frozen=True, slots=True)
class Census:
    """What was looked at: a number of findings means nothing without it."""

    roots_base: int
    roots_head: int
    roots_failed: int
    components: int
    derivations_base: int
    derivations_head: int
    changed_paths: int
    mapped_paths: int
    unclaimed_paths: int
    ignored_paths: int
    housekeeping_paths: int
    expression_paths: int
    counterfactual_evaluations: int = 0
    """How many commits that nobody made were evaluated to decide what nothing else did."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should act on."""

    rule: str
    level: Level
    component: str | None
    paths: tuple[str, ...]
    message: str
    reason: str
    trace: tuple[TraceStep, ...]
    remedy: str
    location: Position | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was judged between two revisions, before the rules make findings of it."""

    components: tuple[ComponentJudgement, ...]
    unclaimed: tuple[UnclaimedDirectory, ...]
    ignored: tuple[str, ...]
    housekeeping: tuple[str, ...]
    expressions: tuple[str, ...]
    census: Census
