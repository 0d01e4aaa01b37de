"""What derivations took at one revision and take no more at the other: told by their names, without any tracing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nixdrift.comparison.side import Side
from nixdrift.model import Derivation, StorePath


@dataclass(frozen=True, slots=True)
class _Wiring:
    """The derivations of one name that are on one side only, and all that they take."""

    derivations: Sequence[Derivation]
    sources: frozenset[StorePath]
    stems: frozenset[str]
    """The names without version of their input derivations."""


@dataclass(frozen=True, slots=True)
class Rewiring:
    """Derivation name without version → the input sources that its derivations have on one side only.

    Of an input derivation whose name is among the inputs on one side only, its own sources and those of its inputs
    count. Nothing but derivations that are on one side only was looked at, and what those name.
    """

    given_up: Mapping[str, frozenset[StorePath]] = field(default_factory=dict)
    """What only base's have."""
    gained: Mapping[str, frozenset[StorePath]] = field(default_factory=dict)
    """What only head's have."""

    @property
    def sources(self) -> frozenset[StorePath]:
        """All input sources that some derivation gave up or gained."""
        return frozenset().union(*self.given_up.values(), *self.gained.values())


def rewiring(base: Side, head: Side) -> Rewiring:
    """Compare what the derivations of each name take on two sides."""
    before, after = _wirings(base, head), _wirings(head, base)
    return Rewiring(_only_here(base, before, after), _only_here(head, after, before))


def _only_here(
    side: Side, wirings: Mapping[str, _Wiring], others: Mapping[str, _Wiring]
) -> Mapping[str, frozenset[StorePath]]:
    found = {stem: frozenset(_missing(side, wiring, others.get(stem))) for stem, wiring in wirings.items()}
    return {stem: sources for stem, sources in found.items() if sources}


def _wirings(side: Side, other: Side) -> Mapping[str, _Wiring]:
    by_stem: defaultdict[str, list[Derivation]] = defaultdict(list)
    for path in side.graph.derivations.keys() - other.graph.derivations.keys():
        by_stem[side.stems[path]].append(side.graph.derivations[path])
    return {
        stem: _Wiring(
            derivations,
            frozenset(source for one in derivations for source in one.input_sources),
            frozenset(side.stems[used] for one in derivations for used in one.input_derivations),
        )
        for stem, derivations in by_stem.items()
    }


def _missing(side: Side, wiring: _Wiring, other: _Wiring | None) -> Iterator[StorePath]:
    yield from wiring.sources - (other.sources if other else frozenset())
    stems = wiring.stems - (other.stems if other else frozenset())
    derivations = side.graph.derivations
    for one in wiring.derivations if stems else ():
        for path in one.input_derivations:
            if side.stems[path] in stems:
                for inside in (path, *derivations[path].input_derivations):
                    yield from derivations[inside].input_sources
