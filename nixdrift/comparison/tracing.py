"""Trace input sources to the repository: which of them matter, and by which evidence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from nixdrift.changes import Change
from nixdrift.comparison.side import Side
from nixdrift.model import StorePath, name_of
from nixdrift.sources import Evidence, ListSource, LocalSource, Prover, match_listing
from nixdrift.sources.proof import paths_named
from nixdrift.tree import Tree, ancestors


@dataclass(frozen=True)
class Tracer:
    """Where evidence comes from: git's objects, and the listings of input sources that are at hand."""

    prover: Prover
    list_source: ListSource | None = None

    def trace_both(
        self,
        base: Side,
        head: Side,
        changes: Sequence[Change],
        names: Collection[str],
        links: Sequence[str] = (),
        rewired: frozenset[StorePath] = frozenset(),
    ) -> tuple[Side, Side]:
        """Trace the input sources of both sides to their trees; a side without a tree is given back as it is.

        ``names`` are those that a component of what changed may have: of the directories above, or declared;
        normalised. ``links`` lead to what changed: what holds one of them matters as well. ``rewired`` are those
        sources that something takes on one side only.
        """
        traced = [
            self._traced(side, other, side.tree, changes, names, links, rewired) if side.tree else side
            for side, other in ((base, head), (head, base))
        ]
        before, after = traced
        listed = _at_common_contents(before, after), _at_common_contents(after, before)
        return self._with_common_origins(*listed)

    def _traced(
        self,
        side: Side,
        other: Side,
        tree: Tree,
        changes: Sequence[Change],
        names: Collection[str],
        links: Sequence[str],
        rewired: frozenset[StorePath],
    ) -> Side:
        own = side.graph.derivations.keys() - other.graph.derivations.keys()
        sources = self.trace(side, other, tree, changes, names, rewired)
        left = side.graph.input_sources - sources.keys() if links else ()
        linking = self.prover.prove(tree, _with_above(links), left)
        near = _with_above(change.path for change in changes)
        known = {**sources, **linking}
        differing = side.graph.input_sources - other.graph.input_sources - known.keys()
        unlisted = frozenset(source for source in differing if not self.list_source or self.list_source(source) is None)
        return self._with_mentioned(replace(side, sources=known, unlisted=unlisted), tree, own, near)

    def _with_common_origins(self, base: Side, head: Side) -> tuple[Side, Side]:
        """Keep a source that both sides have where it is: content that was copied elsewhere is no source there.

        Content that is gone from one place and has come to another has moved, and was not copied.
        """
        if base.tree is None or head.tree is None:
            return base, head
        found = {path for side in (base, head) for path, source in side.sources.items() if source.files is None}
        shared = found & base.graph.input_sources & head.graph.input_sources
        former, latter = self._origins(base, base.tree, shared), self._origins(head, head.tree, shared)
        before, after = base.tree.entries, head.tree.entries
        gone = {path: frozenset(one for one in former[path] if one not in after) for path in shared}
        come = {path: frozenset(one for one in latter[path] if one not in before) for path in shared}
        moved = {path for path in shared if gone[path] and come[path]}
        common = {path: former[path] & latter[path] for path in shared}
        former, latter = (
            {path: common[path] | (ways[path] if path in moved else frozenset()) for path in shared}
            for ways in (gone, come)
        )
        return _at_origins(base, former), _at_origins(head, latter)

    def _origins(self, side: Side, tree: Tree, shared: set[StorePath]) -> Mapping[StorePath, frozenset[str]]:
        by_name = self.prover.prove(tree, paths_named(tree, shared), shared)
        near = {path: source for path, source in side.sources.items() if source.evidence is Evidence.STORE_PATH}
        return {
            path: frozenset(origin for known in (near, by_name) if path in known for origin in known[path].origins)
            for path in shared
        }

    def trace(
        self,
        side: Side,
        other: Side,
        tree: Tree,
        changes: Iterable[Change],
        names: Iterable[str],
        rewired: frozenset[StorePath] = frozenset(),
    ) -> Mapping[StorePath, LocalSource]:
        """Trace the input sources of one side to its tree.

        Any of them may turn out to be a changed path or a directory above one. Those that differ, that something
        takes on one side only, or that belong to a candidate, are worth more: they are compared with every path that
        has their name, and listed in the store at last.
        """
        near = set(_with_above(change.path for change in changes))
        differing = side.graph.input_sources - other.graph.input_sources
        if differing or rewired:
            # Even without a change of a file, if evaluation was asked something else.
            near.add("")
        worth = differing | (rewired & side.graph.input_sources) | _sources_of_candidates(side, names)
        proven = dict(self.prover.prove(tree, near, side.graph.input_sources))
        left = worth - proven.keys()
        proven |= self.prover.prove(tree, paths_named(tree, left), left)
        # Only then under names that are not their own: two files may well have one content, above all an empty one.
        left = differing - proven.keys()
        proven |= self.prover.prove(tree, near, left, map(name_of, left))
        for source in sorted(worth - proven.keys()):
            found = self._listed(source, tree)
            if found is not None:
                proven[source] = found
        return proven

    def trace_further(
        self, side: Side, places: Iterable[str], sources: Iterable[StorePath]
    ) -> tuple[Side, frozenset[StorePath]]:
        """Trace what was not worth it before: all input sources to some places, and some sources by their files.

        Gives also those of the latter of which it is not known what they hold.
        """
        tree = side.tree
        if tree is None:
            return side, frozenset(sources)
        found = dict(self.prover.prove(tree, places, side.graph.input_sources - side.sources.keys()))
        left = set(sources) - side.sources.keys() - found.keys()
        found |= self.prover.prove(tree, paths_named(tree, left), left)
        unknown = set()
        for source in sorted(left - found.keys()):
            listing = self.list_source(source) if self.list_source else None
            traced = match_listing(source, listing, tree) if listing is not None else None
            if traced is not None:
                found[source] = traced
            elif listing is None:
                unknown.add(source)
        return replace(side, sources={**side.sources, **found}), frozenset(unknown)

    def trace_alone(self, side: Side) -> Side:
        """Trace every input source of one side, which is compared with no other."""
        tree = side.tree
        if tree is None:
            return side
        sources = side.graph.input_sources
        proven = dict(self.prover.prove(tree, paths_named(tree, sources), sources))
        proven |= self.prover.prove(tree, [""], sources - proven.keys())
        for source in sorted(sources - proven.keys()):
            found = self._listed(source, tree)
            if found is not None:
                proven[source] = found
        return self._with_mentioned(replace(side, sources=proven), tree, side.graph.derivations, {""})

    def _with_mentioned(self, side: Side, tree: Tree, derivations: Iterable[StorePath], near: AbstractSet[str]) -> Side:
        found = {one for path in derivations for _where, one in side.mentions.objects(path)}
        if not found:
            return side
        return replace(side, mentioned=self.trace_to(tree, found, {*near, *paths_named(tree, found)}))

    def trace_to(
        self, tree: Tree, objects: Iterable[StorePath], paths: Iterable[str]
    ) -> Mapping[StorePath, LocalSource]:
        """Trace some store objects to the paths that they may be made from, else by their files to any."""
        wanted = set(objects)
        traced = dict(self.prover.prove(tree, paths, wanted, map(name_of, wanted)))
        listed = ((source, self._listed(source, tree)) for source in sorted(wanted - traced.keys()))
        return traced | {source: found for source, found in listed if found is not None}

    def _listed(self, source: StorePath, tree: Tree) -> LocalSource | None:
        listing = self.list_source(source) if self.list_source else None
        return match_listing(source, listing, tree) if listing is not None else None


