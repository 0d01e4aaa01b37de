"""Patterns as in ``.gitignore``, matched in time that grows with pattern times path, whatever they are.

A star matches as little as it can, and what follows it as early as it can; neither is tried anew. That is right, as
what is left for the rest can only become less: between names for ``*``, between directories for ``**``. Nothing here
backtracks, so nobody who may write a pattern can make it take long.

See https://git-scm.com/docs/gitignore, and ``wildmatch.c`` of git for what is in brackets.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

LONGEST = 4096
"""The most characters of a pattern: as many as a path may have."""

_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<any>\?)|(?P<open>\[[!^]?)|(?P<char>[^\\])", re.DOTALL)
_MEMBER = re.compile(r"\[:(?P<named>[^]]*):]|(?P<low>\\.|[^\\])(?:-(?P<high>\\.|[^]\\]))?", re.DOTALL)
_NAMED = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""What git takes for a class of characters: ASCII alone."""
_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns as in ``.gitignore``, relative to the top of the repository."""

    texts: tuple[str, ...]
    rules: "tuple[_Rule, ...]" = field(compare=False, repr=False)
    """The last one first."""

    def match(self, path: str) -> bool:
        """Tell whether a path matches.

        The last pattern counts that matches the path itself; if none does, the last that matches a directory above.
        """
        names = path.split("/")
        above = None
        for rule in self.rules:
            if rule.needed not in path:
                continue
            if rule.matches(names):
                return rule.includes
            if above is None and rule.matches_above(names):
                above = rule.includes
        return bool(above)


def patterns(texts: Iterable[str]) -> Patterns:
    """Compile patterns; raises ValueError on one that no path could match as it is meant."""
    lines = tuple(texts)
    return Patterns(lines, tuple(rule for line in reversed(lines) if (rule := _rule(line))))


_Whole = TypeVar("_Whole", str, Sequence[str], contravariant=True)


class _Part(Protocol[_Whole]):
    """What stands between two stars: as long as what it matches."""

    @property
    def size(self) -> int: ...

    def find(self, whole: _Whole, start: int, end: int) -> int:
        """Give the first place between two that it matches at; -1: nowhere."""


def _fit(parts: Sequence[_Part[_Whole]], whole: _Whole) -> bool:
    """Tell whether the parts lie in this order, the first one at the start, the last one at the end."""
    first, last = parts[0], parts[-1]
    length = len(whole)
    if len(parts) == 1 and length != first.size:
        return False
    place = first.size
    if place > length or first.find(whole, 0, place) != 0:
        return False
    for part in parts[1:-1]:
        if (found := part.find(whole, place, length)) < 0:
            return False
        place = found + part.size
    end = length - last.size
    return len(parts) == 1 or (place <= end and last.find(whole, end, length) == end)


@dataclass(frozen=True, slots=True)
class _Literal:
    """Characters of a name."""

    text: str

    @property
    def size(self) -> int:
        return len(self.text)

    def find(self, whole: str, start: int, end: int) -> int:
        return whole.find(self.text, start, end)


@dataclass(frozen=True, slots=True)
class _Choices:
    """Characters of a name of which some may be one of several: a regular expression that repeats nothing."""

    pattern: re.Pattern[str]
    size: int

    def find(self, whole: str, start: int, end: int) -> int:
        found = self.pattern.search(whole, start, end)
        return found.start() if found else -1


@dataclass(frozen=True, slots=True)
class _Name:
    """A pattern of a name: what stands between its stars."""

    parts: tuple[_Literal | _Choices, ...]

    def matches(self, name: str) -> bool:
        return _fit(self.parts, name)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that follow each other in a path."""

    names: tuple[_Name, ...]

    @property
    def size(self) -> int:
        return len(self.names)

    def find(self, whole: Sequence[str], start: int, end: int) -> int:
        places = range(start, end - self.size + 1)
        return next((place for place in places if self._is_at(whole, place)), -1)

    def _is_at(self, whole: Sequence[str], place: int) -> bool:
        return all(name.matches(whole[place + number]) for number, name in enumerate(self.names))


