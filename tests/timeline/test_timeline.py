"""A timeline is put together from steps, and loses none of them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from nixdrift.timeline.step import Ship, Step, StepComponent, StepFinding, StepPath, decode, encode
from nixdrift.timeline.timeline import Stop, component_histories
from tests.timeline.lines import commit, component, stop

outputs = st.lists(st.none() | st.integers(0, 3), min_size=2, max_size=12)

ships = st.none() | st.builds(
    Ship,
    st.text(min_size=1).map(StorePath),
    st.dictionaries(st.text(), st.none() | st.text(min_size=1).map(StorePath), max_size=3),
)
components = st.builds(
    StepComponent,
    st.text(),
    st.lists(st.text(), max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from(Verdict),
    st.text(),
    ships,
    ships,
    st.lists(
        st.builds(StepPath, st.text(), st.text(), st.sampled_from(Verdict), st.text(), st.booleans()), max_size=3
    ).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
)
steps = st.builds(
    Step,
    st.lists(components, max_size=4).map(lambda found: {one.name: one for one in found}),
    st.lists(st.builds(StepFinding, *[st.text()] * 2, st.none() | st.text(), *[st.text()] * 3), max_size=3).map(tuple),
    st.lists(st.text(), max_size=3).map(tuple),
    st.integers(0, 99),
)


@given(steps)
def test_a_step_comes_back_as_it_was(step: Step) -> None:
    assert decode(encode(step)) == step


def line(found: list[int | None]) -> list[Stop]:
    pairs = itertools.pairwise(found)
    return [
        stop(number, *([component(before, after)] if before is not None or after is not None else []))
        for number, (before, after) in enumerate(pairs, start=1)
    ]


@given(outputs)
def test_runs_hold_every_commit_once_and_in_order(found: list[int | None]) -> None:
    for history in component_histories(line(found)):
        assert [one for run in history.runs for one in run.commits] == [commit(number) for number in range(len(found))]


@given(outputs)
def test_a_run_ships_one_output_and_the_next_another(found: list[int | None]) -> None:
    for history in component_histories(line(found)):
        shipped = [run.ship.identity if run.ship else None for run in history.runs]
        assert all(one != other for one, other in itertools.pairwise(shipped))
        by_commit = {one: run.ship for run in history.runs for one in run.commits}
        for number, output in enumerate(found):
            there = by_commit[commit(number)]
            assert (there is None) == (output is None)
            if there is not None and output is not None:
                assert there.outputs["out"] == f"{output:032}-it"


def test_outputs_that_are_not_known_yet_are_told_apart_by_their_derivations() -> None:
    one, other = (Ship(StorePath(f"{number:032}-it.drv"), {"out": None}) for number in range(2))

    assert one.identity != other.identity
    assert one.identity == Ship(one.derivation, {"out": None}).identity


def test_a_component_is_repaired_by_the_first_change_that_reaches_it_after_the_last_harm() -> None:
    stops = [
        stop(1, component(0, 1, Verdict.REBUILT, paths=1)),
        stop(2, component(1, 1, Verdict.STALE, paths=1)),
        stop(3, component(1, 2, Verdict.RIPPLED)),
        stop(4, component(2, 3, Verdict.MASKED, paths=1)),
        stop(5, component(3, 4, Verdict.REBUILT, paths=1)),
        stop(6, component(4, 5, Verdict.REBUILT, paths=1)),
    ]

    (history,) = component_histories(stops)

    assert [one.commit for one, _step in history.harmed] == [commit(2).commit, commit(4).commit]
    assert history.repaired == commit(5)
    assert component_histories(stops[:4])[0].repaired is None
    assert component_histories(stops[:1])[0].repaired is None
