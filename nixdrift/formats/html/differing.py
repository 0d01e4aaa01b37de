"""Before and after: in what the derivations of components differ by themselves."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nixdrift.report.page import counted

MOST_SHOWN = 500
_LONG = 400
"""A text of more characters than this is folded."""
_MOST_WORDS = 3000
_CONTEXT = 2
_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Part = tuple[str, str]
"""``same``, ``gone`` or ``new``, and a text."""


def differing(differences: Sequence[Mapping[str, Any]], found: set[str | None]) -> Mapping[str, Any]:
    """Give what is to be shown: first the components of findings; and how many differ by their inputs alone."""
    told = [one for one in differences if one["fields"] or one["sources"] or one["inputs"]]
    ranked = sorted(told, key=lambda one: (one["component"] not in found, one["component"]))
    shown = [_component(one, place, found) for place, one in enumerate(ranked[:MOST_SHOWN])]
    return {
        "shown": shown,
        "left_out": len(told) - len(shown),
        "by_inputs": len(differences) - len(told),
    }


def _component(one: Mapping[str, Any], place: int, found: set[str | None]) -> Mapping[str, Any]:
    return {
        "place": place,
        "component": one["component"],
        "is_found": one["component"] in found,
        "summary": ", ".join(_summary(one)),
        "fields": [_field(field) for field in one["fields"]],
        "sources": [_source(source) for source in one["sources"]],
        "inputs": [{**used, "what": _what(used, "was used otherwise")} for used in one["inputs"]],
    }


def _summary(one: Mapping[str, Any]) -> Iterator[str]:
    for key, noun in (("fields", "field"), ("sources", "input source"), ("inputs", "input derivation")):
        if one[key]:
            yield counted(len(one[key]), noun)


def _source(one: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**one, "what": _what(one, "holds something else")}


def _what(one: Mapping[str, Any], otherwise: str) -> str:
    if one["before"] is None:
        return "is new"
    return "is gone" if one["after"] is None else otherwise


def _field(one: Mapping[str, Any]) -> Mapping[str, Any]:
    before, after = one["before"], one["after"]
    title = one["field"] if one["name"] is None else f"{one['field']}.{one['name']}"
    by_lines = before is not None and after is not None and ("\n" in before or "\n" in after)
    parts = lines(before, after) if by_lines else words(before, after)
    length = len(before or "") + len(after or "")
    return {
        "title": title,
        "what": _what(one, "changed"),
        "parts": parts,
        "by_lines": by_lines,
        "is_long": length > _LONG,
    }


def lines(before: str, after: str) -> Sequence[Part]:
    """Give two texts as one, line by line; what is the same on both sides, and far from what is not, as a number."""
    left, right = before.split("\n"), after.split("\n")
    return [part for group in _groups(left, right) for part in group]


def _groups(left: list[str], right: list[str]) -> Iterator[list[Part]]:
    at = 0
    for group in difflib.SequenceMatcher(None, left, right, autojunk=False).get_grouped_opcodes(_CONTEXT):
        yield _skipped(group[0][1] - at)
        for tag, start, end, other_start, other_end in group:
            yield [("same" if tag == "equal" else "gone", line) for line in left[start:end]]
            yield [("new", line) for line in right[other_start:other_end] if tag != "equal"]
        at = group[-1][2]
    yield _skipped(len(left) - at)


def _skipped(number: int) -> list[Part]:
    return [("skipped", counted(number, "line the same", "lines the same"))] if number else []


def words(before: str | None, after: str | None) -> Mapping[str, Sequence[Part] | None]:
    """Give two texts with the words in them that only one has; a side that is not there is None."""
    if before is None or after is None:
        return {
            "before": None if before is None else [("gone", before)],
            "after": None if after is None else [("new", after)],
        }
    left, right = _WORD.findall(before), _WORD.findall(after)
    if len(left) + len(right) > _MOST_WORDS:
        return {"before": [("same", before)], "after": [("same", after)]}
    opcodes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return {
        "before": _side([(tag, left[start:end]) for tag, start, end, _, _ in opcodes], "gone"),
        "after": _side([(tag, right[start:end]) for tag, _, _, start, end in opcodes], "new"),
    }


def _side(pieces: Sequence[tuple[str, list[str]]], word: str) -> Sequence[Part]:
    return [("same" if tag == "equal" else word, "".join(texts)) for tag, texts in pieces if texts]