_ANY_NAME = _Names((_Name((_Literal(""), _Literal(""))),))


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern."""

    includes: bool
    """False for one that begins with ``!``."""
    needed: str
    """A text that is part of every path that it matches: of most paths, nothing else has to be looked at."""
    itself: tuple[_Names, ...]
    """What stands between its ``**``; empty where only directories are meant."""
    above: tuple[_Names, ...]
    """The same of what lies below what it matches: anything may follow, but something does."""

    def matches(self, path: Sequence[str]) -> bool:
        """Tell whether it matches a file."""
        return bool(self.itself) and _fit(self.itself, path)

    def matches_above(self, path: Sequence[str]) -> bool:
        """Tell whether it matches a directory above a file."""
        return _fit(self.above, path)


def _rule(line: str) -> _Rule | None:
    """Read a pattern; None: it matches nothing. Raises ValueError."""
    if len(line) > LONGEST:
        raise ValueError(f"a pattern of more than {LONGEST} characters: {line:.80}")
    text = _trimmed(line)
    if not text or text.startswith("#"):
        return None
    includes = not text.startswith("!")
    text = text if includes else text[1:]
    if not text:
        raise ValueError("! without a pattern")
    is_of_directories = text.endswith("/")
    text = text.removesuffix("/")
    is_anywhere = "/" not in text
    pieces = _pieces(text.removeprefix("/"))
    if not pieces or _NOTHING in pieces:
        return None
    names = [["**"], *_split(pieces, "/")] if is_anywhere else _split(pieces, "/")
    # At the end, ** is all that is below, and not what stands before it.
    names += [["*"]] if names[-1] == ["**"] else []
    parts = tuple(_Names(tuple(map(_name, part))) for part in _split(names, ["**"]))
    return _Rule(includes, _needed(parts), () if is_of_directories else parts, (*parts, _ANY_NAME))


def _needed(parts: Iterable[_Names]) -> str:
    known = (one for row in parts for name in row.names for one in name.parts if isinstance(one, _Literal))
    return max((one.text for one in known), key=len, default="")


def _trimmed(line: str) -> str:
    """Take blanks from the end, but for one after a backslash."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return line[: len(kept) + backslashes % 2]


def _pieces(text: str) -> list[str]:
    """Give the characters as regular expressions, and each ``*``, ``**`` and ``/`` as it is; raises ValueError."""
    pieces = []
    place = 0
    while place < len(text):
        found = _PIECE.match(text, place)
        if found is None:
            raise ValueError(f"a backslash with nothing behind it: {text:.80}")
        place = found.end()
        if found["open"]:
            piece, place = _choice(text, place, is_negated=len(found["open"]) > 1)
        elif found["stars"]:
            piece = "*" if len(found["stars"]) == 1 else "**"
        else:
            piece = "." if found["any"] else re.escape(found["escaped"] or found["char"])
        pieces.append(piece)
    return pieces


def _choice(text: str, start: int, *, is_negated: bool) -> tuple[str, int]:
    """Read what is in brackets; give the regular expression, and where it ends."""
    members = []
    place = start
    while place == start or text[place : place + 1] != "]":
        found = _MEMBER.match(text, place)
        if found is None or found["named"] not in (None, *_NAMED):
            return _NOTHING, len(text)
        place = found.end()
        members.append(_member(found))
    return f"[{'^' if is_negated else ''}{''.join(members)}]", place + 1


def _member(found: re.Match[str]) -> str:
    """Give a member of brackets as one of a regular expression."""
    if found["named"] is not None:
        return _NAMED[found["named"]]
    low = found["low"][-1]
    # Of a range that goes backwards, git takes the first.
    high = max(low, (found["high"] or low)[-1])
    return f"{re.escape(low)}-{re.escape(high)}"


_Item = TypeVar("_Item")


def _split(items: Iterable[_Item], mark: _Item) -> list[list[_Item]]:
    """Give what stands before, between and behind the marks."""
    parts: list[list[_Item]] = [[]]
    for item in items:
        if item == mark:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _name(pieces: Sequence[str]) -> _Name:
    return _Name(tuple(map(_part, _split(("*" if piece == "**" else piece for piece in pieces), "*"))))


def _part(pieces: Sequence[str]) -> _Literal | _Choices:
    # A character that stands for itself is the last one of its own expression, behind a backslash or alone.
    if all(len(piece) <= 2 and piece != "." for piece in pieces):
        return _Literal("".join(piece[-1] for piece in pieces))
    return _Choices(re.compile("".join(pieces), re.DOTALL), len(pieces))
