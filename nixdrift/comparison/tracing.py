"""Trace input sources to the repository: which of them matter, and by which evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.changes import Change
from nixdrift.comparison.directories import DirectoryName
from nixdrift.comparison.side import Side
from nixdrift.model import StorePath, name_of
from nixdrift.sources import Evidence, LocalSource, Prover, list_source, match_listing
from nixdrift.sources.proof import paths_named
from nixdrift.tree import Tree, ancestors


@dataclass(frozen=True)
class Tracer:
    """Where evidence comes from: git's objects, and the store on this machine if there is one."""

    prover: Prover
    store: Path | None
    object_format: str = "sha1"

    def trace_both(
        self, base: Side, head: Side, changes: Sequence[Change], names: Sequence[DirectoryName]
    ) -> tuple[Side, Side]:
        """Trace the input sources of both sides to their trees; a side without a tree is given back as it is."""
        traced = [
            replace(side, sources=self.trace(side, other, side.tree, changes, names)) if side.tree else side
            for side, other in ((base, head), (head, base))
        ]
        return self._with_common_origins(traced[0], traced[1])

    def _with_common_origins(self, base: Side, head: Side) -> tuple[Side, Side]:
        """Keep a source that both sides have where it is: content that was copied elsewhere is no source there."""
        if base.tree is None or head.tree is None:
            return base, head
        found = {path for side in (base, head) for path, source in side.sources.items() if source.files is None}
        shared = found & base.graph.input_sources & head.graph.input_sources
        former, latter = self._origins(base, base.tree, shared), self._origins(head, head.tree, shared)
        common = {path: former[path] & latter[path] for path in shared}
        return _at_origins(base, common), _at_origins(head, common)

    def _origins(self, side: Side, tree: Tree, shared: set[StorePath]) -> Mapping[StorePath, frozenset[str]]:
        by_name = self.prover.prove(tree, paths_named(tree, shared), shared)
        near = {path: source for path, source in side.sources.items() if source.evidence is Evidence.STORE_PATH}
        return {
            path: frozenset(origin for known in (near, by_name) if path in known for origin in known[path].origins)
            for path in shared
        }

    def trace(
        self, side: Side, other: Side, tree: Tree, changes: Iterable[Change], names: Iterable[DirectoryName]
    ) -> Mapping[StorePath, LocalSource]:
        """Trace the input sources of one side to its tree.

        Any of them may turn out to be a changed path or a directory above one. Those that differ, or that belong
        to a candidate, are worth more: they are compared with every path that has their name, and listed in the
        store at last.
        """
        near = {path for change in changes for path in (change.path, *ancestors(change.path))}
        differing = side.graph.input_sources - other.graph.input_sources
        worth = differing | _sources_of_candidates(side, names)
        proven = dict(self.prover.prove(tree, near, side.graph.input_sources, map(name_of, differing)))
        left = worth - proven.keys()
        proven |= self.prover.prove(tree, paths_named(tree, left), left)
        for source in sorted(worth - proven.keys()):
            found = self._listed(source, tree)
            if found is not None:
                proven[source] = found
        return proven

    def _listed(self, source: StorePath, tree: Tree) -> LocalSource | None:
        listing = list_source(self.store, source, self.object_format) if self.store else None
        return match_listing(source, listing, tree) if listing else None


def _at_origins(side: Side, origins: Mapping[StorePath, frozenset[str]]) -> Side:
    """Narrow sources down to some origins, where there are any."""
    narrowed = {
        path: LocalSource(path, Evidence.STORE_PATH, tuple(sorted(places)))
        for path, places in origins.items()
        if places
    }
    return replace(side, sources={**side.sources, **narrowed})


def _sources_of_candidates(side: Side, names: Iterable[DirectoryName]) -> frozenset[StorePath]:
    """Give the input sources of the derivations that are named like a directory above a change."""
    candidates = {path for name in names for path in side.named(name.name)}
    return frozenset(source for path in candidates for source in side.graph.derivations[path].input_sources)
