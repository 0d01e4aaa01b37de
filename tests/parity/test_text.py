"""The report for people."""

import pytest

from nixdrift.parity.text import parity_text
from tests.parity.roots import Roots, parity, with_env
from tests.worlds import Revision


def test_long_texts_are_told_by_what_differs_in_them() -> None:
    lines = [f"line {number}" for number in range(200)]
    one, other = "\n".join(lines), "\n".join([*lines[:100], "another", *lines[101:]])

    text = parity_text(parity(with_env({"script": one}, {"script": other})))

    assert "-line 100" in text
    assert "+another" in text
    assert "line 150" not in text


def test_texts_that_are_too_long_to_be_compared_are_told_by_their_length() -> None:
    one, other = ("\n".join(f"{word} {number}" for number in range(50_000)) for word in ("a", "b"))

    text = parity_text(parity(with_env({"script": one}, {"script": other})))

    assert "a 0 … and 49,999 lines more" in text


@pytest.mark.parametrize(("name", "label"), [("staging", "staging"), ("a" * 40, "A")])
def test_a_side_is_called_by_its_root_unless_that_is_long(name: str, label: str) -> None:
    def expression(revision: Revision) -> Roots:
        return {root: revision.derive(root, env={"X": root}) for root in (name, "production")}

    text = parity_text(parity(expression, names=(name, "production")))

    assert f"{label} {name}" in text
