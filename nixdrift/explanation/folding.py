"""Write how two texts differ, and fold what is long: it is always said that something was left out."""

import difflib
from collections.abc import Iterable

_LONGEST_LINE = 160
_MOST_LINES = 30
_CONTEXT = 2
_KEPT = 24
"""How many characters of what is alike stay beside what is not."""


def folded_difference(before: str, after: str) -> list[str]:
    """Give the lines that tell how a text became another: one for a short text, else those of a unified diff."""
    if "\n" not in before + after:
        one, other = _without_alike(before, after)
        line = f"{one or '(empty)'} → {other or '(empty)'}"
        return [line] if len(line) <= _LONGEST_LINE else [f"- {_shortened(one)}", f"+ {_shortened(other)}"]
    lines = [_shortened(line) for line in _unified(before.split("\n"), after.split("\n"))]
    more = len(lines) - _MOST_LINES
    return lines if more <= 1 else [*lines[:_MOST_LINES], f"… and {more} more lines of this difference"]


def _unified(before: list[str], after: list[str]) -> Iterable[str]:
    found = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)
    return (line for number, line in enumerate(found) if number > 1)


def _without_alike(before: str, after: str) -> tuple[str, str]:
    """Fold the beginnings and the ends that two long lines have in common."""
    if len(before) + len(after) <= _LONGEST_LINE:
        return before, after
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    return _cut(before, start, end), _cut(after, start, end)


def _common(one: str, other: str) -> int:
    differing = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differing, min(len(one), len(other)))


def _cut(text: str, start: int, end: int) -> str:
    left, right = start - _KEPT, end - _KEPT
    head = f"… {left} characters …{text[left:start]}" if left > _KEPT else text[:start]
    tail_text = text[len(text) - end :]
    tail = f"{tail_text[:_KEPT]}… {right} characters …" if right > _KEPT else tail_text
    return head + text[start : len(text) - end] + tail


def _shortened(line: str) -> str:
    if len(line) <= _LONGEST_LINE:
        return line
    half = _LONGEST_LINE // 2
    return f"{line[:half]} … {len(line) - 2 * half} characters … {line[-half:]}"
