"""Walk down from a component to the derivations that differ by themselves, and not only by their inputs."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.changes import Change
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.difference import DerivationDifference, InputDifference, OwnDifferences, SourceDifference
from nixdrift.explanation.fields import FieldComparer
from nixdrift.explanation.pairing import Key, Pair, matched, moved, used_outputs
from nixdrift.explanation.result import Differences
from nixdrift.explanation.secrets import Masker
from nixdrift.judgement import Moved
from nixdrift.model import Derivation, InputDerivation, StorePath, is_fixed_output, source_name
from nixdrift.naming import without_version

MOST_COMPONENTS = 1000
"""For how many components a report says in what their derivations differ."""


def differences(
    base: Side,
    head: Side,
    changes: Sequence[Change],
    name: str,
    before: StorePath,
    after: StorePath,
    *,
    show_values: bool = False,
) -> Differences:
    """Say what differs between the two derivations of a component, which is called ``name``.

    An input is found again at the other side by its name, without version where it has another one; of several of one
    name it is not guessed which became which: they are given as inputs that one side alone has. What looks like a
    secret is masked, unless its value is to be shown.
    """
    fields = FieldComparer(base, head, Masker(shows=show_values))
    walk = _Walk(base, head, changes, fields, {(before, after): (name,)})
    causes, no_causes, follow = [], [], 0
    for found, is_felt in walk.visit():
        if found.is_barrier:
            no_causes.append(found)
        elif not found.is_by_itself:
            follow += 1
        elif is_felt:
            causes.append(found)
    return Differences(tuple(causes), tuple(no_causes), follow)


def differing(base: Side, head: Side, starts: Iterable[Pair]) -> Mapping[StorePath, bool]:
    """Give, for the derivations of head that some pairs are built from, whether they differ by themselves.

    What both sides have is not among them, nor what lies below a fixed output that did not move.
    """
    walk = _Walk(base, head, (), FieldComparer(base, head, Masker()), dict.fromkeys(starts, ()))
    return {found.after: found.is_by_itself and not found.is_barrier for found, _is_felt in walk.visit()}


def own_differences(
    comparison: Comparison, *, most: int = MOST_COMPONENTS, show_values: bool = False
) -> Mapping[str, OwnDifferences]:
    """Say for the components in what the derivation that each is differs by itself; of too many, for the worst ones."""
    base, head = comparison.before, comparison.after
    walk = _Walk(base, head, comparison.changes, FieldComparer(base, head, Masker(shows=show_values)), {})
    ranked = sorted(comparison.judgement.components, key=lambda one: (-one.verdict.severity, one.component.name))
    differing = [one.component for one in ranked if one.component.before and one.component.after]
    pairs = [(one.name, one.before, one.after) for one in differing if one.before != one.after]
    return {name: walk.own(name, (before, after)) for name, before, after in pairs[:most] if before and after}


@dataclass(frozen=True)
class _Walk:
    base: Side
    head: Side
    changes: Sequence[Change]
    fields: FieldComparer
    routes: dict[Pair, tuple[str, ...]]
    """Pair → the names from it up to where the walk began."""

    def visit(self) -> Iterator[tuple[DerivationDifference, bool]]:
        """Look at every pair once, nearest first; give each with whether it can be felt where the walk began."""
        pending = deque((pair, True) for pair in self.routes)
        while pending:
            pair, is_felt = pending.popleft()
            found, inputs = self._difference(pair, moved(*self._of(pair)))
            yield found, is_felt
            if not found.is_barrier:
                # What lies below a fixed output that did not move is in nothing above it.
                felt = is_felt and found.moved is not Moved.NO
                pending.extend((one, felt) for one in self._new(pair, inputs))

    def own(self, name: str, pair: Pair) -> OwnDifferences:
        """Look at one pair alone."""
        self.routes[pair] = (name,)
        return self._difference(pair, moved(*self._of(pair)))[0].own

    def _new(self, pair: Pair, inputs: Iterable[Pair]) -> Iterator[Pair]:
        for one in inputs:
            if one not in self.routes:
                self.routes[one] = (self._of(one)[1].name, *self.routes[pair])
                yield one

    def _of(self, pair: Pair) -> tuple[Derivation, Derivation]:
        return self.base.graph.derivations[pair[0]], self.head.graph.derivations[pair[1]]

    def _difference(self, pair: Pair, moved: Moved) -> tuple[DerivationDifference, Sequence[Pair]]:
        before, after = self._of(pair)
        paired, others = _paired(self.base, self.head, before.input_derivations, after.input_derivations)
        found = DerivationDifference(
            after.name,
            *pair,
            moved,
            is_fixed_output(before) and is_fixed_output(after),
            self.routes[pair],
            OwnDifferences(
                self.fields.differences(before, after),
                self._sources(before, after),
                tuple(sorted(others, key=lambda one: (one.name, one.before or "", one.after or ""))),
            ),
        )
        return found, paired

    def _sources(self, before: Derivation, after: Derivation) -> tuple[SourceDifference, ...]:
        """Give the input sources that differ, those of one name and one place as one."""
        gone = sorted(set(before.input_sources) - set(after.input_sources))
        new = sorted(set(after.input_sources) - set(before.input_sources))
        keys: list[Key] = [lambda path: (source_name(path), self._origins(path)), source_name, self._origins]
        pairs, removed, added = matched(gone, new, keys)
        found = [self._source(*pair) for pair in pairs]
        found += [self._source(path, None) for path in removed]
        found += [self._source(None, path) for path in added]
        return tuple(sorted(found, key=lambda one: (one.name, one.before or (), one.after or ())))

    def _source(self, before: StorePath | None, after: StorePath | None) -> SourceDifference:
        ends = [(side, path) for side, path in ((self.base, before), (self.head, after)) if path is not None]
        changed = {
            change.path
            for change in self.changes
            for side, path in ends
            if side.tree is not None
            and path in side.sources
            and side.sources[path].holds(change.path, side.tree) is not None
        }
        return SourceDifference(
            source_name(ends[-1][1]),
            None if before is None else self._origins_at(self.base, before),
            None if after is None else self._origins_at(self.head, after),
            tuple(sorted(changed)),
        )

    def _origins(self, path: StorePath) -> tuple[str, ...]:
        return self._origins_at(self.head, path) or self._origins_at(self.base, path) or (path,)

    @staticmethod
    def _origins_at(side: Side, path: StorePath) -> tuple[str, ...]:
        return side.sources[path].origins if path in side.sources else ()


Inputs = Mapping[StorePath, InputDerivation]


def _paired(base: Side, head: Side, before: Inputs, after: Inputs) -> tuple[Sequence[Pair], Sequence[InputDifference]]:
    """Find out which input became which, and which of them are only on one side or used otherwise."""
    gone, new = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())

    def name(path: StorePath) -> str:
        side = base if path in before else head
        return side.graph.derivations[path].name

    pairs, removed, added = matched(gone, new, [name, lambda path: without_version(name(path))])
    others = [InputDifference(name(path), used_outputs(before[path]), None) for path in removed]
    others += [InputDifference(name(path), None, used_outputs(after[path])) for path in added]
    same = [*pairs, *((path, path) for path in before.keys() & after.keys())]
    for one, other in same:
        if used_outputs(before[one]) != used_outputs(after[other]):
            others.append(InputDifference(name(other), used_outputs(before[one]), used_outputs(after[other])))
    return sorted(pairs, key=lambda pair: (name(pair[1]), pair)), others
