"""Several versions of one thing: a name tells that a path belongs to one of them, and not to which."""

from collections.abc import Iterable

from nixdrift.changes import Change
from nixdrift.comparison.claims import Claims
from nixdrift.judgement import Component, ComponentJudgement, Ownership, OwnershipKind, Verdict
from nixdrift.model import derivation_name
from nixdrift.naming import without_version

_TAKEN = frozenset({Verdict.REBUILT, Verdict.ADDED, Verdict.REMOVED, Verdict.UNCHANGED})


def settled_claims(claims: Claims, judged: Iterable[ComponentJudgement]) -> Claims:
    """Give the claims without those that are only inferred, where another version has taken the path.

    ``julia-0.4.2`` does not own a patch beside it just because the directory is called ``julia``, if ``julia-0.4.4``
    has just been added with it.
    """
    takers: dict[tuple[str, str], list[frozenset[str]]] = {}
    for one in judged:
        names = _derivation_names(one.component)
        for path in one.paths:
            if path.verdict in _TAKEN:
                for name in names:
                    takers.setdefault((path.change.path, without_version(name)), []).append(names)

    def is_anothers(component: Component, change: Change, ownership: Ownership) -> bool:
        names = _derivation_names(component)
        others = (taker for name in names for taker in takers.get((change.path, without_version(name)), ()))
        return ownership.kind is OwnershipKind.INFERRED and any(not taker & names for taker in others)

    return {
        component: tuple(claim for claim in touched if not is_anothers(component, *claim))
        for component, touched in claims.items()
    }


def _derivation_names(component: Component) -> frozenset[str]:
    before = (component.before, *component.candidates_before)
    after = (component.after, *component.candidates_after)
    return frozenset(derivation_name(path) for path in (*before, *after) if path is not None)
