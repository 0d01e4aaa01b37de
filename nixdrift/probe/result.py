"""The outcome of a probe: what became of the files that were changed, component by component."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import Component, Finding
from nixdrift.probe.facts import Fact, Facts, Kind
from nixdrift.probe.plan import ANYTHING, Plan
from nixdrift.report import RevisionInfo


@dataclass(frozen=True, slots=True)
class ProbedComponent:
    """What a component makes of its own files."""

    name: str
    position: Position | None
    facts: Mapping[str, Fact]
    """Path → what its change does to the component."""

    def paths(self, *kinds: Kind) -> tuple[str, ...]:
        """Give the paths of which something is the case, sorted."""
        return tuple(sorted(path for path, fact in self.facts.items() if fact.kind in kinds))


@dataclass(frozen=True, slots=True)
class ProbeCensus:
    """What was probed, and at which cost."""

    components: int
    paths: int
    """Paths that were changed."""
    expression_paths: int
    """Nix expressions that no input source holds: a comment in them changes nothing by nature."""
    housekeeping_paths: int
    ignored_paths: int
    evaluations: int
    known_facts: int
    """How much was known from an earlier probe of the same files."""


@dataclass(frozen=True, slots=True)
class Probed:
    """The outcome of a probe."""

    components: tuple[ProbedComponent, ...]
    rest: Mapping[str, Fact]
    """Path that belongs to no component → what its change does to any of them."""
    census: ProbeCensus


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """A probe with its findings, and what it says of its revision."""

    revision: RevisionInfo
    probed: Probed
    findings: tuple[Finding, ...]
    failed: tuple[FailedAttribute, ...]


def outcome_of(plan: Plan, components: Iterable[Component], facts: Facts, census: ProbeCensus) -> Probed:
    """Sort facts by component."""
    chosen = tuple(sorted(components, key=lambda component: component.name))
    probed = tuple(ProbedComponent(one.name, one.position, _facts(plan, one.name, facts)) for one in chosen)
    return Probed(probed, _facts(plan, ANYTHING, facts), census)


def _facts(plan: Plan, name: str, facts: Facts) -> Mapping[str, Fact]:
    paths = plan.held.get(name, frozenset()) | plan.open.get(name, frozenset())
    found = {path: facts[name, path] for path in paths}
    frozen = {path: Fact(Kind.FROZEN, barrier) for (one, path), barrier in plan.frozen.items() if one == name}
    return found | frozen
