"""What nixdrift.toml declares to be meant, and what the reports make of it."""

import pytest

from nixdrift.parity.document import parity_json
from nixdrift.parity.text import parity_text
from tests.parity.roots import parity, with_env, written
from tests.worlds import configured

EXPECTED = """
[[compare.expected]]
difference = "env.REGION"
reason = "each has its own"
[[compare.expected]]
difference = "env.L*"
between = ["prod*", "staging"]
[[compare.expected]]
difference = "env.GONE"
[[compare.expected]]
difference = "env.*"
between = ["staging", "test"]
"""


def test_what_is_declared_is_expected_and_what_is_not_there_is_said() -> None:
    one, other = ({"REGION": name, "LEVEL": name, "X": name} for name in "ab")
    found = parity(with_env(one, other), config=configured(EXPECTED))

    assert [one.address for one in found.declared] == ["env.LEVEL", "env.REGION"]
    assert [one.address for one in found.undeclared] == ["env.X"]
    assert [one.difference for one in found.unmet] == ["env.GONE"]
    assert (found.census.differences, found.census.expected) == (3, 2)
    text = parity_text(found)
    assert text.startswith("1 difference that nobody expects, 2 expected · staging ↔ production")
    assert "expected: env.LEVEL, env.REGION" in text
    assert "expected, and not there: env.GONE" in text


@pytest.mark.parametrize("pattern", ["file.staging.env.A", "file.production.env.A", "file.*.env.A", "file.*"])
def test_a_declaration_may_say_either_sides_name(pattern: str) -> None:
    config = configured(f'[[compare.expected]]\ndifference = "{pattern}"')

    assert parity(written("A=1", "A=2"), config=config).undeclared == ()


def test_a_declaration_may_name_an_address_that_looks_like_a_pattern() -> None:
    config = configured("[[compare.expected]]\ndifference = 'env.a[0]'")

    assert parity(with_env({"a[0]": "1"}, {"a[0]": "2"}), config=config).undeclared == ()


@pytest.mark.parametrize("width", [20, 60, 400])
def test_no_value_steers_the_terminal(width: int) -> None:
    found = parity(with_env({"a\x1b[31m": "x\x1b[2J\ny"}, {"a\x1b[31m": "z\x1b[2J\ny", "b": "\x1b\n"}))
    text = parity_text(found, width=width)

    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert "\x1b" not in parity_json(found).decode()
    assert "\x1b[" in parity_text(found, color=True)


def test_many_differences_are_folded_and_their_number_is_said() -> None:
    one, other = ({f"V{number:03}": name for number in range(100)} for name in "ab")
    text = parity_text(parity(with_env(one, other)))

    assert text.startswith("100 differences")
    assert "and 40 more differences (--format json has all)" in text
