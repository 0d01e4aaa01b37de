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
from nixdrift.model import StorePath
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
            *(path for name in names for path in side.named(name.name) if _takes_local(side, path)),
            *(path for path in _declared_derivations(side, config, roots, before, after)),
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
    others = {*takers, *_declared_derivations(side, config, roots, side, side)} - side.root_paths
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
    attributes = [attribute.name for side in (before, after) for attribute in side.evaluation.failed]
    failed = {*attributes, *(normalised(name.rpartition(".")[2]) for name in attributes)}
    for declared in config.components.values():
        wanted = declared.derivation or declared.name
        if not declared_components(declared, components, before, after) and failed.isdisjoint(
            {wanted, normalised(wanted)}
        ):
            names = ", ".join(component.name for component in components[:5])
            nowhere = "which does not exist" if before is after else "which neither base nor head has"
            raise NoSuchComponentError(
                declared.name,
                f"nixdrift.toml declares {declared.name}, {nowhere}",
                hint=f"the components here are {names}" + (", …" if len(components) > 5 else ""),
            )
