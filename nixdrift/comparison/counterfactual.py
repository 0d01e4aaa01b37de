"""What evaluation says that looking at inputs cannot: the same commit without a change, evaluated.

A component that is the same derivation without a change does not see it, however much else moved. Files that are
read while evaluating leave no input source, and are decided by this alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nixdrift.changes import Change, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.mentions import Mentions
from nixdrift.comparison.mode import Counterfactual
from nixdrift.comparison.reach import differing_digests, signature
from nixdrift.comparison.seen import Sighting
from nixdrift.comparison.side import Side
from nixdrift.evaluation import Evaluation, closure
from nixdrift.graph import build_graph
from nixdrift.group_testing import NOTHING, Answer, Answers, Effect, Failure, Outcome, Paths, Undecidable
from nixdrift.judgement import Component, Pairing, PathJudgement, Seen, TraceStep, Verdict
from nixdrift.model import Derivation, StorePath, digest_of, is_fixed_output, name_of, output_path, source_name
from nixdrift.sources import ListSource


def questions(comparison: Comparison, mode: Counterfactual) -> Mapping[str, Paths]:
    """Give, for every component that is on both sides, the changed paths that evaluation is to decide."""
    if mode is Counterfactual.NEVER:
        return {}
    asked = {
        judged.component.name: frozenset(
            path.change.path
            for path in judged.paths
            if mode is Counterfactual.ALWAYS or _is_open(path) or _may_be_frozen(path, judged.component, comparison)
        )
        for judged in comparison.judgement.components
        if _is_on_both_sides(judged.component)
    }
    return {name: paths for name, paths in asked.items() if paths}


def _is_on_both_sides(component: Component) -> bool:
    paired = component.before is not None and component.after is not None
    return paired and component.pairing is not Pairing.AMBIGUOUS


def _is_open(path: PathJudgement) -> bool:
    is_unseen = any(step.kind == "break" for step in path.trace)
    return path.verdict is Verdict.UNPROVEN or (path.verdict is Verdict.UNKNOWN and is_unseen)


def _may_be_frozen(path: PathJudgement, component: Component, comparison: Comparison) -> bool:
    """Tell whether a path that no output holds may have changed the request of a fixed output, by evaluation."""
    is_missed = path.verdict in {Verdict.STALE, Verdict.MASKED}
    return is_missed and component.after in comparison.sight.head.uncertain_behind_barriers


@dataclass(frozen=True, slots=True)
class Subject:
    """A component on one side of a comparison: what is looked for in other evaluations of that side."""

    name: str
    path: StorePath
    roots: tuple[str, ...]
    """What has to be evaluated to see it."""
    is_root: bool


def subjects(comparison: Comparison, names: Collection[str], *, at_head: bool) -> tuple[Subject, ...]:
    """Give some components of a comparison as they are on one side."""
    side = comparison.after if at_head else comparison.before
    components = [one.component for one in comparison.judgement.components if one.component.name in names]
    paths = [(one, one.after if at_head else one.before) for one in components]
    return tuple(subject_of(one, path, side) for one, path in paths if path is not None)


def subject_of(component: Component, path: StorePath, side: Side) -> Subject:
    """Give a component as what it is on one side."""
    roots = (component.name, *component.aliases) if component.is_root else side.roots_of(path)
    return Subject(component.name, path, roots, component.is_root)


def outcome(subject: Subject, known: Side, other: Evaluation, list_source: ListSource | None = None) -> Answer:
    """Tell what another evaluation makes of a component of a known one.

    ``list_source`` tells sources that differ from those that only have another name.
    """
    found = {root.name: root.drv_path for root in other.roots}
    lost = next((name for name in subject.roots if name not in found), None)
    if lost is not None:
        failed = [one for one in other.failed if lost == one.name or lost.startswith(f"{one.name}.")]
        return Failure(failed[0].message) if failed else Outcome(Effect.EFFECTIVE)
    there = {found[name] for name in subject.roots}
    candidates = there if subject.is_root else set(closure(other.derivations, there))
    if subject.path in candidates or _differs_in_names_only(subject.path, known, other, list_source):
        return NOTHING
    return _compared(subject.path, candidates, known, other)


def _compared(path: StorePath, candidates: set[StorePath], known: Side, other: Evaluation) -> Answer:
    outputs = _promises(known.graph.derivations[path])
    if None in outputs or not outputs <= _promised(candidates, other):
        return Outcome(Effect.EFFECTIVE)
    return Outcome(Effect.HIDDEN, _barrier(path, known, set(closure(other.derivations, candidates)), other))


def _differs_in_names_only(path: StorePath, known: Side, other: Evaluation, list_source: ListSource | None) -> bool:
    """Tell whether all that differs below a component are store paths in texts that are no inputs, and names.

    A flake that names its own tree as a string has another text for every change, and takes none of them. What it
    filters of its whole tree has that tree's digest in its name, be the content the same or not. And a filter may let
    the directory of a file through, and not the file: that the directory comes and goes is not the file's content.
    """
    near = known.graph.closure([path])
    traced = _mentioned(known.mentions, near & known.graph.derivations.keys()) & known.mentioned.keys()
    if not traced and not any(_is_filtered(source, known) for source in near & known.graph.input_sources):
        return False
    sources = {source for one in other.derivations.values() for source in one.input_sources}
    fresh = sources - known.graph.input_sources
    gone = near & known.graph.input_sources - sources
    if not all(_is_filtered(one, known) and _is_among(one, fresh, list_source) for one in gone):
        return False
    there = build_graph(other.derivations, source="a variant")
    names = {name_of(one) for one in traced}
    mentions = Mentions(there, other.store_dir, other.top)
    alike = {one for one in _mentioned(mentions, there.derivations) if name_of(one) in names}
    differing = dict.fromkeys(differing_digests(known.graph, there) | {digest_of(one) for one in traced | alike}, "")
    signatures = {signature(one, differing) for one in there.derivations.values()}
    own = (known.graph.derivations[one] for one in near - there.derivations.keys() if one in known.graph.derivations)
    return all(signature(one, differing) in signatures for one in own)


def _is_filtered(source: StorePath, side: Side) -> bool:
    """Tell whether a source may differ without a file of it: it is named by a tree, or was listed, and not proven."""
    return source_name(source) != name_of(source) or (source in side.sources and side.sources[source].files is not None)


def _is_among(source: StorePath, others: Iterable[StorePath], list_source: ListSource | None) -> bool:
    """Tell whether one of some sources has the same content under the name that another tree gives it."""
    listing = list_source(source) if list_source else None
    if list_source is None or listing is None:
        return False
    name = source_name(source)
    return any(list_source(one) == listing for one in others if source_name(one) == name)


def _mentioned(mentions: Mentions, derivations: Iterable[StorePath]) -> set[StorePath]:
    return {found for path in derivations for _where, found in mentions.objects(path)}


def _promises(derivation: Derivation) -> set[StorePath | None]:
    return {output_path(one) for one in derivation.outputs.values()}


def _promised(paths: Iterable[StorePath], evaluation: Evaluation) -> set[StorePath | None]:
    return {output for path in paths for output in _promises(evaluation.derivations[path])}


def _barrier(path: StorePath, known: Side, built: set[StorePath], other: Evaluation) -> str | None:
    """Name a fixed-output derivation in a component's closure that differs, and whose output does not."""
    promised = _promised(built, other)
    derivations = known.graph.derivations
    below = [derivations[one] for one in known.graph.closure([path]) - built if one in derivations]
    return min((one.name for one in below if is_fixed_output(one) and _promises(one) <= promised), default=None)


