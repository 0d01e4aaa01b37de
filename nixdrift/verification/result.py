"""The nouns of a verification: components of a revision, and what of them is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from nixdrift.deployment import Coverage
from nixdrift.model import StorePath
from nixdrift.report import RevisionInfo
from nixdrift.repository import LineCommit

PLAINLY_LIVE = "its output is deployed"
"""The reason of what is live without a doubt."""


class State(Enum):
    """What is deployed of a component; worst last."""

    LIVE = "live"
    UNKNOWN = "unknown"
    """Its output is known only after a build, or it cannot be told whether a change is in it."""
    MISSING = "missing"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Verified:
    """What is deployed of one component."""

    name: str
    state: State
    reason: str
    expected: Mapping[str, StorePath | None]
    """Output name → its path at the revision."""
    found: tuple[StorePath, ...]
    """Its outputs that are deployed, be they the revision's or earlier ones."""
    origin: LineCommit | None = None
    """The first commit that evaluates to what is deployed, of those that were looked at."""
    newest: LineCommit | None = None
    """The last one that does."""
    behind: int | None = None
    """How many commits came after that one whose changes are not deployed; None: unknown."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether an environment is exactly the revision's."""

    refusals: tuple[str, ...]
    """Why it is not, in words."""
    foreign: tuple[StorePath, ...]
    """Deployed paths that the revision does not evaluate to."""

    @property
    def is_open(self) -> bool:
        """Whether it passes."""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Verification:
    """All that was found out about what is deployed."""

    revision: RevisionInfo
    commit: LineCommit
    deployed: str
    """What was looked at, in words."""
    deployed_paths: int
    components: tuple[Verified, ...]
    """Sorted by name."""
    commits: int
    """How many earlier commits were compared."""
    gaps: int = 0
    """How many more could not be: one of them may be the one that is deployed."""
    gate: Gate | None = None
    coverage: Coverage | None = None

    @property
    def passes(self) -> bool:
        """Whether all is live, and the gate, where there is one, is open."""
        is_live = all(one.state is State.LIVE for one in self.components)
        return is_live and (self.gate is None or self.gate.is_open)
