"""From two evaluations and the changes between them to a judgement: map, then judge. Pure, given its evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nixdrift.changes import Change
from nixdrift.components import pair_derivations, pair_roots
from nixdrift.config import Config
from nixdrift.directories import DirectoryName, directory_names, manifests_in
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.evaluation import Evaluation
from nixdrift.graph import build_graph
from nixdrift.judge import Judge
from nixdrift.judgement import (
    Census,
    Component,
    ComponentJudgement,
    Judgement,
    Ownership,
    UnclaimedDirectory,
)
from nixdrift.manifests import MANIFESTS
from nixdrift.model import StorePath
from nixdrift.ownership import Owners, declared_components, is_expression
from nixdrift.reach import reach_of_both
from nixdrift.side import Side
from nixdrift.sight import Sight
from nixdrift.tracing import Tracer
from nixdrift.tree import ReadBlob, Tree, ancestors
from nixdrift.versions import Claims, settled_claims


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be known beyond the graphs; without a repository there is none."""

    base_tree: Tree | None = None
    head_tree: Tree | None = None
    read_blob: ReadBlob | None = None
    tracer: Tracer | None = None


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The changed paths, by what is to be done with them."""

    claims: Claims
    unclaimed: tuple[str, ...]
    ignored: tuple[str, ...]
    housekeeping: tuple[str, ...]
    expressions: tuple[str, ...]


def compare(
    base: Evaluation, head: Evaluation, changes: Sequence[Change], config: Config, evidence: Evidence
) -> Judgement:
    """Judge every component of two evaluations of one project.

    Raises `IncompleteGraphError` where the two cannot be compared.
    """
    check_comparable(base, head)
    changes = sorted(changes, key=lambda change: change.path)
    before, after = _side(base, evidence.base_tree, "base"), _side(head, evidence.head_tree, "head")
    trees = [tree for tree in (evidence.base_tree, evidence.head_tree) if tree is not None]
    directories = directory_names((change.path for change in changes), trees, evidence.read_blob)
    before, after = _traced(before, after, changes, directories, evidence.tracer)
    components = _components(before, after, changes, directories, config)
    owners = Owners(before, after, components, config, directories)
    found = _sort(changes, owners, config)
    judged = _judged(before, after, components, found.claims)
    return _judgement(judged, found, changes, before, after)


def check_comparable(base: Evaluation, head: Evaluation) -> None:
    """Raise `IncompleteGraphError` where two evaluations are not of one project, made in one way."""
    if base.store_dir != head.store_dir:
        raise IncompleteGraphError(
            f"base and head are from different store directories: {base.store_dir} and {head.store_dir}",
            hint="make both dumps on one machine",
        )
    for what, one, other in (
        ("Nix versions", base.nix_version, head.nix_version),
        ("systems", base.system, head.system),
    ):
        if one and other and one != other:
            raise IncompleteGraphError(
                f"base and head were evaluated with different {what}: {one} and {other}",
                hint="evaluate both in the same way",
            )
    systems = _systems(base), _systems(head)
    if all(systems) and not systems[0] & systems[1]:
        raise IncompleteGraphError(
            f"base and head are for different systems: {_words(systems[0])} and {_words(systems[1])}",
            hint="evaluate both for one system: --system",
        )


def _systems(evaluation: Evaluation) -> frozenset[str]:
    return frozenset(derivation.system for derivation in evaluation.derivations.values()) - {"builtin"}


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _side(evaluation: Evaluation, tree: Tree | None, name: str) -> Side:
    return Side(evaluation, build_graph(evaluation.derivations, source=name), tree, {})


def _traced(
    before: Side,
    after: Side,
    changes: Sequence[Change],
    directories: Mapping[str, Sequence[DirectoryName]],
    tracer: Tracer | None,
) -> tuple[Side, Side]:
    if tracer is None:
        return before, after
    names = [name for found in directories.values() for name in found]
    traced = [
        replace(side, sources=tracer.trace(side, other, side.tree, changes, names)) if side.tree else side
        for side, other in ((before, after), (after, before))
    ]
    return traced[0], traced[1]


def _components(
    before: Side,
    after: Side,
    changes: Sequence[Change],
    directories: Mapping[str, Sequence[DirectoryName]],
    config: Config,
) -> tuple[Component, ...]:
    """Give the roots, the derivations inside that take what changed or are named like it, and the declared ones."""
    roots = pair_roots(before, after)
    names = [name for found in directories.values() for name in found]
    former, latter = (
        {
            *(path for change in changes for path in _takers(side, change.path)),
            *(path for name in names for path in side.named(name.name) if _takes_local(side, path)),
            *(path for path in _declared_derivations(side, config, roots, before, after)),
        }
        - side.root_paths
        for side in (before, after)
    )
    taken = {name for root in roots for name in (root.name, *root.aliases)}
    components = roots + pair_derivations(before, after, former, latter, taken)
    _check_declarations(config, components, before, after)
    return components


def _takers(side: Side, path: str) -> set[StorePath]:
    return {taker for source in side.holders(path) for taker in side.graph.direct_referrers(source.path)}


def _takes_local(side: Side, path: StorePath) -> bool:
    return any(source in side.sources for source in side.graph.derivations[path].input_sources)


def _declared_derivations(
    side: Side, config: Config, roots: Sequence[Component], before: Side, after: Side
) -> Iterable[StorePath]:
    for declared in config.components.values():
        if not declared_components(declared, roots, before, after):
            wanted = declared.derivation or declared.name
            yield from (path for path in side.graph.derivations if side.graph.derivations[path].name == wanted)
            yield from side.by_stem.get(wanted, ())


def _check_declarations(config: Config, components: Sequence[Component], before: Side, after: Side) -> None:
    failed = {attribute.name for side in (before, after) for attribute in side.evaluation.failed}
    for declared in config.components.values():
        wanted = declared.derivation or declared.name
        if not declared_components(declared, components, before, after) and wanted not in failed:
            names = ", ".join(component.name for component in components[:5])
            raise InvalidInputError(
                f"nixdrift.toml declares {declared.name}, which neither base nor head has",
                hint=f"the components here are {names}" + (", …" if len(components) > 5 else ""),
            )


def _sort(changes: Sequence[Change], owners: Owners, config: Config) -> _Sorted:
    claims: dict[Component, list[tuple[Change, Ownership]]] = {}
    rest: dict[str, list[str]] = {"unclaimed": [], "ignored": [], "housekeeping": [], "expressions": []}
    for change in changes:
        found = {} if config.ignore.match(change.path) else owners.of(change)
        for component, ownership in found.items():
            claims.setdefault(component, []).append((change, ownership))
        if not found:
            rest[_kind_of_unclaimed(change.path, config)].append(change.path)
    return _Sorted(claims, **{kind: tuple(paths) for kind, paths in rest.items()})


def _kind_of_unclaimed(path: str, config: Config) -> str:
    if config.ignore.match(path):
        return "ignored"
    if is_expression(path):
        return "expressions"
    return "housekeeping" if config.housekeeping.match(path) else "unclaimed"


def _judged(
    before: Side, after: Side, components: Sequence[Component], claims: Claims
) -> tuple[ComponentJudgement, ...]:
    names = {component.after: component.name for component in components if component.after is not None}
    judge = Judge(before, after, Sight(*reach_of_both(before, after), names))
    judged = {component: judge.component(component, claims.get(component, ())) for component in components}
    settled = settled_claims(claims, judged.values(), before, after)
    again = {one: judge.component(one, settled[one]) for one in claims if len(settled[one]) < len(claims[one])}
    return tuple(sorted((judged | again).values(), key=lambda one: one.component.name))


def _judgement(
    judged: tuple[ComponentJudgement, ...], found: _Sorted, changes: Sequence[Change], before: Side, after: Side
) -> Judgement:
    mapped = {path.change.path for one in judged for path in one.paths}
    # What only acted by evaluation was claimed, and taken back when its component was judged.
    evaluated = {change.path for touched in found.claims.values() for change, _ownership in touched} - mapped
    expressions = tuple(sorted({*found.expressions, *evaluated}))
    unclaimed = _by_directory(found.unclaimed, [side.tree for side in (before, after) if side.tree])
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


def _by_directory(paths: Iterable[str], trees: Sequence[Tree]) -> tuple[UnclaimedDirectory, ...]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(
        UnclaimedDirectory(directory, tuple(sorted(inside)), _manifests(directory, inside, trees))
        for directory, inside in sorted(groups.items())
    )


def _manifests(directory: str, paths: Iterable[str], trees: Sequence[Tree]) -> tuple[str, ...]:
    """Give the manifests in the nearest directory that has any: what changed is a part of what they build."""
    # A manifest at the top of a repository is often a convenience: it speaks only for what lies beside it.
    for near in (directory, *(above for above in ancestors(directory) if above)):
        found = {manifest for tree in trees for manifest in manifests_in(near, tree)}
        if found:
            return tuple(sorted(found))
    return tuple(sorted(path for path in paths if path.rpartition("/")[2] in MANIFESTS))
