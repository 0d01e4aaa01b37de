"""From two evaluations and the changes between them to a comparison: map, then judge. Pure, given its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nixdrift.changes import Change
from nixdrift.comparison.claims import Claims, SortedChanges, sort_changes, unclaimed_by_directory
from nixdrift.comparison.comparable import check_comparable
from nixdrift.comparison.directories import Directories
from nixdrift.comparison.discovery import find_components
from nixdrift.comparison.links import Links
from nixdrift.comparison.losses import Loss, Search
from nixdrift.comparison.moves import Moves
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.reach import reach_of_both
from nixdrift.comparison.rewiring import Rewiring, rewiring
from nixdrift.comparison.seen import Sight, Sighting
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.comparison.vendored import Vendored
from nixdrift.comparison.verdicts import Judge
from nixdrift.comparison.versions import settled_claims
from nixdrift.config import Config
from nixdrift.evaluation import Evaluation
from nixdrift.file_facts import FileFacts
from nixdrift.graph import build_graph
from nixdrift.history import HistoryOf
from nixdrift.judgement import Census, Component, ComponentJudgement, Judgement
from nixdrift.naming import root_names
from nixdrift.tree import ReadBlob, Tree


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be known beyond the graphs; without a repository there is none."""

    base_tree: Tree | None = None
    head_tree: Tree | None = None
    read_blob: ReadBlob | None = None
    tracer: Tracer | None = None
    base_files: FileFacts | None = None
    head_files: FileFacts | None = None
    unasked: tuple[str, ...] = ()
    """Attributes of head that nobody asked for, where it was looked for them; sorted."""
    history: HistoryOf | None = None
    base_config: Config | None = None
    """What base configures, where that is known."""


@dataclass(frozen=True)
class Comparison:
    """Two revisions side by side and what was judged of them: all that a rule may look at."""

    before: Side
    after: Side
    changes: Sequence[Change]
    """What differs between them, sorted by path."""
    config: Config
    evidence: Evidence
    owners: Owners
    """Whose a path is; for any path of the two trees."""
    claims: SortedChanges
    sight: Sight
    judgement: Judgement
    losses: Sequence[Loss] = ()
    """What components held of their own at base, and do not at head."""

    @cached_property
    def vendored_before(self) -> Vendored:
        """What vendored dependencies are made from at base."""
        return Vendored(self.before, self.evidence.read_blob)

    @cached_property
    def vendored_after(self) -> Vendored:
        """The same at head."""
        return Vendored(self.after, self.evidence.read_blob)

    def decided(self, decided: Mapping[tuple[str, str], Sighting]) -> "Comparison":
        """Judge once more, with what was found out about some changed paths of some components."""
        judged = _judged(self.before, self.after, self.owners.components, self.claims.claims, self.sight, decided)
        judgement = _judgement(judged, self.claims, self.changes, self.before, self.after)
        return replace(self, judgement=judgement)


def compare(
    base: Evaluation, head: Evaluation, changes: Sequence[Change], config: Config, evidence: Evidence
) -> Comparison:
    """Judge every component of two evaluations of one project.

    Raises `IncompleteGraphError` where the two cannot be compared.
    """
    check_comparable(base, head)
    changes = sorted(changes, key=lambda change: change.path)
    former = build_graph(base.derivations, source="base")
    latter = build_graph(head.derivations, source="head", beside=former)
    before = Side(base, former, evidence.base_tree, {}, files=evidence.base_files)
    after = Side(head, latter, evidence.head_tree, {}, files=evidence.head_files)
    trees = [tree for tree in (evidence.base_tree, evidence.head_tree) if tree is not None]
    directories = Directories(trees, evidence.read_blob)
    links = Links(evidence.head_tree, evidence.read_blob)
    leading = sorted({link for change in changes for link in links.to(change.path)})
    above = directories.above(change.path for change in changes)
    rewired = Rewiring()
    if evidence.tracer is not None:
        rewired = rewiring(before, after)
        names = {name.name for name in above} | _declared_names(config, changes)
        before, after = evidence.tracer.trace_both(before, after, changes, names, leading, rewired.sources)
    touched = [*(change.path for change in changes), *leading]
    components = find_components(before, after, touched, above, config, rewired)
    owners = Owners(before, after, components, config, directories, links, evidence.base_config)
    found = sort_changes(changes, owners, config)
    sight = Sight(*reach_of_both(before, after), components, Moves(before, after, changes))
    judged = _judged(before, after, components, found.claims, sight, {})
    judgement = _judgement(judged, found, changes, before, after)
    losses = tuple(_losses(sight, owners, rewired, evidence.tracer))
    return Comparison(before, after, changes, config, evidence, owners, found, sight, judgement, losses)


def _declared_names(config: Config, changes: Sequence[Change]) -> frozenset[str]:
    """Give the names of those components that something which changed is declared for."""
    touched = (
        one.derivation or one.name
        for one in config.components.values()
        if one.sources is not None and any(one.sources.match(change.path) for change in changes)
    )
    return frozenset().union(*(root_names(name, name) for name in touched))


def _losses(sight: Sight, owners: Owners, rewired: Rewiring, tracer: Tracer | None) -> Iterator[Loss]:
    base_tree, head_tree = sight.base.side.tree, sight.head.side.tree
    if tracer is None or base_tree is None or head_tree is None:
        return iter(())
    return Search(sight.base, sight.head, base_tree, head_tree, owners, rewired, tracer).losses()


def _judged(
    before: Side,
    after: Side,
    components: Sequence[Component],
    claims: Claims,
    sight: Sight,
    decided: Mapping[tuple[str, str], Sighting],
) -> tuple[ComponentJudgement, ...]:
    judge = Judge(before, after, sight, decided)
    # By name, which is unique, and quicker to look up than a whole component: most of thousands are claimed by nothing.
    claimed = {component.name: touched for component, touched in claims.items()}
    judged = {one.name: judge.component(one, claimed.get(one.name, ())) for one in components}
    settled = settled_claims(claims, judged.values())
    for one in claims:
        if len(settled[one]) < len(claims[one]):
            judged[one.name] = judge.component(one, settled[one])
    return tuple(judged[name] for name in sorted(judged))


def _judgement(
    judged: tuple[ComponentJudgement, ...], found: SortedChanges, changes: Sequence[Change], before: Side, after: Side
) -> Judgement:
    mapped = {path.change.path for one in judged for path in one.paths}
    # What only acted by evaluation was claimed, and taken back when its component was judged.
    evaluated = {change.path for touched in found.claims.values() for change, _ownership in touched} - mapped
    expressions = tuple(sorted({*found.expressions, *evaluated}))
    unclaimed = unclaimed_by_directory(found.unclaimed, [side.tree for side in (before, after) if side.tree])
    census = Census(
        roots_base=len(before.evaluation.roots),
        roots_head=len(after.evaluation.roots),
        roots_failed=len({one.name for side in (before, after) for one in side.evaluation.failed}),
        components=len(judged),
        derivations_base=len(before.graph.derivations),
        derivations_head=len(after.graph.derivations),
        changed_paths=len(changes),
        mapped_paths=len(mapped),
        unclaimed_paths=len(found.unclaimed),
        ignored_paths=len(found.ignored),
        housekeeping_paths=len(found.housekeeping),
        expression_paths=len(expressions),
    )
    return Judgement(judged, unclaimed, found.ignored, found.housekeeping, expressions, census)
