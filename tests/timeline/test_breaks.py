"""The commit that broke a component is found, whatever else happens on the line."""

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.judgement import Verdict
from nixdrift.timeline.breaks import Answer, Bisection, Break, evaluated_commits, last_break
from nixdrift.timeline.timeline import component_histories
from tests.timeline.lines import commit, component, stop


def search(states: list[bool | None], *, healthy: int | None, is_cut_off: bool = False) -> Bisection:
    """Search a line of which it is known whether each commit is broken; the last one is where harm was done."""
    commits = [commit(number) for number in range(len(states))]
    found = Break("it/0", None if healthy is None else commits[healthy], commits[-1], "it was lost")
    answers = {one: Answer(state, f"state {state}") for one, state in zip(commits, states, strict=True)}
    return Bisection(found, commits, answers.__getitem__, is_cut_off)


@given(st.integers(0, 40), st.integers(1, 40))
def test_the_first_broken_commit_is_found_with_the_one_before_it(good: int, bad: int) -> None:
    states: list[bool | None] = [False] * good + [True] * bad

    found = search(states, healthy=0 if good else None).introduced()

    assert found.first.commit == commit(good)
    assert found.last == (None if good == 0 else found.last)
    if good:
        assert found.last is not None
        assert found.last.commit == commit(good - 1)
    assert found.doubt is None


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=12))
def test_both_sides_are_what_they_are_said_to_be_however_often_it_broke(states: list[bool | None]) -> None:
    found = search([False, *states, True], healthy=0).introduced()

    first = int(found.first.commit.commit, 16)
    assert [False, *states, True][first] is True
    assert found.last is not None
    last = int(found.last.commit.commit, 16)
    assert [False, *states, True][last] is False
    between = [False, *states, True][last + 1 : first]
    assert all(state is None for state in between)
    assert (found.doubt is None) == (not between)


def test_a_component_of_which_another_path_was_healthy_is_searched_from_the_start() -> None:
    found = search([False, True, True, True], healthy=2).introduced()

    assert found.first.commit == commit(1)
    assert found.last is not None
    assert found.last.commit == commit(0)


def test_the_first_commit_that_there_is_leaves_no_doubt_but_the_end_of_a_shallow_clone_does() -> None:
    assert search([True, True], healthy=None).introduced().doubt is None
    cut_off = search([True, True], healthy=None, is_cut_off=True).introduced()
    assert cut_off.doubt == "it may have been so before: nothing earlier was looked at"


def test_a_path_that_was_removed_is_proven_lost_by_the_step_itself() -> None:
    found = search([False, False, False], healthy=0).introduced()

    assert found.first.commit == commit(2)
    assert found.first.evidence == "it was lost"


def test_what_cannot_be_told_at_the_start_is_a_doubt() -> None:
    found = search([None, True], healthy=None).introduced()

    assert found.doubt is not None
    assert "cannot be told: state None" in found.doubt


def test_the_last_break_lies_between_the_last_health_and_the_first_harm_after_it() -> None:
    stops = [
        stop(1, component(0, 0, Verdict.STALE, paths=1)),
        stop(2, component(0, 1, Verdict.REBUILT, paths=1)),
        stop(3, component(1, 1)),
        stop(4, component(1, 2, Verdict.MASKED, paths=1)),
        stop(5, component(2, 2, Verdict.STALE, paths=1)),
        stop(6, component(2, 3, Verdict.REBUILT, paths=1)),
    ]
    (history,) = component_histories(stops)

    found = last_break(history, is_expression=lambda _path: False)

    assert found == Break("it/0", commit(2), commit(4), "because")
    assert last_break(history, is_expression=lambda _path: True) is None
    assert evaluated_commits(stops) == tuple(commit(number) for number in range(7))