def sightings(answers: Answers, comparison: Comparison) -> Mapping[tuple[str, str], Sighting]:
    """Give what the answers say of each component and path; where there is none, that it was not asked."""
    changes = {change.path: change for change in comparison.changes}
    components = {judged.component.name: judged.component for judged in comparison.judgement.components}
    return {
        (name, path): _sighting(answer, components[name], changes[path]) for (name, path), answer in answers.items()
    }


def _sighting(answer: Answer, component: Component, change: Change) -> Sighting:
    name = component.name
    match answer:
        case Failure(message) | Undecidable(message):
            reason = f"evaluation does not tell: {message}"
            return Sighting(Seen.UNKNOWN, reason, _trace(component, change, "break", "not proven by evaluation"))
        case Outcome(Effect.NONE):
            reason = f"evaluated without it, {name} is built from the same inputs"
            return Sighting(Seen.NO, reason, _trace(component, change, "break", "evaluation does not take it"))
        case Outcome(Effect.HIDDEN, barrier):
            reason = f"evaluated without it, {barrier or name} has another derivation, and the same declared hash"
            return Sighting(Seen.BEHIND_BARRIER, reason, _trace(component, change, "break", barrier or name))
        case _:
            reason = f"evaluated without it, {name} has another output"
            return Sighting(Seen.YES, reason, _trace(component, change, "evaluation", "taken by evaluation"))


def _trace(component: Component, change: Change, kind: str, name: str) -> tuple[TraceStep, ...]:
    return tuple(_steps(component, change, kind, name))


def _steps(component: Component, change: Change, kind: str, name: str) -> Iterator[TraceStep]:
    yield TraceStep("path", shown(change.path))
    yield TraceStep(kind, name)
    yield TraceStep("component", component.name, component.after)
