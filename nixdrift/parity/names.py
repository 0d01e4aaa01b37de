"""What two names share whose difference is known: ``staging-env`` is to one root what ``production-env`` is to another.

The words by which the two roots differ are the sides' own. A name with its side's words taken for the same is neutral.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[-_. ]+")

Words = tuple[str, ...]


def words_of(name: str) -> Words:
    """Cut a name into its words, in lower case."""
    return tuple(word for word in _SEPARATORS.split(name.casefold()) if word)


@dataclass(frozen=True, slots=True)
class Naming:
    """The words by which one side's names differ from the other's."""

    marks: Mapping[Words, str]
    """A word, or several in a row → what stands for it on both sides; nothing where the other side has no such word."""

    def neutral(self, name: str) -> Words:
        """Give the words of a name, its side's own ones neutral."""
        return tuple(self._neutral(words_of(name)))

    def _neutral(self, words: Words) -> Iterator[str]:
        while words:
            run = next((words[:size] for size in self._sizes if words[:size] in self.marks), None)
            word = words[0] if run is None else self.marks[run]
            if word:
                yield word
            words = words[1 if run is None else len(run) :]

    @property
    def _sizes(self) -> Sequence[int]:
        return sorted({len(run) for run in self.marks}, reverse=True)


def namings(counterparts: Iterable[tuple[str, str]]) -> tuple[Naming, Naming]:
    """Learn the words of two sides from names of which each is the other's counterpart."""
    marks: tuple[dict[Words, str], dict[Words, str]] = ({}, {})
    for name, other_name in counterparts:
        for pair in _distinguishing(words_of(name), words_of(other_name)):
            known = [side[run] for side, run in zip(marks, pair, strict=True) if run in side]
            mark = known[0] if known else f"\0{len(marks[0])}" if all(pair) else ""
            for side, run in zip(marks, pair, strict=True):
                if run:
                    side.setdefault(run, mark)
    return Naming(marks[0]), Naming(marks[1])


def _distinguishing(one: Words, other: Words) -> Iterable[tuple[Words, Words]]:
    """Give the words that two names do not share: as pairs where there are as many of them, else as one run each."""
    own, others = (
        tuple(word for word in words if word not in shared) for words, shared in ((one, other), (other, one))
    )
    if len(own) == len(others):
        return [((word,), (another,)) for word, another in zip(own, others, strict=True)]
    if not own or not others:
        return [((word,), ()) for word in own] + [((), (word,)) for word in others]
    return [(own, others)] if _in_a_row(own, one) and _in_a_row(others, other) else []


def _in_a_row(run: Words, words: Words) -> bool:
    return any(words[start : start + len(run)] == run for start in range(len(words)))
