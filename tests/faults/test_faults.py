"""Some faults, each thrown once; `make faults` throws all of them many times."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.place import make_place
from tests.faults.trial import trials

FAULTS = ["SIGKILL", "SIGTERM", "Nix is killed", "Nix writes 100 MB of messages", "the store is collected"]


@pytest.mark.parametrize("flavour", ["file"])
def test_after_a_fault_all_is_as_it_was_and_the_next_run_is_right(
    flavour: str, newest_nix: Path, tmp_path: Path
) -> None:
    found = list(trials(make_place(tmp_path, newest_nix, flavour), FAULTS, Random(1)))

    assert [one.fault for one in found] == FAULTS
    assert {one.fault: one.wrong for one in found if one.wrong} == {}
