"""What a probe has to find out: which files of a component inputs seem to hold, and which only evaluation can tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.side import Side
from nixdrift.group_testing import Paths
from nixdrift.judgement import Component
from nixdrift.model import StorePath, is_fixed_output

ANYTHING = "*"
"""Stands for all components together: for files that are nobody's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions of a probe."""

    held: Mapping[str, Paths]
    """Component → its paths that an input source of it holds: do they follow the repository?"""
    frozen: Mapping[tuple[str, str], str]
    """Component, path → the fixed-output derivation behind which it is an input."""
    open: Mapping[str, Paths]
    """Component (or `ANYTHING`) → its paths that no input source of it holds: does evaluation take them?"""
    expressions: Paths
    """Nix expressions that no input source holds: a comment in them changes nothing by nature."""

    @property
    def questions(self) -> frozenset[tuple[str, str]]:
        """Every component (or `ANYTHING`) with every path that is to be changed for it."""
        return frozenset((name, path) for part in (self.held, self.open) for name in part for path in part[name])

    @property
    def paths(self) -> Paths:
        """All paths that are to be changed."""
        return frozenset[str]().union(*self.held.values(), *self.open.values())


def make_plan(
    side: Side, owners: Owners, components: Iterable[Component], paths: Iterable[str], *, is_about_anything: bool
) -> Plan:
    """Sort some paths of a revision by what has to be found out for some components.

    ``is_about_anything`` tells whether paths are asked about, too, that are nobody's.
    """
    chosen = {component.name for component in components}
    sorter = _Sorter(side, is_about_anything)
    for path in sorted(paths):
        mine = [one for one in owners.of(path) if one.name in chosen]
        sorter.add(path, mine)
    return sorter.plan()


def plan_for(side: Side, component: Component, path: str) -> Plan:
    """Give what has to be found out about one path and one component, whoever the path belongs to."""
    sorter = _Sorter(side, is_about_anything=False)
    sorter.add(path, [component])
    return sorter.plan()


class _Sorter:
    """Sorts paths one by one."""

    def __init__(self, side: Side, is_about_anything: bool) -> None:
        self._side = side
        self._is_about_anything = is_about_anything
        self._reached: dict[StorePath, Reached] = {}
        self._held: defaultdict[str, set[str]] = defaultdict(set)
        self._open: defaultdict[str, set[str]] = defaultdict(set)
        self._frozen: dict[tuple[str, str], str] = {}
        self._expressions: set[str] = set()

    def add(self, path: str, components: Iterable[Component]) -> None:
        """Sort one path, which belongs to some components."""
        # What is found in several places may be the source in one of them alone: evaluation has to tell.
        holders = [self._reach(source.path) for source in self._side.holders(path) if len(source.origins) == 1]
        owned = [(component.name, component.after) for component in components if component.after is not None]
        for name, derivation in owned:
            barriers = [reached.behind[derivation] for reached in holders if derivation in reached.behind]
            if any(derivation in reached.effectively for reached in holders):
                self._held[name].add(path)
            elif barriers:
                self._frozen[name, path] = min(barriers)
            else:
                self._add_open(path, name)
        if self._is_about_anything and not owned and not holders:
            self._add_open(path, ANYTHING)

    def _add_open(self, path: str, name: str) -> None:
        if is_expression(path):
            self._expressions.add(path)
        else:
            self._open[name].add(path)

    def _reach(self, source: StorePath) -> "Reached":
        if source not in self._reached:
            self._reached[source] = reach_from(self._side, source)
        return self._reached[source]

    def plan(self) -> Plan:
        """Give what was sorted."""
        held, opened = ({name: frozenset(paths) for name, paths in one.items()} for one in (self._held, self._open))
        return Plan(held, self._frozen, opened, frozenset(self._expressions))


@dataclass(frozen=True, slots=True)
class Reached:
    """What is built from an input source."""

    effectively: frozenset[StorePath]
    behind: Mapping[StorePath, str]
    """What takes it only through a fixed output → the name of that."""


def reach_from(side: Side, source: StorePath) -> Reached:
    """Give what is built from an input source, by ways without a fixed output on them, and by others."""
    effective: set[StorePath] = set()
    barriers: set[StorePath] = set()
    pending = [source]
    while pending:
        for path in side.graph.direct_referrers(pending.pop()):
            if is_fixed_output(side.graph.derivations[path]):
                barriers.add(path)
            elif path not in effective:
                effective.add(path)
                pending.append(path)
    behind = {
        path: side.graph.derivations[barrier].name
        for barrier in sorted(barriers)
        for path in side.graph.referrers([barrier])
    }
    return Reached(frozenset(effective), {path: name for path, name in behind.items() if path not in effective})
