"""Laws that hold in every world, whatever is in it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import TypeVar

import jsonschema
from hypothesis import assume, event, given
from hypothesis import strategies as st

from nixdrift.changes import ChangeKind
from nixdrift.comparison.compare import Comparison, compare
from nixdrift.config import Config
from nixdrift.evaluation import Evaluation, FailedAttribute
from nixdrift.graph import build_graph
from nixdrift.judgement import ComponentJudgement, Judgement, Verdict
from nixdrift.report import render_json, schema
from nixdrift.rules import apply_rules
from nixdrift.tree import Tree, is_below
from tests.drawn import Drawn, Takes, drawn_worlds, moved, takes
from tests.renaming import renamed_world
from tests.worlds import World, edited

Item = TypeVar("Item")


def judgements_of(drawn: Drawn, world: World, judgement: Judgement) -> list[tuple[int, ComponentJudgement]]:
    """Pair the parts that were drawn with what was judged of them."""
    found = {one.component.after: one for one in judgement.components}
    by_name = {one.name: path for path, one in world.head.derivations.items()}
    paths = [(number, by_name[f"{part.name}-1.0"]) for number, part in enumerate(drawn.parts)]
    return [(number, found[path]) for number, path in paths if path in found]


@given(drawn_worlds(may_be_rewired=True))
def test_a_verdict_that_is_decided_is_the_truth(drawn: Drawn) -> None:
    with drawn.world() as world:
        judgement = world.judge()
    for number, judged in judgements_of(drawn, world, judgement):
        has_moved = moved(world, f"{drawn.parts[number].name}-1.0")
        for path in judged.paths:
            event(path.verdict.value)
            truth = drawn.truth(number, path.change, moved=has_moved)
            if path.verdict is Verdict.UNPROVEN:
                assert drawn.may_be_unproven(number), (path, truth)
            else:
                assert path.verdict is truth, path


@given(drawn_worlds(may_be_rewired=True))
def test_every_change_of_what_a_component_takes_is_judged_in_it(drawn: Drawn) -> None:
    with drawn.world() as world:
        judgement = world.judge()
    for number, judged in judgements_of(drawn, world, judgement):
        part = drawn.parts[number]
        if part.is_opaque:
            continue
        taken = drawn.own(number, at_head=True).keys() | drawn.own(number, at_head=False).keys()
        changed = {change.path for change in world.changes} & taken
        assert changed <= {path.change.path for path in judged.paths}


@given(drawn_worlds(may_be_rewired=True))
def test_a_component_without_changed_paths_has_rippled_exactly_if_it_moved(drawn: Drawn) -> None:
    with drawn.world() as world:
        judgement = world.judge()
    for number, judged in judgements_of(drawn, world, judgement):
        if not judged.paths:
            has_moved = moved(world, f"{drawn.parts[number].name}-1.0")
            assert judged.verdict is (Verdict.RIPPLED if has_moved else Verdict.UNCHANGED)


def held(drawn: Drawn, number: int, *, at_head: bool) -> set[str]:
    """Give the paths that are in the output of a part, with whatever content."""
    return {path for path, _state in drawn.effective(number, at_head=at_head)}


@given(drawn_worlds(may_be_rewired=True))
def test_what_a_component_lost_was_its_own_and_an_input_and_is_there_and_is_an_input_no_more(drawn: Drawn) -> None:
    with drawn.world() as world:
        comparison = world.compare()
    numbers = {f"{part.name}-1.0": number for number, part in enumerate(drawn.parts)}
    for loss in comparison.losses:
        event("whole" if loss.is_whole else "part")
        assert loss.component.after is not None
        name = world.head.derivations[loss.component.after].name
        number = numbers[name]
        assert loss.paths
        assert loss.paths.keys() <= held(drawn, number, at_head=False) - held(drawn, number, at_head=True)
        assert loss.paths.keys() <= {path for path in drawn.after if path.startswith(f"{drawn.parts[number].name}/")}


@given(drawn_worlds(may_be_rewired=True))
def test_a_component_that_lost_all_of_its_own_is_told_so(drawn: Drawn) -> None:
    with drawn.world() as world:
        comparison = world.compare()
    losses = {loss.component.after: loss for loss in comparison.losses}
    for number, judged in judgements_of(drawn, world, comparison.judgement):
        if judged.component.before is None or drawn.may_hide(number):
            continue
        name = drawn.parts[number].name
        own = {path for path in held(drawn, number, at_head=False) if is_below(path, name) and "README" not in path}
        after = {path for path in held(drawn, number, at_head=True) if is_below(path, name) and "README" not in path}
        if own and own <= drawn.after.keys() and not after:
            event("lost all")
            loss = losses[judged.component.after]
            assert loss.is_whole
            assert loss.paths.keys() == own


def told(judgement: Judgement) -> object:
    """Give what a judgement says, without the store paths in it."""
    return [
        (
            one.component.name,
            one.component.aliases,
            one.verdict,
            one.moved,
            one.causes,
            [(path.change.path, path.verdict, path.ownership.kind, path.delivered_by) for path in one.paths],
        )
        for one in judgement.components
    ]


def found(comparison: Comparison) -> object:
    """Give the findings, without what names a store path."""
    return [
        (one.rule, one.level, one.component, one.paths, one.message, one.remedy, one.fingerprint)
        for one in apply_rules(comparison)
    ]


@given(drawn_worlds(may_be_rewired=True), st.text(max_size=3))
def test_other_digests_change_no_verdict_and_no_finding(drawn: Drawn, salt: str) -> None:
    with drawn.world() as world:
        other, evidence = renamed_world(world, salt)
        comparison = world.compare()
        renamed = compare(other.base, other.head, other.changes, Config(), evidence)
        assert told(renamed.judgement) == told(comparison.judgement)
        assert found(renamed) == found(comparison)


def shuffled(evaluation: Evaluation, random: Random) -> Evaluation:
    """Give the same evaluation with everything in another order."""
    roots, failed = list(evaluation.roots), list(evaluation.failed)
    random.shuffle(roots)
    random.shuffle(failed)
    derivations = {
        path: replace(
            one,
            input_derivations=dict(_shuffled(one.input_derivations.items(), random)),
            env=dict(_shuffled(one.env.items(), random)),
        )
        for path, one in _shuffled(evaluation.derivations.items(), random)
    }
    return replace(evaluation, roots=tuple(roots), failed=tuple(failed), derivations=derivations)


def _shuffled(items: Iterable[Item], random: Random) -> list[Item]:
    given_items = list(items)
    random.shuffle(given_items)
    return given_items


@given(drawn_worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_given_changes_no_byte_of_the_report(drawn: Drawn, random: Random) -> None:
    with drawn.world() as world:
        broken = [FailedAttribute(name, "it throws") for name in ("one", "another")]
        world = replace(world, base=replace(world.base, failed=tuple(broken)))
        changes = tuple(_shuffled(world.changes, random))
        other = World(
            shuffled(world.base, random),
            shuffled(world.head, random),
            world.base_tree,
            Tree(dict(_shuffled(world.head_tree.entries.items(), random))),
            world.blobs,
            changes,
            world.store,
        )
        assert render_json(other.report()) == render_json(world.report())


@given(drawn_worlds())
def test_two_evaluations_that_are_the_same_have_no_finding(drawn: Drawn) -> None:
    same = replace(drawn, after=drawn.before, parts=tuple(replace(one, is_refreshed=False) for one in drawn.parts))
    with same.world() as world:
        report = world.report()
    assert report.findings == ()
    assert {one.verdict for one in report.judgement.components} <= {Verdict.UNCHANGED}


@given(drawn_worlds(), st.sets(st.sampled_from(["docs/guide.md", ".github/workflows/ci.yml", "README.md"])))
def test_housekeeping_that_nothing_takes_is_no_finding(drawn: Drawn, elsewhere: set[str]) -> None:
    own = {f"{part.name}/README.md" for part in drawn.parts} | elsewhere
    assume(not any(part.takes is Takes.WHOLE for part in drawn.parts))
    edits = {path: "new" for path in own if not any(takes(part, path) for part in drawn.parts)}
    parts = tuple(replace(one, is_refreshed=False) for one in drawn.parts)
    with replace(drawn, parts=parts, after=edited(drawn.before, edits)).world() as world:
        assert world.report().findings == ()


@given(drawn_worlds(may_be_rewired=True))
def test_every_report_is_as_the_schema_says_and_every_finding_has_its_own_fingerprint(drawn: Drawn) -> None:
    with drawn.world() as world:
        report = world.report()
    jsonschema.validate(json.loads(render_json(report)), json.loads(schema()))
    assert len({one.fingerprint for one in report.findings}) == len(report.findings)


@given(drawn_worlds(may_be_rewired=True))
def test_the_census_accounts_for_every_changed_path_once(drawn: Drawn) -> None:
    with drawn.world() as world:
        census = world.judge().census
    parts = census.mapped_paths, census.unclaimed_paths, census.ignored_paths
    assert sum(parts) + census.housekeeping_paths + census.expression_paths == census.changed_paths


@given(drawn_worlds())
def test_the_way_back_removes_what_was_added_and_keeps_stale_what_was_stale(drawn: Drawn) -> None:
    # What is pinned at base's content is right on the way back.
    assume(not any(part.takes is Takes.PINNED for part in drawn.parts))
    with drawn.world() as world:
        world = replace(world, base=_without_everything(world.base))
        there, back = world.judge(), world.swapped().judge()
    assert _named(there, Verdict.ADDED) == _named(back, Verdict.REMOVED)
    assert _named(there, Verdict.REMOVED) == _named(back, Verdict.ADDED)
    assert _stale_paths(there) == _stale_paths(back)


def _without_everything(evaluation: Evaluation) -> Evaluation:
    roots = tuple(root for root in evaluation.roots if root.name != "everything")
    closure = build_graph(evaluation.derivations, source="base").closure(root.drv_path for root in roots)
    kept = {path: one for path, one in evaluation.derivations.items() if path in closure}
    return replace(evaluation, roots=roots, derivations=kept)


def _named(judgement: Judgement, verdict: Verdict) -> set[str]:
    return {one.component.name for one in judgement.components if one.verdict is verdict}


def _stale_paths(judgement: Judgement) -> set[tuple[str, str]]:
    return {
        (one.component.name, path.change.path)
        for one in judgement.components
        for path in one.paths
        if path.verdict is Verdict.STALE and path.change.kind is ChangeKind.MODIFIED
    }
