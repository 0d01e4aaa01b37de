"""Components are made from the whole repository, so that every change rebuilds them.

Nothing is missed by that; but what is rebuilt by everything says nothing by being rebuilt, and costs what it costs.

Fires:

- in a check, one for each such source that is new, and one for the components that moved for nothing else than
  changes to what others own, to documentation, to what nixdrift.toml ignores, or to the text of a Nix expression
- in an audit, one for each source that is the whole repository, with the components that take it

Stays silent:

- where a component owns everything (its manifest lies at the top), where something changed that nobody owns, and
  where something else moved the component as well

Usual remedy: take a directory (`src = ./goinstance;`), or the files that are needed (`lib.fileset.toSource`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.changes import Change, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.reach import Reach
from nixdrift.comparison.side import Side
from nixdrift.evaluation import Position
from nixdrift.judgement import Finding, Level, Moved, TraceStep
from nixdrift.model import StorePath, source_name
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Rule, finding, listed

_REMEDY = "take only what is needed: a directory (src = ./NAME), or some files (lib.fileset.toSource)"


def _within(inspection: Inspection) -> Iterator[Finding]:
    for name, sources in _by_name(whole_sources(inspection.side)).items():
        takers = {taker for source in sources for taker in inspection.side.graph.direct_referrers(source)}
        if taking := takers & inspection.derivations:
            yield _taken(inspection, name, sorted(taking, key=inspection.name))


def _taken(inspection: Inspection, name: str, takers: Sequence[StorePath]) -> Finding:
    names = [inspection.name(path) for path in takers]
    return finding(
        "over-broad",
        Level.NOTE,
        None,
        (),
        message=f"{_number(names)} from the whole repository: {listed(names)}",
        reason=f"their input source {name} is all of it: whatever changes there rebuilds them",
        remedy=_REMEDY,
        location=inspection.position(takers[0], "src", "srcs"),
        identity=("taken", name),
    )


def whole_sources(side: Side) -> frozenset[StorePath]:
    """Give the input sources that are the whole repository."""
    return frozenset(
        path
        for path, source in side.sources.items()
        if "" in source.origins
        and (source.files is None or (path in side.filtered and side.filtered[path].is_complete))
    )


def _by_name(sources: Iterable[StorePath]) -> Mapping[str, Sequence[StorePath]]:
    """Group sources by their name: a flake's `self` and its `./.` are one thing to people."""
    groups: dict[str, list[StorePath]] = {}
    for source in sorted(sources):
        groups.setdefault(source_name(source), []).append(source)
    return dict(sorted(groups.items()))


def _between(comparison: Comparison) -> Iterator[Finding]:
    whole = whole_sources(comparison.after) - comparison.before.graph.input_sources
    if not whole or not comparison.changes:
        return
    idle = _Idle(comparison, comparison.sight.head, whole | whole_sources(comparison.before))
    if not all(idle.is_accounted_for(change) for change in comparison.changes):
        return
    for name, sources in _by_name(whole).items():
        if moved := sorted(idle.moved_by(sources)):
            yield _moved(comparison, name, sources, moved)


@dataclass(frozen=True)
class _Idle:
    """A comparison, and the sources without which some components would not have moved."""

    comparison: Comparison
    head: Reach
    whole: frozenset[StorePath]

    def is_accounted_for(self, change: Change) -> bool:
        """Tell whether it is known whose a change is: nobody's, or that of somebody who may well move."""
        config, path = self.comparison.config, change.path
        if config.ignore.match(path) or config.housekeeping.match(path) or is_expression(path):
            return True
        sides = self.comparison.before, self.comparison.after
        holders = {source.path for side in sides for source in side.holders(path)}
        return bool(holders - self.whole) or bool(self.comparison.owners.own(path))

    def moved_by(self, sources: Iterable[StorePath]) -> Iterator[str]:
        """Name the components that some sources moved, and nothing else did or should have."""
        reached = self.head.from_inputs(sources).effectively - self._rightly_moved
        for judged in self.comparison.judgement.components:
            if judged.moved is Moved.YES and judged.component.after in reached:
                yield judged.component.name

    @property
    def _rightly_moved(self) -> frozenset[StorePath]:
        differing = self.head.own.sources - self.whole
        unexplained = self.head.unexplained
        return (
            self.head.from_inputs(differing | unexplained).effectively
            | unexplained
            | self.head.graph.referrers(self._owning())
        )

    def _owning(self) -> Iterable[StorePath]:
        for change in self.comparison.changes:
            for component in self.comparison.owners.own(change.path):
                if component.after is not None:
                    yield component.after


def _moved(comparison: Comparison, name: str, sources: Iterable[StorePath], names: Sequence[str]) -> Finding:
    paths = [change.path for change in comparison.changes]
    return finding(
        "over-broad",
        Level.NOTE,
        None,
        (),
        message=f"{_number(names)} from the whole repository, and moved for nothing: {listed(names)}",
        reason=f"none of what changed is theirs: {listed(paths)}",
        remedy=_REMEDY,
        location=_position(comparison, sources),
        trace=(TraceStep("path", shown(paths[0])), TraceStep("input-source", name), TraceStep("component", names[0])),
        identity=("moved", name),
    )


def _position(comparison: Comparison, sources: Iterable[StorePath]) -> Position | None:
    """Give the first place at which one of some sources is taken: no order of digests may choose it."""
    positions = comparison.after.evaluation.positions
    takers = (path for source in sources for path in comparison.after.graph.direct_referrers(source))
    places = (positions.get(path, {}).get("src") for path in takers)
    known = [place for place in places if place is not None]
    return min(known, key=lambda place: (place.path, place.line), default=None)


def _number(names: Sequence[str]) -> str:
    return f"{len(names)} component is made" if len(names) == 1 else f"{len(names):,} components are made"


OVER_BROAD = Rule(
    "over-broad",
    Level.NOTE,
    "made from the whole repository: everything rebuilds it",
    between=_between,
    within=_within,
)
