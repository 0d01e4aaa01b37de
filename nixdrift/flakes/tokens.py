"""Cut a Nix expression into tokens, as far as it takes to tell where its parts begin and end.

Source: https://nix.dev/manual/nix/latest/language/syntax
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_BLANK = re.compile(r"(?:\s+|#[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
# No scheme is longer; without a bound, every word of a long path would be looked through to its end.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:[A-Za-z0-9%/?:@&=+$,._!~*'-]+")
_WORD = re.compile(r"[A-Za-z_0-9][\w'-]*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    """A string or a bare URL that holds nothing to be evaluated."""
    COMPUTED = "computed"
    """A string that does, or one over several lines."""
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; of a string, ``text`` is its value."""

    kind: Kind
    text: str


class NotUnderstoodError(ValueError):
    """The expression is none, or one of a form that is not known here."""


def tokens(expression: str) -> Iterator[Token]:
    """Give the tokens of an expression.

    Raises `NotUnderstoodError` where a string does not end.
    """
    position = 0
    while position < len(expression):
        if blank := _BLANK.match(expression, position):
            position = blank.end()
            continue
        token, position = _token(expression, position)
        yield token


def _token(text: str, start: int) -> tuple[Token, int]:
    if text.startswith(('"', "''"), start):
        return _string(text, start)
    for kind, pattern in ((Kind.TEXT, _URL), (Kind.WORD, _WORD)):
        if found := pattern.match(text, start):
            return Token(kind, found[0]), found.end()
    return Token(Kind.SIGN, text[start]), start + 1


def _string(text: str, start: int) -> tuple[Token, int]:
    mark = '"' if text[start] == '"' else "''"
    position, value, kind = start + len(mark), [], Kind.TEXT
    while position < len(text):
        if text.startswith("${", position):
            position, kind = _end_of_interpolation(text, position + 2), Kind.COMPUTED
        elif escape := _ESCAPED[mark].match(text, position):
            value.append(_ESCAPES.get(escape[0][-1], escape[0][-1]))
            position = escape.end()
        elif text.startswith(mark, position):
            kind = Kind.COMPUTED if mark != '"' and "\n" in "".join(value) else kind
            return Token(kind, "".join(value)), position + len(mark)
        else:
            value.append(text[position])
            position += 1
    raise NotUnderstoodError("a string does not end")


_ESCAPED = {
    '"': re.compile(r"\\.|\$\$", re.DOTALL),
    "''": re.compile(r"'''|''\$|''\\.|\$\$", re.DOTALL),
}
"""What stands for another character; a doubled dollar begins no interpolation."""


def _end_of_interpolation(text: str, start: int) -> int:
    depth, position = 1, start
    while position < len(text):
        if blank := _BLANK.match(text, position):
            position = blank.end()
            continue
        token, position = _token(text, position)
        if token.kind is Kind.SIGN:
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return position
    raise NotUnderstoodError("an interpolation does not end")
