"""What is deployed is traced to where it comes from: against a line of which every output is known."""

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from nixdrift.timeline.step import StepComponent, StepPath
from nixdrift.verification import State, Tracker
from nixdrift.verification.result import Verified
from tests.timeline.lines import commit, component, ship

Point = tuple[int, int]
"""The output of a component at a commit, and the version of its sources."""

points = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=10)


def between(then: Point, now: Point) -> StepComponent:
    """Give what became of the component, if its sources are in its output only where both differ."""
    touched, moved = then[1] != now[1], then[0] != now[0]
    if not touched:
        return component(then[0], now[0], Verdict.RIPPLED if moved else Verdict.UNCHANGED)
    return component(then[0], now[0], Verdict.REBUILT if moved else Verdict.STALE, paths=1)


def verified(line: list[Point], deployed: set[int]) -> Verified:
    """Trace a component; the last point of the line is the revision's."""
    here = ship(line[-1][0])
    assert here is not None
    paths = {StorePath(f"{output:032}-it") for output in deployed}
    tracker = Tracker("it", here, commit(len(line) - 1), paths)
    for distance, number in enumerate(range(len(line) - 2, -1, -1), start=1):
        tracker.see(distance, commit(number), between(line[number], line[-1]), paths)
    return tracker.verified()


@given(points, st.sets(st.integers(0, 3)))
def test_what_is_live_is_deployed_and_holds_the_sources_of_the_revision(line: list[Point], deployed: set[int]) -> None:
    found = verified(line, deployed)

    output, sources = line[-1]
    # What an output holds is what its sources were when it came to be; later changes of them are lost, unless undone.
    run = run_of(line, output)
    held = run[-1][1]
    # And the last other sources before that gave another output: else it never mattered which they were.
    before = [point for point in line[: len(line) - len(run)] if point[1] != sources]
    is_sensitive = not before or before[-1][0] != output
    assert (found.state is State.LIVE) == (output in deployed and held == sources and is_sensitive)


def run_of(line: list[Point], output: int) -> list[Point]:
    """Give the last points of a line that have an output."""
    taken = []
    for point in reversed(line):
        if point[0] != output:
            break
        taken.append(point)
    return taken


@given(points, st.sets(st.integers(0, 3), min_size=1))
def test_the_commit_that_is_named_evaluates_to_what_is_deployed_and_none_after_it_does(
    line: list[Point], deployed: set[int]
) -> None:
    found = verified(line, deployed)

    if line[-1][0] in deployed:
        return
    numbers = [number for number, (output, _sources) in enumerate(line) if output in deployed]
    if not numbers:
        assert found.state is State.MISSING or found.origin is None
        return
    assert found.state is State.OUTDATED
    assert found.newest == commit(max(numbers))
    assert found.behind == len(line) - 1 - max(numbers)
    assert found.origin is not None
    origin = int(found.origin.commit, 16)
    assert all(line[number][0] in deployed for number in range(origin, max(numbers) + 1))
    assert origin == 0 or line[origin - 1][0] not in deployed


def test_a_change_that_is_masked_in_the_deployed_output_is_not_live() -> None:
    here = ship(2)
    assert here is not None
    paths = {StorePath(f"{2:032}-it")}
    tracker = Tracker("it", here, commit(2), paths)
    lost = StepPath("it/main.go", "modified", Verdict.MASKED, "because")
    masked = StepComponent("it", (), True, Verdict.MASKED, "because", ship(1), here, (lost,), ())

    tracker.see(1, commit(1), masked, paths)

    assert tracker.is_decided
    assert tracker.verified().state is State.OUTDATED
    assert "it/main.go is not in it" in tracker.verified().reason


def test_another_output_of_its_name_is_outdated_and_comes_from_nowhere_known() -> None:
    here = ship(2)
    assert here is not None

    found = Tracker("it", here, commit(2), {StorePath(f"{9:032}-it")}).verified()

    assert (found.state, found.origin, found.found) == (State.OUTDATED, None, (StorePath(f"{9:032}-it"),))
