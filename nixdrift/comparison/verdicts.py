"""The table in the centre: touched, moved, seen → verdict, for every changed path of every component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from nixdrift.changes import Change, shown
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.movement import moving_inputs
from nixdrift.comparison.seen import Sight, Sighting
from nixdrift.comparison.side import Side
from nixdrift.judgement import (
    Causes,
    Component,
    ComponentJudgement,
    Moved,
    Ownership,
    OwnershipKind,
    Pairing,
    PathJudgement,
    Seen,
    Verdict,
)
from nixdrift.model import StorePath, output_path

VERDICTS: Mapping[tuple[Moved, Seen], Verdict] = {
    (Moved.NO, Seen.YES): Verdict.UNCHANGED,
    (Moved.NO, Seen.BEHIND_BARRIER): Verdict.FROZEN,
    (Moved.NO, Seen.NO): Verdict.STALE,
    # Nothing reaches an output that did not move; what cannot be told is whether a fixed output hides it.
    (Moved.NO, Seen.UNKNOWN): Verdict.UNPROVEN,
    (Moved.YES, Seen.YES): Verdict.REBUILT,
    (Moved.YES, Seen.BEHIND_BARRIER): Verdict.FROZEN,
    (Moved.YES, Seen.NO): Verdict.MASKED,
    (Moved.YES, Seen.UNKNOWN): Verdict.UNPROVEN,
    (Moved.UNKNOWN, Seen.YES): Verdict.UNKNOWN,
    (Moved.UNKNOWN, Seen.BEHIND_BARRIER): Verdict.FROZEN,
    (Moved.UNKNOWN, Seen.NO): Verdict.MASKED,
    (Moved.UNKNOWN, Seen.UNKNOWN): Verdict.UNKNOWN,
}
"""What follows for a changed path. Where the output is known only after a build, the derivation has differed."""

_MOST_WAYS = 64
"""In how many ways the derivations of one name are tried to belong together."""

Outputs = Mapping[str, StorePath | None]


@dataclass(frozen=True)
class Judge:
    """Base and head, and what can be seen in them."""

    base: Side
    head: Side
    sight: Sight
    decided: Mapping[tuple[str, str], Sighting] = field(default_factory=dict)
    """Component, path → what was found out in another way than by looking; it holds before what is seen."""

    def component(self, component: Component, touched: Sequence[tuple[Change, Ownership]]) -> ComponentJudgement:
        """Judge a component by the changed paths that belong to it; each path is judged by itself."""
        if component.pairing is Pairing.AMBIGUOUS:
            return self._ambiguous(component, touched)
        if component.before is None or component.after is None:
            return self._one_sided(component, touched)
        return self._paired(component, touched)

    def _paired(self, component: Component, touched: Sequence[tuple[Change, Ownership]]) -> ComponentJudgement:
        after = self._outputs(self.head, component.after)
        before = after if component.before == component.after else self._outputs(self.base, component.before)
        moved = has_moved(component, before, after)
        judged = [self._path(component, moved, change, ownership) for change, ownership in touched]
        # An expression acts by evaluation: only one that is declared can be missed by an output.
        paths = tuple(path for path in judged if not _acts_by_evaluation(path))
        causes = () if moved is Moved.NO else Causes(partial(moving_inputs, self.base, self.head, component))
        worst = max(paths, key=lambda path: path.verdict.severity, default=None)
        verdict, reason = (worst.verdict, worst.reason) if worst else _UNTOUCHED[moved]
        return ComponentJudgement(component, verdict, reason, moved, paths, causes, before, after)

    def _path(self, component: Component, moved: Moved, change: Change, ownership: Ownership) -> PathJudgement:
        sighting = self.decided.get((component.name, change.path)) or self.sight.look(component, change)
        verdict = VERDICTS[moved, sighting.seen]
        delivered = self.sight.delivered_by(component, change) if verdict is Verdict.FROZEN else ()
        reason = _reason(verdict, change, sighting)
        return PathJudgement(change, ownership, verdict, reason, sighting.trace, delivered)

    def _one_sided(self, component: Component, touched: Sequence[tuple[Change, Ownership]]) -> ComponentJudgement:
        lost = self._lost_with(component)
        if lost is not None:
            return self._undecided(component, touched, lost)
        before, after = self._outputs(self.base, component.before), self._outputs(self.head, component.after)
        verdict = Verdict.ADDED if component.before is None else Verdict.REMOVED
        reason = "only head has it" if component.before is None else "only base has it"
        paths = tuple(PathJudgement(change, ownership, verdict, reason) for change, ownership in touched)
        return ComponentJudgement(component, verdict, reason, Moved.YES, paths, (), before, after)

    def _lost_with(self, component: Component) -> str | None:
        """Say why the other side may have a component all the same: it would be part of what fails there."""
        side, other, where = (
            (self.head, self.base, "base") if component.before is None else (self.base, self.head, "head")
        )
        path = component.before or component.after
        if path is None or not other.evaluation.failed:
            return None
        roots = (component.name, *component.aliases) if component.is_root else side.roots_of(path)
        failed = [root for root in roots if other.has_failed(root)]
        return f"{_list(sorted(failed))} did not evaluate at {where}" if failed else None

    def _ambiguous(self, component: Component, touched: Sequence[tuple[Change, Ownership]]) -> ComponentJudgement:
        """Judge every way in which base's derivations of one name may have become head's.

        What all ways agree on is so, whichever is the true one.
        """
        before, after = component.candidates_before, component.candidates_after
        if len(before) * len(after) <= _MOST_WAYS:
            ways = [self._paired(replace(component, before=old, after=new), touched) for old in before for new in after]
            if len({_facts(way) for way in ways}) == 1:
                return replace(ways[0], component=component, outputs_before={}, outputs_after={})
        number = len({*before, *after})
        reason = f"{number} derivations are named {component.name}: which became which cannot be told"
        return self._undecided(component, touched, reason)

    def _undecided(
        self, component: Component, touched: Sequence[tuple[Change, Ownership]], reason: str
    ) -> ComponentJudgement:
        judged = (PathJudgement(change, ownership, Verdict.UNPROVEN, reason) for change, ownership in touched)
        paths = tuple(path for path in judged if not _acts_by_evaluation(path))
        verdict = Verdict.UNPROVEN if paths else Verdict.UNKNOWN
        before, after = self._outputs(self.base, component.before), self._outputs(self.head, component.after)
        return ComponentJudgement(component, verdict, reason, Moved.UNKNOWN, paths, (), before, after)

    @staticmethod
    def _outputs(side: Side, path: StorePath | None) -> Outputs:
        if path is None:
            return {}
        outputs = side.graph.outputs(path)
        return {name: output_path(outputs[name]) for name in sorted(outputs)}


def _facts(judged: ComponentJudgement) -> object:
    return judged.verdict, judged.moved, tuple((path.change.path, path.verdict) for path in judged.paths)


def has_moved(component: Component, before: Outputs, after: Outputs) -> Moved:
    """Tell whether an output path differs; one that is not known yet differs only if the derivation does."""
    if component.before == component.after:
        return Moved.NO
    known = [name for name in before.keys() & after.keys() if before[name] and after[name]]
    if before.keys() != after.keys() or any(before[name] != after[name] for name in known):
        return Moved.YES
    return Moved.NO if len(known) == len(before) else Moved.UNKNOWN


def _acts_by_evaluation(path: PathJudgement) -> bool:
    healthy = path.verdict in {Verdict.REBUILT, Verdict.UNCHANGED}
    declared = path.ownership.kind is OwnershipKind.DECLARED
    return is_expression(path.change.path) and not healthy and not declared


_UNTOUCHED: Mapping[Moved, tuple[Verdict, str]] = {
    Moved.NO: (Verdict.UNCHANGED, "none of its paths changed, and its output did not move"),
    Moved.YES: (Verdict.RIPPLED, "none of its paths changed, and its output moved"),
    Moved.UNKNOWN: (Verdict.UNKNOWN, "its derivation differs; its output is known only after a build"),
}


def _reason(verdict: Verdict, change: Change, sighting: Sighting) -> str:
    path = shown(change.path)
    match verdict:
        case Verdict.STALE:
            return f"{path} was {change.kind.value}, and the output did not move: {sighting.reason}"
        case Verdict.MASKED:
            return f"{path} was {change.kind.value}, and the output moved, but not because of it: {sighting.reason}"
        case Verdict.FROZEN:
            return f"{path} was {change.kind.value}, and a fixed output hash hides it: {sighting.reason}"
        case Verdict.UNPROVEN:
            return f"{path} was {change.kind.value}, and it is not proven what came of it: {sighting.reason}"
        case Verdict.UNKNOWN:
            return f"{path} was {change.kind.value}; the output is known only after a build: {sighting.reason}"
        case _:
            return f"{path} was {change.kind.value}: {sighting.reason}"


def _list(names: Sequence[str]) -> str:
    shortened = [*names[:3], f"{len(names) - 3} more"] if len(names) > 4 else names
    return ", ".join(shortened)
