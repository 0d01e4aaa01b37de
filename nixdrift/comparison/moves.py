"""What a component takes, a directory as a rule, has moved: which file in it became which."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.changes import Change, ChangeKind, FileState
from nixdrift.comparison.side import Side
from nixdrift.judgement import Component
from nixdrift.model import StorePath, source_name
from nixdrift.tree import ancestors

Origins = Mapping[str, AbstractSet[str]]
"""Repository path → the names of the input sources that are made from it."""


@dataclass(frozen=True)
class Moves:
    """Two sides, and what differs between their trees."""

    base: Side
    head: Side
    changes: Sequence[Change]
    _taken: dict[tuple[bool, StorePath | None], Origins] = field(default_factory=dict, repr=False)

    def counterpart(self, component: Component, change: Change) -> Change | None:
        """Give the other half of a move: the same content in the same place of what a component takes.

        It takes one path at base and another one at head, under the same name. It does not matter whether a filter
        leaves the file out there.
        """
        if change.kind is ChangeKind.REMOVED:
            return next((come for come in self._come.get(change.before, ()) if self._is(component, change, come)), None)
        if change.kind is ChangeKind.ADDED:
            return next((gone for gone in self._gone.get(change.after, ()) if self._is(component, gone, change)), None)
        return None

    @cached_property
    def _gone(self) -> Mapping[FileState | None, Sequence[Change]]:
        return _by_state((one.before, one) for one in self.changes if one.kind is ChangeKind.REMOVED)

    @cached_property
    def _come(self) -> Mapping[FileState | None, Sequence[Change]]:
        return _by_state((one.after, one) for one in self.changes if one.kind is ChangeKind.ADDED)

    def _is(self, component: Component, gone: Change, come: Change) -> bool:
        before, after = self._origins(component.before, is_head=False), self._origins(component.after, is_head=True)
        # What is taken at both has not moved, whatever became of a file in it.
        former, latter = before.keys() - after.keys(), after.keys() - before.keys()
        return not _places(before, former, gone.path).isdisjoint(_places(after, latter, come.path))

    def _origins(self, derivation: StorePath | None, *, is_head: bool) -> Origins:
        key = (is_head, derivation)
        if key not in self._taken:
            self._taken[key] = _origins(self.head if is_head else self.base, derivation)
        return self._taken[key]


def _by_state(found: Iterable[tuple[FileState | None, Change]]) -> Mapping[FileState | None, Sequence[Change]]:
    by_state: dict[FileState | None, list[Change]] = {}
    for state, change in found:
        by_state.setdefault(state, []).append(change)
    return by_state


def _origins(side: Side, derivation: StorePath | None) -> Origins:
    found: dict[str, set[str]] = {}
    for source in side.sources.values() if derivation else ():
        if derivation in side.takers(source.path):
            for origin in source.origins:
                found.setdefault(origin, set()).add(source_name(source.path))
    return found


def _places(origins: Origins, moved: Collection[str], path: str) -> frozenset[tuple[str, str]]:
    """Give where a path lies in what has moved: the name of an input source, and the path within it."""
    above = (origin for origin in (path, *ancestors(path)) if origin in moved)
    return frozenset((name, path[len(origin) :]) for origin in above for name in origins[origin])
