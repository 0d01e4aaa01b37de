"""Trace input sources to the repository: which of them matter, and by which evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nixdrift.changes import Change
from nixdrift.directories import DirectoryName
from nixdrift.model import StorePath, name_of
from nixdrift.side import Side
from nixdrift.sources import LocalSource, Prover, list_source, match_listing
from nixdrift.sources.proof import paths_named
from nixdrift.tree import Tree, ancestors


@dataclass(frozen=True)
class Tracer:
    """Where evidence comes from: git's objects, and the store on this machine if there is one."""

    prover: Prover
    store: Path | None
    object_format: str = "sha1"

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


def _sources_of_candidates(side: Side, names: Iterable[DirectoryName]) -> frozenset[StorePath]:
    """Give the input sources of the derivations that are named like a directory above a change."""
    candidates = {path for name in names for path in side.named(name.name)}
    return frozenset(source for path in candidates for source in side.graph.derivations[path].input_sources)
