"""Laws that hold in every world, whatever is in it."""

from hypothesis import HealthCheck, event, example, given, settings

from nixdrift.judgement import ComponentJudgement, Judgement, OwnershipKind, Verdict
from tests.drawn import Drawn, Takes, drawn_worlds, moved
from tests.worlds import World


def judgements_of(drawn: Drawn, world: World, judgement: Judgement) -> list[tuple[int, ComponentJudgement]]:
    """Pair the parts that were drawn with what was judged of them."""
    found = {one.component.after: one for one in judgement.components}
    by_name = {one.name: path for path, one in world.head.derivations.items()}
    paths = [(number, by_name[f"{part.name}-1.0"]) for number, part in enumerate(drawn.parts)]
    return [(number, found[path]) for number, path in paths if path in found]


@given(drawn_worlds())
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


@given(drawn_worlds())
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


@given(drawn_worlds())
def test_a_component_without_changed_paths_has_rippled_exactly_if_it_moved(drawn: Drawn) -> None:
    with drawn.world() as world:
        judgement = world.judge()
    for number, judged in judgements_of(drawn, world, judgement):
        if not judged.paths:
            has_moved = moved(world, f"{drawn.parts[number].name}-1.0")
            assert judged.verdict is (Verdict.RIPPLED if has_moved else Verdict.UNCHANGED)
