"""Seen or not: whether a changed path is an input of a component at head, by the strongest evidence there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nixdrift.changes import SUBMODULE_MODE, Change, ChangeKind, shown
from nixdrift.comparison.moves import Moves
from nixdrift.comparison.reach import Reach, Reached
from nixdrift.comparison.side import Side
from nixdrift.judgement import Component, Seen, TraceStep
from nixdrift.model import StorePath, name_of
from nixdrift.sources.local import Evidence, LocalSource

_NAMED_SOURCES = 4
"""How many of a component's input sources a reason names."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen, why that is known, and the way from the path to the component."""

    seen: Seen
    reason: str
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True)
class Sight:
    """Both sides, and what their inputs reach."""

    base: Reach
    head: Reach
    components: Sequence[Component]
    moves: Moves
    _reached: dict[tuple[bool, frozenset[StorePath]], Reached] = field(default_factory=dict, repr=False)

    def look(self, component: Component, change: Change) -> Sighting:
        """Tell whether a change is an input of a component that is on both sides."""
        reach, path = (
            (self.base, component.before) if change.kind is ChangeKind.REMOVED else (self.head, component.after)
        )
        if path is None:
            raise ValueError(f"{component.name} is on one side only")
        if change.kind is ChangeKind.REMOVED and change.before is not None and change.before.mode == SUBMODULE_MODE:
            trace = (TraceStep("path", shown(change.path)), TraceStep("component", component.name, component.after))
            return Sighting(Seen.YES, "it was a submodule: nothing was built of it, and nothing is", trace)
        carriers = self._carriers(change)
        reached = self._reach_of(reach, carriers)
        if path in reached.effectively:
            return self._effective(component, change, reach, path, carriers)
        if path in reached.behind_barrier and not self._may_be_elsewhere(component, change):
            return self._hidden(component, change, reach, path, carriers)
        if (other := self._moved_with_the_rest(component, change)) is not None:
            trace = (TraceStep("path", shown(change.path)), TraceStep("component", component.name, component.after))
            return Sighting(Seen.YES, f"it only moved, as {shown(other.path)} with all that is taken there", trace)
        if self._is_uncertain(component, change):
            why = self._why_uncertain(component, change)
            return Sighting(Seen.UNKNOWN, why, _broken(change, component, "no input source is proven to hold it"))
        reason = self._absence(component, change)
        return Sighting(Seen.NO, reason, _broken(change, component, "no input source holds the change"))

    def _moved_with_the_rest(self, component: Component, change: Change) -> Change | None:
        """Give the other half of a move that is no news to a component: it took the file as little before."""
        other = self.moves.counterpart(component, change)
        if other is None or component.before is None:
            return None
        gone = change if change.kind is ChangeKind.REMOVED else other
        taken = self._reach_of(self.base, self._carriers(gone))
        is_taken = component.before in taken.effectively or component.before in taken.behind_barrier
        return None if is_taken else other

    def delivered_by(self, component: Component, change: Change) -> tuple[str, ...]:
        """Name the components that are built from this one and take the change by a way without a barrier."""
        if component.before is None or component.after is None:
            return ()
        carriers = self._carriers(change)
        if change.kind is ChangeKind.REMOVED:
            taken = self.base.graph.referrers([component.before]) & self._reach_of(self.base, carriers).effectively
            kept = self._reach_of(self.head, self._remaining(change, carriers)).effectively
            return _named(one for one in self.components if one.before in taken and one.after not in kept)
        taken = self.head.graph.referrers([component.after]) & self._reach_of(self.head, carriers).effectively
        return _named(one for one in self.components if one.after in taken)

    def _carriers(self, change: Change) -> frozenset[StorePath]:
        """Give the input sources that hold the change: its new content at head, or, if removed, its last at base."""
        side, state = (
            (self.base.side, change.before) if change.kind is ChangeKind.REMOVED else (self.head.side, change.after)
        )
        tree = side.tree
        if tree is None or state is None:
            return frozenset()
        return frozenset(
            source.path for source in side.holders(change.path) if source.holds(change.path, tree) == state
        )

    def _reach_of(self, reach: Reach, carriers: frozenset[StorePath]) -> Reached:
        key = (reach is self.head, carriers)
        if key not in self._reached:
            self._reached[key] = reach.from_inputs(carriers)
        return self._reached[key]

    def _effective(
        self, component: Component, change: Change, reach: Reach, path: StorePath, carriers: frozenset[StorePath]
    ) -> Sighting:
        if change.kind is ChangeKind.REMOVED:
            return self._removed(component, change, path, carriers)
        trace, source = _way(reach, component, change, path, carriers, avoid_barriers=True)
        return Sighting(Seen.YES, f"{_holds(source)} with its content at head", trace)

    def _removed(
        self, component: Component, change: Change, path: StorePath, carriers: frozenset[StorePath]
    ) -> Sighting:
        """Judge a removed path that was an input at base: is it one still?"""
        remaining = self._remaining(change, carriers)
        if component.after in self._reach_of(self.head, remaining).effectively:
            return _kept(component, change, remaining)
        trace, source = _way(self.base, component, change, path, carriers, avoid_barriers=True)
        return Sighting(Seen.YES, f"{_holds(source)} at base, and at head no more", trace)

    def _remaining(self, change: Change, carriers: frozenset[StorePath]) -> frozenset[StorePath]:
        """Give head's input sources that hold a removed path all the same, as it was at base.

        One of base's that is traced at head too, and not to this path, holds content that only moved.
        """
        head = self.head.side
        tree = head.tree
        holding = {
            one.path for one in head.holders(change.path) if tree and one.holds(change.path, tree) == change.before
        }
        return frozenset(holding | (carriers - head.sources.keys()))

    def _hidden(
        self, component: Component, change: Change, reach: Reach, path: StorePath, carriers: frozenset[StorePath]
    ) -> Sighting:
        if change.kind is ChangeKind.REMOVED:
            remaining = self._remaining(change, carriers)
            if component.after in self.head.graph.referrers(remaining):
                return _kept(component, change, remaining)
        trace, _source = _way(reach, component, change, path, carriers, avoid_barriers=False)
        barrier = next((step.name for step in trace if step.kind == "break"), component.name)
        return Sighting(Seen.BEHIND_BARRIER, f"the declared hash of {barrier} is the same as before", trace)

    def _is_uncertain(self, component: Component, change: Change) -> bool:
        if component.before == component.after:
            # The same derivation has the same closure: nothing that changed can be in it, whatever came of the rest.
            return False
        if self._is_untracked(change):
            return False
        removed = change.kind is ChangeKind.REMOVED and _is_uncertain(self.base, component.before)
        return removed or _is_uncertain(self.head, component.after)

    def _may_be_elsewhere(self, component: Component, change: Change) -> bool:
        """Tell whether a component is also made from something of which nothing is known."""
        if component.before == component.after:
            return False
        removed = change.kind is ChangeKind.REMOVED and component.before in self.base.unseen
        return removed or component.after in self.head.unseen

    def _is_untracked(self, change: Change) -> bool:
        """Tell whether a file of the working tree was not evaluated at all: git does not track it."""
        tree = self.head.side.tree
        return change.after is not None and tree is not None and change.path not in tree.entries

    def _why_uncertain(self, component: Component, change: Change) -> str:
        if component.after is not None and self.head.is_uncertain(component.after):
            return self.head.why_uncertain(component.after)
        return self.base.why_uncertain(component.before) if component.before is not None else ""

    def _absence(self, component: Component, change: Change) -> str:
        """Say in words why a change is no input."""
        state = change.after or change.before
        if state is not None and state.mode == SUBMODULE_MODE:
            return "it is a submodule, in whose place Nix sees an empty directory"
        side = self.head.side
        if self._is_untracked(change):
            return "git does not track it, and of a flake Nix sees only what git tracks (git add)"
        older = [source for source in side.holders(change.path) if self._is_input(source.path, component.after)]
        pinned = [
            source
            for source in self.base.side.holders(change.path)
            if self._is_input(source.path, component.after) and change.kind is not ChangeKind.ADDED
        ]
        if older or pinned:
            return f"the input source {name_of((older or pinned)[0].path)} still holds its content at base"
        return f"no input source of {component.name} holds it{self._own_sources(component)}"

    def _is_input(self, source: StorePath, path: StorePath | None) -> bool:
        return path in self._reach_of(self.head, frozenset({source})).effectively

    def _own_sources(self, component: Component) -> str:
        if component.after is None:
            return ""
        own = self.head.graph.derivations[component.after].input_sources
        named = sorted({_described(self.head.side, source) for source in own})
        if not named:
            return " (it takes none itself)"
        more = f", {len(named) - _NAMED_SOURCES} more" if len(named) > _NAMED_SOURCES else ""
        return f" (it takes {', '.join(named[:_NAMED_SOURCES])}{more})"


