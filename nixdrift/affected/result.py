"""The nouns: a component that moved or may have moved, and its distance."""

from dataclasses import dataclass

from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Census, Moved, Verdict
from nixdrift.model import StorePath
from nixdrift.report import RevisionInfo


@dataclass(frozen=True, slots=True)
class AffectedComponent:
    """A component that moved, or of which that is not known."""

    name: str
    aliases: tuple[str, ...]
    is_root: bool
    derivation: StorePath | None
    """Head's; None where it cannot be told which one it is."""
    verdict: Verdict
    moved: Moved
    route: tuple[str, ...]
    """From the nearest derivation that differs by itself, or takes what changed, up to the component; may be empty."""

    @property
    def distance(self) -> int | None:
        """The number of derivations on the way; None where no way is known."""
        return len(self.route) - 1 if self.route else None


@dataclass(frozen=True, slots=True)
class Affected:
    """All that may have to be built or tested between two revisions."""

    base: RevisionInfo
    head: RevisionInfo
    components: tuple[AffectedComponent, ...]
    """Nearest first, then by name; those without a known way last."""
    removed: tuple[str, ...]
    failed: tuple[FailedAttribute, ...]
    """What does not evaluate at head: whether it moved, nobody knows."""
    failed_base: tuple[FailedAttribute, ...]
    census: Census
