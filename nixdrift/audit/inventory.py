"""Take the inventory of one revision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.audit.names import named_directories
from nixdrift.audit.regions import Totals, regions, totals_of
from nixdrift.audit.result import (
    Inventory,
    InventoryCensus,
    InventoryComponent,
    NoInputs,
    OwnedRegion,
    Owner,
    SourceOfComponent,
)
from nixdrift.audit.unclaimed import unclaimed_directories
from nixdrift.changes import Change, ChangeKind
from nixdrift.comparison.claims import Claims, SortedChanges, sort_changes
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.judgement import Component, Ownership, OwnershipKind
from nixdrift.model import StorePath, name_of
from nixdrift.sources import LocalSource
from nixdrift.tree import ancestors


@dataclass(frozen=True)
class _Stock:
    """One revision, and its paths sorted by what is known of them."""

    side: Side
    owners: Owners
    config: Config
    unlisted: frozenset[StorePath]
    sorted: SortedChanges
    totals: Totals
    """Of the paths that somebody should claim, and those that somebody does."""


def take_inventory(
    side: Side, owners: Owners, paths: Iterable[str], config: Config, unlisted: frozenset[StorePath]
) -> Inventory:
    """Say of every component what it takes, and of every path whose it is.

    ``paths`` may be more than the revision's tree holds: what git does not track lies in its directories, too.
    ``unlisted`` are the input sources whose contents are not known.
    """
    every = sorted(set(paths))
    found = sort_changes([Change(path, ChangeKind.MODIFIED) for path in every], owners, config)
    apart = {*found.ignored, *found.housekeeping, *found.expressions}
    stock = _Stock(side, owners, config, unlisted, found, totals_of(path for path in every if path not in apart))
    components = tuple(sorted((_component(stock, one) for one in owners.components), key=lambda one: one.name))
    return Inventory(
        components,
        _owned(found.claims, stock.totals),
        unclaimed_directories(found.unclaimed, stock.totals),
        found.ignored,
        found.housekeeping,
        found.expressions,
        tuple(sorted(side.evaluation.failed, key=lambda one: one.name)),
        _census(stock, components, len(every)),
    )


def _owned(claims: Claims, totals: Totals) -> tuple[OwnedRegion, ...]:
    owners: defaultdict[str, list[Owner]] = defaultdict(list)
    for component, touched in claims.items():
        for change, ownership in touched:
            owners[change.path].append(Owner(component.name, ownership))
    alike: defaultdict[tuple[Owner, ...], list[str]] = defaultdict(list)
    for path, found in owners.items():
        alike[tuple(sorted(found, key=lambda one: one.component))].append(path)
    owned = [OwnedRegion(region, found) for found, paths in alike.items() for region in regions(paths, totals)]
    return tuple(sorted(owned, key=lambda one: (one.region.directory, one.region.paths)))


def _component(stock: _Stock, component: Component) -> InventoryComponent:
    path = component.after or component.before
    if path is None:
        raise ValueError(f"{component.name} is no single derivation")
    claimed = stock.sorted.claims.get(component, ())
    return InventoryComponent(
        component.name,
        component.aliases,
        component.is_root,
        component.position,
        path,
        tuple(_sources(stock.side, path)),
        len(claimed),
        _no_inputs(stock, component, path, claimed),
    )


def _sources(side: Side, path: StorePath) -> Iterable[SourceOfComponent]:
    for source in side.graph.derivations[path].input_sources:
        if source in side.sources:
            yield _source(side, side.sources[source])


def _source(side: Side, source: LocalSource) -> SourceOfComponent:
    tree = side.tree
    files = {path for origin in source.origins for path in tree.files_below(origin)} if tree else set()
    # What is no file of the repository, such as git's own directory, is not counted.
    held = files & source.files.keys() if source.files is not None else files
    return SourceOfComponent(source.path, source.evidence.value, source.origins, len(held), len(files) - len(held))


def _no_inputs(
    stock: _Stock, component: Component, path: StorePath, claimed: Sequence[tuple[Change, Ownership]]
) -> NoInputs:
    suspects = [change.path for change, ownership in claimed if _should_be_input(change.path, ownership, stock.config)]
    if not suspects:
        return NoInputs((), (), (), is_all=False)
    closure = stock.side.graph.closure([path])

    def is_input(one: str) -> bool:
        return any(source.path in closure for source in stock.side.holders(one))

    paths = tuple(one for one in suspects if not is_input(one))
    unlisted = sorted({name_of(source) for source in stock.unlisted & closure}) if paths else ()
    directories = named_directories(component, paths, stock.owners)
    own = {change.path for change, _ownership in claimed if not directories.isdisjoint(ancestors(change.path))}
    is_all = bool(paths) and not any(is_input(one) for one in own.union(suspects))
    return NoInputs(regions(paths, stock.totals), paths, tuple(unlisted), is_all)


def _should_be_input(path: str, ownership: Ownership, config: Config) -> bool:
    if ownership.kind is OwnershipKind.PROVEN:
        return False
    return not is_expression(path) and not config.housekeeping.match(path)


def _census(stock: _Stock, components: Sequence[InventoryComponent], paths: int) -> InventoryCensus:
    side, found = stock.side, stock.sorted
    apart: Mapping[str, int] = {
        "unclaimed_paths": len(found.unclaimed),
        "ignored_paths": len(found.ignored),
        "housekeeping_paths": len(found.housekeeping),
        "expression_paths": len(found.expressions),
    }
    return InventoryCensus(
        roots=len(side.evaluation.roots),
        roots_failed=len(side.evaluation.failed),
        components=len(components),
        derivations=len(side.graph.derivations),
        input_sources=len(side.graph.input_sources),
        local_sources=len(side.sources),
        paths=paths,
        claimed_paths=paths - sum(apart.values()),
        no_input_paths=len({path for one in components for path in one.no_inputs.paths}),
        **apart,
    )
