"""A few hundred damaged inputs of each kind, always the same, and each one that was found once."""

from itertools import islice

import pytest

from tests.fuzzing.run import Tally, inputs
from tests.fuzzing.search import kept
from tests.fuzzing.targets import TARGETS

NUMBER = 20240131
INPUTS = 300


def tallied(name: str, data: tuple[bytes, ...]) -> Tally:
    tally = Tally()
    for one in data:
        tally.take(TARGETS[name], one)
    return tally


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_damaged_is_refused_or_read(name: str) -> None:
    tally = tallied(name, tuple(islice(inputs(TARGETS[name], NUMBER), INPUTS)))

    assert not tally.findings
    assert tally.executions == INPUTS


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once_is_found_no_more(name: str) -> None:
    assert not tallied(name, kept(name)).findings


@pytest.mark.parametrize("name", TARGETS)
def test_sound_inputs_are_read_for_the_most_part(name: str) -> None:
    """A target that refuses everything would test nothing; a few samples are there because they are refused."""
    sound = tuple(TARGETS[name].seeds())

    assert tallied(name, sound).read > 0.6 * len(sound)


@pytest.mark.parametrize("name", TARGETS)
def test_the_same_number_damages_in_the_same_way(name: str) -> None:
    one, other = (list(islice(inputs(TARGETS[name], NUMBER), 20)) for _ in range(2))

    assert one == other
    assert len({*one}) > 10
