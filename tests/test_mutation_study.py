"""The mutation study in small: every fault once, in services of every kind, and some healthy merges."""

from pathlib import Path

import pytest

from tests.mutation.faults import FAULTS, FLAVOURS
from tests.mutation.study import answer_all, cases


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_fault_is_found_and_no_healthy_merge_is_flagged(flavour: str, newest_nix: Path) -> None:
    asked = cases(7, 5, flavour)
    faulty = [
        [one for one in asked if one.fault == number][number % 5 :: 7]
        for number, fault in enumerate(FAULTS)
        if flavour in fault.flavours
    ]
    merges = [one for one in asked if one.fault is None][:8]

    answers = answer_all([one for some in faulty for one in some] + merges, newest_nix)

    assert all(faulty)
    assert len(merges) == 8
    assert [one for one in answers if one.case.fault is not None and not one.is_found] == []
    assert [one for one in answers if one.case.fault is None and one.found] == []
