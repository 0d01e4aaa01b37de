"""Find the components: the roots, and the derivations inside of them that a change may concern."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nixdrift.comparison.components import pair_derivations, pair_roots
from nixdrift.comparison.directories import DirectoryName
from nixdrift.comparison.ownership import declared_components
from nixdrift.comparison.rewiring import Rewiring
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.errors import NoSuchComponentError
from nixdrift.judgement import Component
from nixdrift.model import StorePath, derivation_name
from nixdrift.naming import normalised


def find_components(
    before: Side,
    after: Side,
    paths: Sequence[str],
    names: Sequence[DirectoryName],
    config: Config,
    rewiring: Rewiring,
) -> tuple[Component, ...]:
    """Give the roots, the derivations inside that take what changed or are named like it, and the declared ones.

    Also those that take other local sources than before. ``paths`` are what changed, and the symbolic links that lead
    there; ``names`` are those of the directories above.
    """
    roots = pair_roots(before, after)
    former, latter = (
        {
            *(taker for path in paths for taker in _takers(side, path)),
            *_local_ones(side, names),
            *(path for path in _declared_derivations(side, config, roots)),
            *_rewired(side, other, sources),
        }
        - side.root_paths
        for side, other, sources in ((before, after, rewiring.given_up), (after, before, rewiring.gained))
    )
    return _with_others(roots, former, latter, before, after, config)


def components_of(side: Side, config: Config) -> tuple[Component, ...]:
    """Give the components of one revision alone: roots, all derivations that take local sources, and declared ones.

    Each is paired with itself.
    """
    # A root beside something that failed is not paired: it might be a part of it on the other side.
    roots = tuple(replace(root, before=root.after) for root in pair_roots(side, side) if root.after is not None)
    takers = {taker for source in side.sources for taker in side.graph.direct_referrers(source)}
    others = {*takers, *_declared_derivations(side, config, roots)} - side.root_paths
    return _with_others(roots, others, others, side, side, config)


def _with_others(
    roots: tuple[Component, ...],
    former: set[StorePath],
    latter: set[StorePath],
    before: Side,
    after: Side,
    config: Config,
) -> tuple[Component, ...]:
    taken = {name for root in roots for name in (root.name, *root.aliases)}
    components = roots + pair_derivations(before, after, former, latter, taken)
    _check_declarations(config, components, before, after)
    return components


def _takers(side: Side, path: str) -> set[StorePath]:
    holding = {taker for source in side.holders(path) for taker in side.graph.direct_referrers(source.path)}
    return holding | {one for one, _mention in side.mentioning(path)}


def _rewired(side: Side, other: Side, rewired: Mapping[str, frozenset[StorePath]]) -> set[StorePath]:
    """Give the derivations that take a local source which those of their name on the other side do not take."""
    return {
        taker
        for stem, sources in rewired.items()
        for source in sources & side.sources.keys()
        for taker in side.graph.direct_referrers(source)
        if taker not in other.graph.derivations and side.stems[taker] == stem
    }


def _local_ones(side: Side, names: Sequence[DirectoryName]) -> set[StorePath]:
    """Give the derivations with some names that take sources of the repository themselves."""
    local = {taker for source in side.sources for taker in side.graph.direct_referrers(source)}
    return local & side.named({name.name for name in names}) if local else set()


def _declared_derivations(side: Side, config: Config, roots: Sequence[Component]) -> Iterable[StorePath]:
    for declared in config.components.values():
        if not declared_components(declared, roots):
            wanted = declared.derivation or declared.name
            yield from (path for path in side.graph.derivations if derivation_name(path) == wanted)
            yield from side.by_stem.get(wanted, ())


def _check_declarations(config: Config, components: Sequence[Component], before: Side, after: Side) -> None:
    attributes = [attribute.name for side in (before, after) for attribute in side.evaluation.failed]
    failed = {*attributes, *(normalised(name.rpartition(".")[2]) for name in attributes)}
    for declared in config.components.values():
        wanted = declared.derivation or declared.name
        if not declared_components(declared, components) and failed.isdisjoint({wanted, normalised(wanted)}):
            names = ", ".join(component.name for component in components[:5])
            nowhere = "which does not exist" if before is after else "which neither base nor head has"
            raise NoSuchComponentError(
                declared.name,
                f"nixdrift.toml declares {declared.name}, {nowhere}",
                hint=f"the components here are {names}" + (", …" if len(components) > 5 else ""),
            )
