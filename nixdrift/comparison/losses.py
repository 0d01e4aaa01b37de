"""What components had of their own at base, and have no more at head, though it is still there.

Cost follows what derivations gave up: nothing is looked at unless one of them took something from the repository that
those of its name do not take any more.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from nixdrift.changes import SUBMODULE_MODE, TREE_MODE
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.reach import Reach
from nixdrift.comparison.rewiring import Rewiring
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.judgement import Component
from nixdrift.model import StorePath
from nixdrift.sources.local import LocalSource
from nixdrift.tree import Tree, ancestors, is_below

Own = Mapping[str, str | None]
"""Path → the directory that bears the component's name, or None where the path is declared."""


@dataclass(frozen=True)
class Loss:
    """Paths of a component's own that were inputs of it at base, are there at head, and are inputs no more."""

    component: Component
    paths: Own
    kept: Own
    """Paths of its own that are inputs of it at head."""
    is_whole: bool
    """Whether nothing was kept of what it had at base, other than what moved within the repository."""
    sources: tuple[LocalSource, ...]
    """The input sources of base that held the lost paths."""

    def outermost(self, path: str) -> str:
        """Give the outermost directory above a lost path that was taken and of which nothing was kept.

        It lies within the component's own directory.
        """
        own, outermost = self.paths[path] or "", path
        taken = [origin for source in self.sources for origin in source.origins if is_below(path, origin)]
        for directory in ancestors(path):
            if not directory or directory in self._kept_directories or not is_below(directory, own):
                break
            if not any(is_below(directory, origin) for origin in taken):
                break
            outermost = directory
        return outermost

    @cached_property
    def _kept_directories(self) -> frozenset[str]:
        return frozenset(directory for path in self.kept for directory in ancestors(path))


@dataclass(frozen=True)
class Search:
    """A comparison in which to search, and what is remembered meanwhile."""

    base: Reach
    head: Reach
    base_tree: Tree
    head_tree: Tree
    owners: Owners
    rewiring: Rewiring
    tracer: Tracer
    _inputs: dict[StorePath, frozenset[StorePath]] = field(default_factory=dict, repr=False)

    def losses(self) -> Iterator[Loss]:
        """Give what components lost of their own, in the order of the components."""
        reached = {source: self.base.from_inputs([source]).effectively for source in sorted(self._suspects())}
        for component in self.owners.components:
            base, head = component.before, component.after
            if base is None or head is None or base == head:
                continue
            had = [source for source in reached if base in reached[source]]
            gone = [source for source in had if source not in self._inputs_of(head)]
            loss = self._loss(component, base, self._inputs_of(head), gone) if gone else None
            if loss is not None:
                yield loss

    def _suspects(self) -> set[StorePath]:
        """Give the sources of base of which a derivation may have lost something, going by its own inputs."""
        traced, gained = self.base.side.sources, self.rewiring.gained
        return {
            source
            for stem, sources in self.rewiring.given_up.items()
            for source in sources & traced.keys()
            if self._lost([traced[source]], _traced(self.head.side, gained.get(stem, frozenset())))
        }

    def _loss(
        self, component: Component, base: StorePath, inputs: frozenset[StorePath], gone: Iterable[StorePath]
    ) -> Loss | None:
        sources = [self.base.side.sources[source] for source in gone]
        first_sight = self._own(component, self._lost(sources, _traced(self.head.side, inputs)))
        side = self._traced_further(first_sight, inputs) if first_sight else None
        if side is None:
            return None
        holding = _traced(side, inputs)
        kept = self._own(component, (path for one in holding for path in _files(one, self.head_tree)))
        is_whole = not self._is_part(component, base, kept, holding, sources)
        if not is_whole:
            # What it had by way of another component was none of its own doing.
            sources = [one for one in sources if base in self.base.side.takers(one.path)]
        lost = self._own(component, self._lost(sources, holding))
        loss = Loss(component, lost, kept, is_whole, tuple(sources))
        left = {path: lost[path] for path in sorted(lost) if not self._is_elsewhere(loss, path, side)}
        return replace(loss, paths=left) if left else None

    def _is_part(
        self,
        component: Component,
        base: StorePath,
        kept: Own,
        holding: Iterable[LocalSource],
        sources: Iterable[LocalSource],
    ) -> bool:
        """Tell whether some of what a component had of its own is an input still, be it that it moved."""
        inputs = self.base.inputs_of(base)
        had = _traced(self.base.side, inputs)
        same = [one for one in holding if one.path in inputs]
        ways = [(one, self.base_tree) for one in had] + [(one, self.head_tree) for one in same]
        if any(one.holds(path, tree) for path in kept for one, tree in ways):
            return True
        gone = {path for one in sources for path in _files(one, self.base_tree) if not self._is_file(path)}
        return bool(kept) and bool(self._own(component, gone))

    def _lost(self, sources: Iterable[LocalSource], kept: Collection[LocalSource]) -> set[str]:
        """Give the files that some sources of base held, that are there at head, and that those kept do not hold."""
        held = {
            path
            for source in sources
            if not all(any(_is_all_of(one, origin) for one in kept) for origin in source.origins)
            for path in _files(source, self.base_tree)
        }
        return {
            path for path in held if self._is_file(path) and not any(one.holds(path, self.head_tree) for one in kept)
        }

    def _is_file(self, path: str) -> bool:
        state = self.head_tree.entries.get(path)
        return state is not None and state.mode not in {TREE_MODE, SUBMODULE_MODE}

    def _own(self, component: Component, paths: Iterable[str]) -> Own:
        owned = ((path, self.owners.own(path)) for path in paths)
        return {path: own[component] for path, own in owned if component in own}

    def _traced_further(self, lost: Iterable[str], inputs: frozenset[StorePath]) -> Side | None:
        """Trace what was not worth it before: it may hold what seems to be lost. None where that cannot be told."""
        places = {place for path in lost for place in (path, *ancestors(path))}
        head = self.head.side
        side, unknown = self.tracer.trace_further(head, places, inputs & head.graph.input_sources)
        return None if unknown else side

    def _is_elsewhere(self, loss: Loss, path: str, side: Side) -> bool:
        """Tell whether a lost path has become another's: of another version, or a component's that takes it alone."""
        holders = side.holders(path)
        if any(self._is_version(loss.component, one, holders) for one in self.owners.own(path)):
            return True
        top = loss.outermost(path)
        return not loss.is_whole and any(is_below(origin, top) for one in holders for origin in one.origins)

    def _is_version(self, component: Component, other: Component, holders: Iterable[LocalSource]) -> bool:
        """Tell whether another component is the same thing under another name, and is built from some sources."""
        graph, stems = self.head.graph, self.head.side.stems
        if component.after is None or other.after is None or stems[component.after] != stems[other.after]:
            return False
        is_same = graph.derivations[component.after].name == graph.derivations[other.after].name
        return not is_same and any(one.path in self._inputs_of(other.after) for one in holders)

    def _inputs_of(self, path: StorePath) -> frozenset[StorePath]:
        if path not in self._inputs:
            self._inputs[path] = self.head.inputs_of(path)
        return self._inputs[path]


def _traced(side: Side, sources: Iterable[StorePath]) -> list[LocalSource]:
    return [side.sources[source] for source in sources if source in side.sources]


def _files(source: LocalSource, tree: Tree) -> Iterable[str]:
    if source.files is not None:
        return source.files
    return (path for origin in source.origins for path in tree.files_below(origin))


def _is_all_of(source: LocalSource, place: str) -> bool:
    return source.files is None and any(is_below(place, origin) for origin in source.origins)
