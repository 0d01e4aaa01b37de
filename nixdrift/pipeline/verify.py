"""Compare what is deployed with what a commit evaluates to, step by step, and find where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nixdrift.comparison.lookup import component_named
from nixdrift.deployment import (
    Coverage,
    Deployed,
    check_system,
    coverage,
    foreign,
    known_paths,
    names_without_path,
    parse_listing,
)
from nixdrift.dumps import read_input
from nixdrift.errors import EvaluationError, InvalidInputError, NixdriftError, UsageError
from nixdrift.judgement import Component
from nixdrift.model import StorePath, name_of
from nixdrift.nix import Nix
from nixdrift.nix.deployed import held_by_store, runtime_closure, source_closure
from nixdrift.nix.store_urls import is_store_url
from nixdrift.pipeline.chronicle import Chronicle, open_chronicle
from nixdrift.pipeline.deployed import read_deployed
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.sides import traced
from nixdrift.repository import Line, LineCommit, read_line
from nixdrift.request import VerifyRequest
from nixdrift.timeline.step import Ship, Step, StepComponent
from nixdrift.verification import State, Tracker, Verification, Verified
from nixdrift.verification.result import Gate


def verify(request: VerifyRequest) -> Verification:
    """Tell whether what is deployed is what a commit evaluates to.

    Raises `NixdriftError` where that cannot be done.
    """
    if request.gate and is_store_url(request.deployed):
        raise UsageError(
            "a store holds more than one environment: --gate cannot tell which",
            hint="give the closure of the environment: nix path-info -r --json PATH",
        )
    with open_chronicle(request) as chronicle:
        line = read_line(chronicle.session.user, request.revision, most=request.most_commits + 1)
        return _Verifier(chronicle, request, line).verification()


@dataclass
class _Verifier:
    """One verification while it goes on."""

    chronicle: Chronicle
    request: VerifyRequest
    line: Line
    trackers: dict[str, Tracker] = field(default_factory=dict)
    looked_at: int = 0
    gaps: int = 0
    seen: set[StorePath] = field(default_factory=set)
    """Outputs that components have at the commits that were looked at."""

    @property
    def head(self) -> LineCommit:
        """The revision."""
        return self.line.commits[0]

    def verification(self) -> Verification:
        saved = self.chronicle.library.get(self.head.as_commit())
        own = self._own(saved)
        deployed = read_deployed(self.request.deployed, self._nix, _paths(own.values()))
        for component, ship in own.items():
            if self.request.components or component.is_root or not _paths([ship]).isdisjoint(deployed.paths):
                self._track(component.name, ship, deployed)
        deployed = self._go_back(deployed)
        evaluation = saved.snapshot.evaluation
        known = known_paths(evaluation.derivations)
        self._check(deployed, known, saved)
        is_bounded = self.line.is_cut_off or self.line.unseen > 0
        verified = (one.verified(is_bounded=is_bounded) for one in self.trackers.values())
        components = tuple(sorted(verified, key=lambda one: one.name))
        revision = self.chronicle.revision(self.head.as_commit())
        return Verification(
            replace(revision.info(evaluation), revision=self.request.revision),
            self.head,
            deployed.described,
            len(deployed.paths),
            components,
            self.looked_at,
            self.gaps,
            self._gate(deployed, known, saved, components) if self.request.gate else None,
            self._coverage(deployed, components) if self.request.coverage else None,
        )

    def _nix(self) -> Nix:
        with self.chronicle.library.pool.evaluator() as evaluator:
            return evaluator.nix

    def _own(self, saved: Saved) -> Mapping[Component, Ship]:
        """Give the components that were named, else all of the revision, and what they are there."""
        chronicle = self.chronicle
        revision = chronicle.revision(self.head.as_commit())
        found = traced(chronicle.session, saved, revision, chronicle.config)
        ships = ((one, found.ship(one)) for one in found.components)
        own = {one: ship for one, ship in ships if ship is not None}
        if not own:
            raise EvaluationError(f"no derivation at {self.request.revision}", hint="name an attribute that is one")
        every = tuple(own)
        named = [component_named(name, every) for name in self.request.components]
        return {one: own[one] for one in named or every}

    def _track(self, name: str, ship: Ship, deployed: Deployed) -> None:
        if name not in self.trackers:
            self.trackers[name] = Tracker(name, ship, self.head, deployed.paths)

    def _go_back(self, deployed: Deployed) -> Deployed:
        """Compare earlier commits with the revision, until it is known where all that is deployed comes from."""
        earlier = self.line.earlier[: self.request.most_commits]
        steps = self.chronicle.steps([(commit, self.head) for commit in earlier])
        for distance, commit in enumerate(earlier, start=1):
            if all(one.is_decided for one in self.trackers.values()):
                break
            step = next(steps)
            if isinstance(step, NixdriftError):
                self.gaps += 1
                continue
            self.looked_at += 1
            deployed = self._see(distance, commit, step, deployed)
        return deployed

    def _see(self, distance: int, commit: LineCommit, step: Step, deployed: Deployed) -> Deployed:
        ships = [ship for one in step.components.values() for ship in (one.before, one.after) if ship is not None]
        self.seen |= _paths(ships)
        if not deployed.is_closure:
            deployed = _joined(deployed, held_by_store(self._nix(), self.request.deployed, _paths(ships)))
        for one in step.components.values():
            if self._is_inside(one, deployed) and one.after is not None:
                self._track(one.name, one.after, deployed)
            tracker = self.trackers.get(one.name)
            if tracker is not None:
                tracker.see(distance, commit, one, deployed.paths)
        return deployed

    def _is_inside(self, one: StepComponent, deployed: Deployed) -> bool:
        """Tell whether a component inside of a root is deployed as it was earlier, where nothing else was named."""
        is_of_interest = not one.is_root and not self.request.components and one.before is not None
        return is_of_interest and not _paths([one.before]).isdisjoint(deployed.paths)

    def _check(self, deployed: Deployed, known: frozenset[StorePath], saved: Saved) -> None:
        evaluation = saved.snapshot.evaluation
        check_system(
            deployed,
            known | self.seen,
            store_dir=evaluation.store_dir,
            system=evaluation.system,
            revision=self.request.revision,
        )

    def _gate(
        self, deployed: Deployed, known: frozenset[StorePath], saved: Saved, components: Sequence[Verified]
    ) -> Gate:
        derivations = saved.snapshot.evaluation.derivations
        strange = foreign(deployed, known)
        if strange:
            sources = [path for one in derivations.values() for path in one.input_sources]
            strange = foreign(deployed, known | self._referred(sources))
        refusals = [f"{one.name} is {one.state.value}" for one in components if one.state is not State.LIVE]
        unjudged = names_without_path(derivations)
        unknown = [path for path in strange if name_of(path) in unjudged]
        if unknown:
            refusals.append(f"{len(unknown):,} deployed paths may be the revision's: known only after a build")
        if len(strange) > len(unknown):
            refusals.append(f"{len(strange) - len(unknown):,} deployed paths are not what the revision evaluates to")
        return Gate(tuple(refusals), strange)

    def _referred(self, sources: Sequence[StorePath]) -> frozenset[StorePath]:
        """Give what input sources refer to, where the store that they were put into still has them."""
        try:
            return source_closure(self._nix(), sources)
        except NixdriftError:
            return frozenset()

    def _coverage(self, deployed: Deployed, components: Sequence[Verified]) -> Coverage:
        outputs = {path for one in components for path in one.expected.values() if path is not None}
        wanted = self._wanted(outputs)
        if not deployed.is_closure:
            deployed = held_by_store(self._nix(), self.request.deployed, wanted.paths)
        return coverage(wanted, deployed)

    def _wanted(self, outputs: set[StorePath]) -> Deployed:
        """Give the closure of the revision's own outputs, as it was built."""
        name = self.request.wanted
        if name is not None and not is_store_url(name):
            found = parse_listing(read_input(name), source=name)
            missing = sorted(outputs - found.paths)
            if missing:
                raise InvalidInputError(
                    f"{name} is not the closure of {self.request.revision}: it lacks {missing[0]}",
                    hint="make it of the same revision: nix path-info -r --json OUTPUT…",
                )
            return found
        built = runtime_closure(self._nix(), outputs, name)
        if built is None:
            raise EvaluationError(
                f"{self.request.revision} is not built: what it refers to at run time is not known",
                hint="build it, or name what knows it: --wanted, a store or a list of `nix path-info -r --json`",
            )
        return built


def _paths(ships: Iterable[Ship | None]) -> frozenset[StorePath]:
    return frozenset(path for ship in ships if ship for path in ship.outputs.values() if path is not None)


def _joined(one: Deployed, other: Deployed) -> Deployed:
    return Deployed(one.paths | other.paths, {**one.sizes, **other.sizes}, one.store_dir, one.is_closure, one.described)
