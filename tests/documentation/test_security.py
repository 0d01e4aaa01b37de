"""What `SECURITY.md` says holds against each threat is tested by what it names."""

import re

import pytest

from tests.command import CHECKOUT
from tests.documentation.named import is_test

_TABLE = "## Threats, and what holds against them"
_TEST = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")


def rows() -> list[str]:
    """Give the rows of the table of threats, without its head."""
    text = (CHECKOUT / "SECURITY.md").read_text().partition(_TABLE)[2]
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.split("|")[1].strip())
def test_what_holds_against_a_threat_is_tested(row: str) -> None:
    named = _TEST.findall(row)
    assert named
    for name in named:
        assert is_test(name), name


def test_the_table_of_threats_is_there() -> None:
    assert len(rows()) > 10
