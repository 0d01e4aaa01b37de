"""The nouns of an audit: what one revision holds, whose each path is, and which paths are nobody's input."""

from dataclasses import dataclass

from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import Finding, Ownership, UnclaimedDirectory
from nixdrift.model import StorePath
from nixdrift.report import RevisionInfo
from nixdrift.report.baseline import Settled


@dataclass(frozen=True, slots=True)
class Region:
    """Some paths of one directory that have something in common."""

    directory: str
    is_whole: bool
    """Whether it is everything below the directory; else those are files that lie in the directory itself."""
    paths: tuple[str, ...]
    """All of its paths, sorted."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A component that some paths belong to, and why."""

    component: str
    ownership: Ownership


@dataclass(frozen=True, slots=True)
class OwnedRegion:
    """Some paths of one directory that belong to the same components for the same reasons."""

    region: Region
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class SourceOfComponent:
    """An input source that a component takes itself, as far as it comes from the repository."""

    path: StorePath
    evidence: str
    """As in `nixdrift.sources.Evidence`."""
    origins: tuple[str, ...]
    paths: int
    """How many paths of the repository it holds."""
    left_out: int
    """How many paths below its origins it does not hold."""


@dataclass(frozen=True, slots=True)
class NoInputs:
    """Paths that belong to a component by declaration or by name, and that no input source in its closure holds."""

    regions: tuple[Region, ...]
    paths: tuple[str, ...]
    unlisted: tuple[str, ...]
    """Names of input sources in its closure of which it is not known what they hold."""
    is_all: bool
    """Whether nothing in the directories that bear its name is an input, nor anything that is declared to be its."""


@dataclass(frozen=True, slots=True)
class InventoryComponent:
    """A component of one revision, and what it takes from the repository."""

    name: str
    aliases: tuple[str, ...]
    is_root: bool
    position: Position | None
    derivation: StorePath
    sources: tuple[SourceOfComponent, ...]
    paths: int
    """How many paths belong to it."""
    no_inputs: NoInputs


@dataclass(frozen=True, slots=True)
class InventoryCensus:
    """What was looked at."""

    roots: int
    roots_failed: int
    components: int
    derivations: int
    input_sources: int
    local_sources: int
    paths: int
    claimed_paths: int
    unclaimed_paths: int
    ignored_paths: int
    housekeeping_paths: int
    expression_paths: int
    no_input_paths: int
    """Of the claimed ones: how many are no input of a component that they belong to."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """One revision: its components, and every path of it."""

    components: tuple[InventoryComponent, ...]
    owned: tuple[OwnedRegion, ...]
    unclaimed: tuple[UnclaimedDirectory, ...]
    ignored: tuple[str, ...]
    housekeeping: tuple[str, ...]
    expressions: tuple[str, ...]
    failed: tuple[FailedAttribute, ...]
    census: InventoryCensus


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Everything that was found in one revision."""

    revision: RevisionInfo
    inventory: Inventory
    findings: tuple[Finding, ...]
    settled: Settled | None = None
    """What is known of the findings; None: nobody asked."""
