"""The README says what is true."""

import re
from pathlib import Path

import pytest

from tests.documents import PARTS, part

README = Path(__file__).parent.parent / "README.md"
CONFIGURATION = README.parent / "docs" / "configuration.md"


@pytest.mark.parametrize(("document", "name"), PARTS)
def test_a_part_of_a_document_is_what_the_program_says(document: str, name: str) -> None:
    assert part(document, name) == PARTS[document, name]()


def test_the_documented_housekeeping_files_are_the_ones_in_force() -> None:
    from nixdrift.config import HOUSEKEEPING

    text = CONFIGURATION.read_text().split("## Housekeeping")[1]

    assert sorted(set(re.findall(r"`([^`]+)`", text))) == sorted(HOUSEKEEPING)


def test_every_verdict_is_in_the_readme() -> None:
    from nixdrift.judgement import Verdict

    text = README.read_text()

    assert [verdict.value for verdict in Verdict if f"`{verdict.value}`" not in text] == []
