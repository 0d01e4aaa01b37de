"""Components, and what each became: by name, else by the derivation's name without version and hash."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from nixdrift.comparison.side import Side
from nixdrift.evaluation import Position, Root
from nixdrift.judgement import Component, Pairing
from nixdrift.model import StorePath, derivation_name
from nixdrift.naming import without_version


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A derivation of one side that is to be found again on the other."""

    name: str
    stem: str
    drv_path: StorePath
    position: Position | None = None


def pair_roots(base: Side, head: Side) -> tuple[Component, ...]:
    """Pair the roots of both sides; those that are one derivation on both sides become one component."""
    before, lost_before = _without_lost(base, head)
    after, lost_after = _without_lost(head, base)
    kept = {(root.name, root.drv_path) for root in before} & {(root.name, root.drv_path) for root in after}
    former, latter = (
        [_root(one) for one in roots if (one.name, one.drv_path) not in kept] for roots in (before, after)
    )
    pairs = [
        *(_kept(root) for root in after if (root.name, root.drv_path) in kept),
        *_paired(former, latter, by_name=Pairing.ROOT),
        *_unpaired([_root(one) for one in lost_before], []),
        *_unpaired([], [_root(one) for one in lost_after]),
    ]
    same: defaultdict[object, list[Component]] = defaultdict(list)
    for component in pairs:
        ambiguous = component.pairing is Pairing.AMBIGUOUS
        same[component.name if ambiguous else (component.before, component.after)].append(component)
    return _distinctly_named(_as_root(_merged(group)) for group in same.values())


def _kept(root: Root) -> Component:
    """Give the component of a root that is the same derivation on both sides, as most are."""
    return Component(root.name, Pairing.ROOT, root.drv_path, root.drv_path, position=root.position, is_root=True)


def _as_root(component: Component) -> Component:
    return component if component.is_root else replace(component, is_root=True)


def _without_lost(side: Side, other: Side) -> tuple[list[Root], list[Root]]:
    """Set those roots apart that do not evaluate on the other side: what bears a similar name there is another."""
    roots = side.evaluation.roots
    lost = [root for root in roots if other.has_failed(root.name)]
    return [root for root in roots if root not in lost], lost


def pair_derivations(
    base: Side, head: Side, before: Iterable[StorePath], after: Iterable[StorePath], taken: Iterable[str]
) -> tuple[Component, ...]:
    """Pair derivations that are no roots.

    Where one is among the given only on one side, the other side is searched for what it became. ``taken`` are
    the names that the new components must not bear.
    """
    before, after = set(before), set(after)
    stems = {_stem(path) for path in before | after}
    both = (before | after) & base.graph.derivations.keys() & head.graph.derivations.keys()
    pairs = _paired(
        [_candidate(path) for path in _searched(base, head, stems, before | both)],
        [_candidate(path) for path in _searched(head, base, stems, after | both)],
        by_name=Pairing.NAME,
    )
    return _distinctly_named(pairs, taken)


def _searched(side: Side, other: Side, stems: Iterable[str], given: set[StorePath]) -> list[StorePath]:
    """Give the derivations of some stems that are given, or that the other side does not have."""
    paths = (path for stem in sorted(stems) for path in side.by_stem.get(stem, ()))
    return [path for path in paths if path in given or path not in other.graph.derivations]


def _root(root: Root) -> _Candidate:
    return _Candidate(root.name, _stem(root.drv_path), root.drv_path, root.position)


def _candidate(path: StorePath) -> _Candidate:
    return _Candidate(derivation_name(path), _stem(path), path)


def _stem(path: StorePath) -> str:
    return without_version(derivation_name(path))


def _paired(before: Sequence[_Candidate], after: Sequence[_Candidate], by_name: Pairing) -> list[Component]:
    """Pair what is the same, then what alone bears a name, then what alone bears a stem; the rest is ambiguous."""
    steps: tuple[tuple[Callable[[_Candidate], object], Pairing], ...] = (
        (lambda one: (one.name, one.drv_path), by_name),
        (lambda one: one.name, by_name),
        (lambda one: one.stem, Pairing.NAME),
    )
    components: list[Component] = []
    for key, pairing in steps:
        found, before, after = _pair_by(key, pairing, before, after)
        components += found
    return components + _unpaired(before, after)


def _pair_by(
    key: Callable[[_Candidate], object], pairing: Pairing, before: Sequence[_Candidate], after: Sequence[_Candidate]
) -> tuple[list[Component], list[_Candidate], list[_Candidate]]:
    former, latter = _grouped(key, before), _grouped(key, after)
    alone = {one for one in former if len(former[one]) == 1 and len(latter.get(one, ())) == 1}
    pairs = [(former[one][0], latter[one][0]) for one in former if one in alone]
    return (
        [Component(new.name, pairing, old.drv_path, new.drv_path, position=new.position) for old, new in pairs],
        [one for one in before if key(one) not in alone],
        [one for one in after if key(one) not in alone],
    )


def _unpaired(before: Sequence[_Candidate], after: Sequence[_Candidate]) -> list[Component]:
    former, latter = _grouped(_by_stem, before), _grouped(_by_stem, after)
    both = former.keys() & latter.keys()
    removed = [one for one in before if one.stem not in both]
    added = [one for one in after if one.stem not in both]
    return [
        *(Component(one.name, Pairing.NAME, one.drv_path, None, position=one.position) for one in removed),
        *(Component(one.name, Pairing.NAME, None, one.drv_path, position=one.position) for one in added),
        *(
            Component(
                str(stem),
                Pairing.AMBIGUOUS,
                None,
                None,
                candidates_before=tuple(sorted({one.drv_path for one in former[stem]})),
                candidates_after=tuple(sorted({one.drv_path for one in latter[stem]})),
            )
            for stem in both
        ),
    ]


def _by_stem(candidate: _Candidate) -> object:
    return candidate.stem


def _grouped(key: Callable[[_Candidate], object], candidates: Iterable[_Candidate]) -> dict[object, list[_Candidate]]:
    groups: defaultdict[object, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return groups


def _merged(same: list[Component]) -> Component:
    """Let the most telling of several names of one thing stand for it."""
    if len(same) == 1:
        return same[0]
    first, *others = sorted(same, key=lambda one: (one.name.endswith("default"), len(one.name), one.name))
    return replace(first, aliases=tuple(sorted(one.name for one in others)))


def _distinctly_named(components: Iterable[Component], taken: Iterable[str] = ()) -> tuple[Component, ...]:
    """Number the components that bear the same name, so that a report can be read by name."""
    used = set(taken)
    named = []
    for component in sorted(components, key=_identity):
        name, number = component.name, 2
        while name in used:
            name, number = f"{component.name}#{number}", number + 1
        used.add(name)
        named.append(component if name == component.name else replace(component, name=name))
    return tuple(named)


def _identity(component: Component) -> tuple[str, str, str]:
    return component.name, component.before or "", component.after or ""