def _with_above(paths: Iterable[str]) -> AbstractSet[str]:
    """Give some paths and all directories above them."""
    return {place for path in paths for place in (path, *ancestors(path))}


def _at_origins(side: Side, origins: Mapping[StorePath, frozenset[str]]) -> Side:
    """Narrow sources down to some origins, where there are any."""
    narrowed = {
        path: LocalSource(path, Evidence.STORE_PATH, tuple(sorted(places)))
        for path, places in origins.items()
        if places
    }
    return replace(side, sources={**side.sources, **narrowed})


def _at_common_contents(side: Side, other: Side) -> Side:
    """Narrow the sources that the other side has, too, and that were listed there, to where they are on both."""
    narrowed = {}
    for path, source in side.sources.items():
        listed = other.sources.get(path)
        if listed is None or listed.files is None:
            continue
        if source.files is not None:
            narrowed[path] = source.narrowed(set(source.origins) & set(listed.origins))
        elif places := [origin for origin in listed.origins if _is_at(listed, origin, side)]:
            # Proven on one side alone: what is there has only become the same.
            narrowed[path] = listed.narrowed(places)
    return replace(side, sources={**side.sources, **narrowed})


def _is_at(listed: LocalSource, origin: str, side: Side) -> bool:
    files = listed.narrowed([origin]).files or {}
    return side.tree is not None and all(side.tree.entries.get(path) == state for path, state in files.items())


def _sources_of_candidates(side: Side, names: Iterable[str]) -> frozenset[StorePath]:
    """Give the input sources of the derivations that have some (normalised) names.

    Those of what they are built from directly, too: a wrapper takes none itself.
    """
    links = side.graph.links
    candidates = side.named(frozenset(names))
    inside = {used for path in candidates for used in links.derivations[path]}
    return frozenset(source for path in candidates | inside for source in links.sources[path])
