"""One end of a comparison: what a revision evaluates to, and what is known of its files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.changes import TREE_MODE
from nixdrift.comparison.filtering import Filtered
from nixdrift.comparison.mentions import Mention, Mentions
from nixdrift.evaluation import Evaluation
from nixdrift.file_facts import FileFacts
from nixdrift.graph import DerivationGraph
from nixdrift.model import StorePath, derivation_name, is_fixed_output
from nixdrift.naming import normalised, root_names, without_version
from nixdrift.sources.local import LocalSource
from nixdrift.tree import Tree, ancestors


@dataclass(frozen=True)
class Side:
    """A graph, its roots, the tree it was evaluated from (None: unknown), and the sources traced to that tree."""

    evaluation: Evaluation
    graph: DerivationGraph
    tree: Tree | None
    sources: Mapping[StorePath, LocalSource]
    mentioned: Mapping[StorePath, LocalSource] = field(default_factory=dict)
    """Store objects that texts mention and that are no inputs, traced to the tree like sources."""
    unlisted: frozenset[StorePath] = frozenset()
    """Input sources that only this side has, and of which nothing is known: neither where they are from nor their
    files."""
    files: FileFacts | None = None
    """What git says of its files, where it was asked."""
    _known_mentions: dict[StorePath, tuple[Mention, ...]] = field(default_factory=dict, repr=False)
    used_outputs: dict[tuple[StorePath, tuple[str, ...]], frozenset[tuple[str, StorePath | None]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What `nixdrift.comparison.movement` found of an input derivation, by the outputs that are used of it."""
    _takers: dict[StorePath, Mapping[StorePath, StorePath]] = field(default_factory=dict, repr=False, compare=False)

    def holders(self, path: str) -> tuple[LocalSource, ...]:
        """Give the input sources that hold a repository path, whatever its content."""
        tree = self.tree
        if tree is None:
            return ()
        near = {number for place in (path, *ancestors(path)) for number in self._by_place.get(place, ())}
        found = (self._in_order[number] for number in sorted(near))
        return tuple(source for source in found if source.holds(path, tree) is not None)

    @cached_property
    def _in_order(self) -> tuple[LocalSource, ...]:
        return tuple(self.sources.values())

    @cached_property
    def _by_place(self) -> Mapping[str, Sequence[int]]:
        """Origin of a whole source, or path of a file in a listed one → the places of those sources in the order."""
        found: dict[str, list[int]] = {}
        for number, source in enumerate(self._in_order):
            for place in source.origins if source.files is None else source.files:
                found.setdefault(place, []).append(number)
        return found

    @cached_property
    def mentions(self) -> Mentions:
        """What the texts of the derivations mention beside their inputs."""
        return Mentions(self.graph, self.evaluation.store_dir, self.evaluation.top, self._known_mentions)

    def mentioning(self, path: str) -> Iterator[tuple[StorePath, Mention]]:
        """Give the derivations that mention a repository path, or a directory above it, as a string.

        A string that is the whole repository says nothing about a path in it.
        """
        return (one for place in (path, *ancestors(path)) if place for one in self._mentioning.get(place, ()))

    @cached_property
    def _mentioning(self) -> Mapping[str, Sequence[tuple[StorePath, Mention]]]:
        found: dict[str, list[tuple[StorePath, Mention]]] = {}
        for path in self.graph.derivations if self.evaluation.top else ():
            for mention in self.mentions.of_repository(path):
                found.setdefault(mention.path, []).append((path, mention))
        return found

    @cached_property
    def filtered(self) -> Mapping[StorePath, Filtered]:
        """The input sources of which every file is known, and is one of the tree's as it is there."""
        if self.tree is None:
            return {}
        listed = (one for one in self.sources.values() if one.files is not None and one.is_whole)
        return {one.path: Filtered(one, self.tree) for one in listed}

    def takers(self, source: StorePath) -> Mapping[StorePath, StorePath]:
        """Give derivation → the one that takes a source for it: itself, or one that it is built from, the nearest.

        Other roots are not looked into, nor are fixed outputs: what these take is their own affair.
        """
        if source not in self._takers:
            self._takers[source] = self._taking(source)
        return self._takers[source]

    def _taking(self, source: StorePath) -> Mapping[StorePath, StorePath]:
        found = {taker: taker for taker in sorted(self.graph.direct_referrers(source))}
        pending = list(found)
        for path in pending:
            if path in self.root_paths or is_fixed_output(self.graph.derivations[path]):
                continue
            fresh = [one for one in sorted(self.graph.direct_referrers(path)) if one not in found]
            found |= dict.fromkeys(fresh, found[path])
            pending += fresh
        return found

    @cached_property
    def root_paths(self) -> frozenset[StorePath]:
        """The derivations that are roots."""
        return frozenset(root.drv_path for root in self.evaluation.roots)

    def has_failed(self, root: str) -> bool:
        """Tell whether a root, or a set that it would be in, does not evaluate on this side."""
        return any(root == one.name or root.startswith(f"{one.name}.") for one in self.evaluation.failed)

    def roots_of(self, path: StorePath) -> tuple[str, ...]:
        """Give the names of the roots that are built from a derivation, itself included."""
        built = self.graph.referrers([path])
        return tuple(root.name for root in self.evaluation.roots if root.drv_path in built)

    @cached_property
    def directories_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Normalised name → the directories of the tree that have it."""
        found: dict[str, list[str]] = {}
        for path, state in self.tree.entries.items() if self.tree else ():
            if path and state.mode == TREE_MODE:
                found.setdefault(normalised(path.rpartition("/")[2]), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def stems(self) -> Mapping[StorePath, str]:
        """Derivation → its name without version."""
        return {path: without_version(derivation_name(path)) for path in self.graph.derivations}

    @cached_property
    def by_stem(self) -> Mapping[str, tuple[StorePath, ...]]:
        """Name without version → the derivations of this name that are no roots, sorted."""
        found: dict[str, list[StorePath]] = {}
        for path, stem in self.stems.items():
            if path not in self.root_paths:
                found.setdefault(stem, []).append(path)
        return {stem: tuple(sorted(paths)) for stem, paths in found.items()}

    def named(self, names: Collection[str]) -> set[StorePath]:
        """Give the derivations that people know by one of some normalised names, roots and others."""
        if not names:
            return set()
        known = {stem for stem in self.by_stem if normalised(stem) in names}
        found = {path for stem in known for path in self.by_stem[stem]}
        found |= {path for path in self.graph.derivations if normalised(derivation_name(path)) in names}
        for root in self.evaluation.roots:
            if not root_names(root.name, derivation_name(root.drv_path)).isdisjoint(names):
                found.add(root.drv_path)
        return found