def _is_uncertain(reach: Reach, path: StorePath | None) -> bool:
    return path is not None and reach.is_uncertain(path)


def _named(components: Iterable[Component]) -> tuple[str, ...]:
    return tuple(sorted(one.name for one in components if one.after is not None))


def _kept(component: Component, change: Change, remaining: frozenset[StorePath]) -> Sighting:
    reason = f"the input source {name_of(min(remaining))} still holds it, as at base"
    return Sighting(Seen.NO, reason, _broken(change, component, "an input source still holds it"))


def _described(side: Side, path: StorePath) -> str:
    source = side.sources.get(path)
    if source is None:
        return name_of(path)
    if not source.origins:
        return "an empty directory"
    part = "" if source.files is None else "a part of "
    return " or ".join(f"{part}{shown(origin) or 'the repository'}" for origin in source.origins)


def _holds(source: LocalSource) -> str:
    proof = "proven by its store path" if source.evidence is Evidence.STORE_PATH else "found in its contents"
    return f"the input source {name_of(source.path)} holds it ({proof})"


def _way(
    reach: Reach,
    component: Component,
    change: Change,
    path: StorePath,
    carriers: Iterable[StorePath],
    *,
    avoid_barriers: bool,
) -> tuple[tuple[TraceStep, ...], LocalSource]:
    """Give the shortest way from a changed path to a component, with a break where a barrier is on it."""
    routes = [(route, source) for source in sorted(carriers) if (route := _route(reach, path, source, avoid_barriers))]
    route, source = min(routes, key=lambda found: (len(found[0]), found[1]))
    steps = [TraceStep("path", shown(change.path)), TraceStep("input-source", name_of(source), source)]
    for one in reversed(route[:-1]):
        name = reach.graph.derivations[one].name
        if reach.is_barrier(one):
            steps.append(TraceStep("break", name, one))
        elif one != path:
            steps.append(TraceStep("derivation", name, one))
    steps.append(TraceStep("component", component.name, path))
    return tuple(steps), reach.side.sources[source]


def _route(reach: Reach, start: StorePath, target: StorePath, avoid_barriers: bool) -> Sequence[StorePath]:
    if not avoid_barriers:
        return reach.graph.route(start, target)
    return reach.graph.route(start, target, avoiding=reach.is_barrier)


def _broken(change: Change, component: Component, where: str) -> tuple[TraceStep, ...]:
    return (
        TraceStep("path", shown(change.path)),
        TraceStep("break", where),
        TraceStep("component", component.name, component.after),
    )
