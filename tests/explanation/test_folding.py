"""Differences of texts are shown; what is folded is said to be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.explanation.folding import folded_difference


def numbered(count: int, start: int = 0) -> str:
    return "\n".join(f"line {number}" for number in range(start, start + count))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("1.0", "1.1", ["1.0 → 1.1"]),
        ("", "1.1", ["(empty) → 1.1"]),
        ("a\nb\nc", "a\nx\nc", ["@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"]),
        ("a", "a\nb", ["@@ -1 +1,2 @@", " a", "+b"]),
        ("--- x\ny", "--- x\nz", ["@@ -1,2 +1,2 @@", " --- x", "-y", "+z"]),
    ],
)
def test_a_short_difference_is_shown_whole(before: str, after: str, expected: list[str]) -> None:
    assert folded_difference(before, after) == expected


def test_many_lines_are_folded_and_their_number_is_said() -> None:
    lines = folded_difference(numbered(100), numbered(100, 1000))

    assert len(lines) == 31
    number = int(re.fullmatch(r"… and (\d+) more lines of this difference", lines[-1])[1])  # type: ignore[index]
    assert number == 201 - 30


def test_what_long_lines_have_in_common_is_folded_and_its_length_is_said() -> None:
    before, after = f"{'a' * 300}one{'b' * 300}", f"{'a' * 300}two{'b' * 300}"

    folded = [f"… 276 characters …{'a' * 24}{word}{'b' * 24}… 276 characters …" for word in ("one", "two")]
    assert folded_difference(before, after) == [f"- {folded[0]}", f"+ {folded[1]}"]


def test_long_lines_that_have_nothing_in_common_are_folded_in_their_middles() -> None:
    lines = folded_difference("x" * 1000, "y" * 1000)

    assert [line[0] for line in lines] == ["-", "+"]
    assert all("… 840 characters …" in line for line in lines)


@given(st.text("ab\n", max_size=400), st.text("ab\n", max_size=400))
def test_texts_that_differ_are_never_shown_as_if_they_did_not(before: str, after: str) -> None:
    lines = folded_difference(before, after)

    if before != after:
        assert lines
        assert any(line.startswith(("+", "-", "…")) or " → " in line for line in lines)
    assert all(len(line) < 400 for line in lines)
