"""Some faults, each thrown once; `make faults` throws all of them many times."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.faults.broken_nix import KILLED, NO_ROOM, WHICH, counted_calls, programs_that
from tests.faults.place import ASKED, make_place
from tests.faults.trial import trials

FAULTS = ["SIGKILL", "SIGTERM", "Nix is killed", "Nix writes 100 MB of messages", "the store is collected"]


@pytest.mark.parametrize("flavour", ["file"])
def test_after_a_fault_all_is_as_it_was_and_the_next_run_is_right(
    flavour: str, newest_nix: Path, tmp_path: Path
) -> None:
    found = list(trials(make_place(tmp_path, newest_nix, flavour), FAULTS, Random(1), ASKED[:2]))

    assert [one.fault for one in found] == FAULTS
    assert {one.fault: one.wrong for one in found if one.wrong} == {}


@pytest.mark.parametrize(
    ("asked", "which", "fault", "said"),
    [
        (ASKED[2], WHICH[1], KILLED[1].format(size=3), "was ended by SIGKILL"),
        (ASKED[3], WHICH[2], KILLED[1].format(size=3), "was ended by SIGKILL"),
        (ASKED[3], WHICH[2], NO_ROOM, "No space left on device"),
        (ASKED[4], WHICH[1], KILLED[1].format(size=3), "was ended by SIGKILL"),
        (ASKED[4], WHICH[1], "echo segfault ahead >&2; exit 1", "segfault ahead while it evaluated"),
    ],
    ids=["a variant", "an attribute", "an attribute, no room", "a file", "a file, without a word"],
)
def test_a_failure_of_nix_says_nothing_of_an_attribute_or_a_file_and_is_not_remembered(
    asked: tuple[str, ...], which: str, fault: str, said: str, newest_nix: Path, tmp_path: Path
) -> None:
    place = replace(make_place(tmp_path, newest_nix, "file"), asked=asked)
    right = place.run("--no-cache")
    last = which.format(number=counted_calls(place))

    ended = place.run(nix=programs_that(place, f"if {last}; then {fault}; fi"))

    assert ended.status == 3
    assert said in ended.stderr + ended.stdout.decode()
    assert place.run() == right


def test_what_the_network_lacked_is_told_by_a_history_and_not_remembered(newest_nix: Path, tmp_path: Path) -> None:
    place = replace(make_place(tmp_path, newest_nix, "file"), asked=ASKED[3])
    right = place.run("--no-cache")
    which = WHICH[2].format(number=counted_calls(place))
    fault = """echo "error: unable to download 'https://host.example/x': Could not resolve host" >&2; exit 1"""

    ended = place.run(nix=programs_that(place, f"if {which}; then {fault}; fi"))

    assert any(one["failed"] for one in ended.report["commits"])
    assert place.run() == right
