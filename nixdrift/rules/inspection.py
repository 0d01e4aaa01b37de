"""One revision as the rules look at it that need no other."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from nixdrift.comparison.compare import Comparison, Evidence
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.evaluation import Position
from nixdrift.judgement import Component
from nixdrift.model import StorePath
from nixdrift.naming import without_version


@dataclass(frozen=True)
class Inspection:
    """One revision, and which part of it is looked at.

    A derivation path is a content address: what both revisions of a comparison have was as it is before, and what is
    wrong with it is no news.
    """

    side: Side
    config: Config
    evidence: Evidence
    derivations: frozenset[StorePath]
    """The derivations that are looked at."""
    paths: frozenset[str]
    """The paths of the repository that are looked at; some may not exist in this revision."""
    names: Mapping[StorePath, str] = field(default_factory=dict)
    """Derivation → the name of the component that it is."""

    def name(self, path: StorePath) -> str:
        """Give the name by which people know a derivation."""
        return self.names.get(path) or without_version(self.side.graph.derivations[path].name)

    def of(self, names: Container[str | None]) -> "Inspection":
        """Look only at the derivations that people know by some names."""
        return replace(self, derivations=frozenset(path for path in self.derivations if self.name(path) in names))

    def takers(self, path: str) -> Iterator[StorePath]:
        """Give the derivations among those looked at that take a path of the repository themselves, sorted."""
        found = {
            taker
            for source in self.side.sources.values()
            if source.covers(path)
            for taker in self.side.graph.direct_referrers(source.path)
        }
        return iter(sorted(found & self.derivations))

    def position(self, path: StorePath, *attributes: str) -> Position | None:
        """Give where the first known one of some attributes of a derivation is written.

        Else where the derivation is defined, else where a root is that is built from it.
        """
        places = self.side.evaluation.positions.get(path, {})
        for attribute in attributes:
            if attribute in places:
                return places[attribute]
        return self._definition(path)

    def _definition(self, path: StorePath) -> Position | None:
        built = self.side.graph.referrers([path])
        roots = [root for root in self.side.evaluation.roots if root.drv_path in built and root.position]
        nearest = min(roots, key=lambda root: (root.drv_path != path, root.name), default=None)
        return nearest.position if nearest else None


def inspections(comparison: Comparison) -> tuple[Inspection, Inspection]:
    """Give base and head of a comparison, each with what the other does not have."""
    base, head = comparison.sight.base, comparison.sight.head
    components = [judged.component for judged in comparison.judgement.components]
    changed = frozenset(change.path for change in comparison.changes)
    return tuple(
        Inspection(
            reach.side,
            comparison.config,
            comparison.evidence,
            reach.own.derivations,
            changed,
            _names(components, is_head=reach is head),
        )
        for reach in (base, head)
    )  # type: ignore[return-value]


def _names(components: list[Component], *, is_head: bool) -> Mapping[StorePath, str]:
    pairs = ((one.after if is_head else one.before, one.name) for one in components)
    return {path: name for path, name in pairs if path is not None}
