"""How far a component is from what changed: the number of derivations on the shortest way up to it."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from nixdrift.affected.result import AffectedComponent
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.reach import Reach
from nixdrift.explanation.causes import differing
from nixdrift.judgement import ComponentJudgement, Moved, Verdict
from nixdrift.model import StorePath

_UNDECIDED = frozenset({Verdict.UNPROVEN, Verdict.UNKNOWN})


def affected(comparison: Comparison) -> tuple[AffectedComponent, ...]:
    """Give the components of head that moved, and those of which that is not known; nearest first."""
    head = comparison.sight.head
    parents = _parents(head, _starts(comparison, head))
    found = (_component(one, head, parents) for one in comparison.judgement.components if _may_have_moved(one))
    return tuple(sorted(found, key=lambda one: (one.distance is None, one.distance, one.name)))


def _may_have_moved(judged: ComponentJudgement) -> bool:
    return judged.verdict is not Verdict.REMOVED and (judged.moved is not Moved.NO or judged.verdict in _UNDECIDED)


def _component(
    judged: ComponentJudgement, head: Reach, parents: Mapping[StorePath, StorePath | None]
) -> AffectedComponent:
    component = judged.component
    paths = [component.after] if component.after is not None else component.candidates_after
    routes = [_route(path, parents) for path in paths if path in parents]
    nearest = min(routes, key=lambda route: (len(route), route), default=())
    names = [head.graph.derivations[path].name for path in nearest[:-1]]
    return AffectedComponent(
        component.name,
        component.aliases,
        component.is_root,
        component.after,
        judged.verdict,
        judged.moved,
        (*names, component.name) if nearest else (),
    )


def _route(path: StorePath, parents: Mapping[StorePath, StorePath | None]) -> Sequence[StorePath]:
    """Give the way from where a change starts up to a derivation."""
    route = [path]
    while (below := parents[route[-1]]) is not None:
        route.append(below)
    return route[::-1]


def _parents(head: Reach, starts: Iterable[StorePath]) -> Mapping[StorePath, StorePath | None]:
    """Walk up from where the change starts, through nothing whose output is fixed and the same as before.

    Gives, for every derivation that is reached, the next one on a shortest way down; None where the change starts.
    """
    parents: dict[StorePath, StorePath | None] = dict.fromkeys(sorted(starts))
    pending = deque(parents)
    while pending:
        path = pending.popleft()
        for referrer in sorted(head.graph.direct_referrers(path)):
            if referrer not in parents and not head.is_barrier(referrer):
                parents[referrer] = path
                pending.append(referrer)
    return parents


def _starts(comparison: Comparison, head: Reach) -> Iterable[StorePath]:
    """Give the derivations that differ by themselves from what they were, or that base has nothing like."""
    pairs = [(one.component.before, one.component.after) for one in comparison.judgement.components]
    known = [(before, after) for before, after in pairs if before and after and before != after]
    found = differing(comparison.before, comparison.after, known)
    takers = {taker for source in head.own.sources for taker in head.graph.direct_referrers(source)}
    # What has no counterpart is taken for new where nothing at base is like it but for its inputs.
    others = {path for path in takers | head.unexplained if path not in found and not head.is_barrier(path)}
    return others | {path for path, is_by_itself in found.items() if is_by_itself}
