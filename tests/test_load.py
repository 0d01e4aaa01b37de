"""Some checks at once on one repository and one cache; `make load` lets fifty run."""

from pathlib import Path

import pytest

from tests.load import loaded


@pytest.mark.parametrize("flavour", ["file"])
def test_checks_at_once_answer_as_in_a_row_and_leave_nothing(flavour: str, newest_nix: Path, tmp_path: Path) -> None:
    loads, faults = loaded(flavour, 3, newest_nix, tmp_path)

    assert faults == []
    assert all(b'"rebuilt"' in answer for load in loads for answer in load.answers)
