"""Read the inputs that a ``flake.nix`` asks for, without evaluating it.

Nix itself refuses inputs that are not written out: they are sets, texts and booleans, and nothing computed. Whatever
is of another form is left out here, and nothing is said of it.
Source: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake#flake-inputs
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nixdrift.flakes.reference import Reference, parse_reference
from nixdrift.flakes.tokens import Kind, NotUnderstoodError, Token, tokens

_NO_REFERENCE = frozenset({"flake", "inputs", "follows"})
"""Attributes of an input that say nothing of where it comes from."""


@dataclass(frozen=True, slots=True)
class AskedInput:
    """One input as ``flake.nix`` asks for it."""

    reference: Reference
    overridden: frozenset[str]
    """Inputs of this input for which the flake asks in its stead."""


def asked_inputs(content: bytes) -> Mapping[str, AskedInput]:
    """Give the inputs of a flake by their names: those whose reference is written out and understood."""
    try:
        written = _inputs(content.decode("utf-8"))
    except (NotUnderstoodError, UnicodeDecodeError, RecursionError):
        return {}
    known = {name: (_reference(value), value) for name, value in written.items() if isinstance(value, dict)}
    return {
        name: AskedInput(reference, frozenset(value.get("inputs") or ()))
        for name, (reference, value) in known.items()
        if reference is not None
    }


def _reference(written: Mapping[str, Any]) -> Reference | None:
    attributes = {name: value for name, value in written.items() if name not in _NO_REFERENCE}
    if "type" in attributes:
        return attributes if all(isinstance(value, str | bool) for value in attributes.values()) else None
    url = attributes.get("url")
    return parse_reference(url) if isinstance(url, str) else None


_UNKNOWN = object()
"""A value that is computed, or of a kind that no reference has."""


def _inputs(expression: str) -> Mapping[str, Any]:
    reader = _Reader(tokens(expression))
    reader.expect("{")
    found = reader.bindings(only="inputs").get("inputs", {})
    return found if isinstance(found, dict) else {}


class _Reader:
    """Reads sets that are written out, from a stream of tokens."""

    def __init__(self, stream: Iterable[Token]) -> None:
        self._stream: Iterator[Token] = iter(stream)
        self._given_back: list[Token] = []

    def _next(self) -> Token:
        if self._given_back:
            return self._given_back.pop()
        for token in self._stream:
            return token
        raise NotUnderstoodError("the expression ends too soon")

    def _put_back(self, token: Token) -> None:
        self._given_back.append(token)

    def expect(self, sign: str) -> None:
        """Read a sign."""
        token = self._next()
        if token != Token(Kind.SIGN, sign):
            raise NotUnderstoodError(f"{token.text!r} where {sign!r} was expected")

    def bindings(self, only: str | None = None) -> dict[str, Any]:
        """Read the bindings of a set up to its closing brace; ``only`` names the one that matters, if not all do."""
        found: dict[str, Any] = {}
        while (token := self._next()) != Token(Kind.SIGN, "}"):
            if token == Token(Kind.WORD, "inherit"):
                self._skip()
                continue
            path = self._attribute_path(token)
            if only is not None and path[0] != only:
                self._skip()
                continue
            _merge(found, path, self._value())
        return found

    def _attribute_path(self, token: Token) -> list[str]:
        path = []
        while True:
            if token.kind not in {Kind.WORD, Kind.TEXT}:
                raise NotUnderstoodError(f"{token.text!r} where a name was expected")
            path.append(token.text)
            match self._next():
                case Token(Kind.SIGN, "."):
                    token = self._next()
                case Token(Kind.SIGN, "="):
                    return path
                case other:
                    raise NotUnderstoodError(f"{other.text!r} after a name")

    def _value(self) -> Any:
        first = self._next()
        if first == Token(Kind.SIGN, "{"):
            value: Any = self.bindings()
        else:
            booleans = {"true": True, "false": False} if first.kind is Kind.WORD else {}
            value = first.text if first.kind is Kind.TEXT else booleans.get(first.text, _UNKNOWN)
            if value is _UNKNOWN:
                self._put_back(first)
        end = self._next()
        if value is not _UNKNOWN and end == Token(Kind.SIGN, ";"):
            return value
        self._put_back(end)
        self._skip()
        return _UNKNOWN

    def _skip(self) -> None:
        """Read an expression of any kind, to the semicolon that ends its binding."""
        open_parts: list[str] = []
        while True:
            token = self._next()
            if token.kind is Kind.WORD and token.text in _SEMICOLONS_INSIDE:
                open_parts.append(_SEMICOLONS_INSIDE[token.text])
            elif token.kind in {Kind.WORD, Kind.SIGN} and open_parts and token.text == open_parts[-1]:
                open_parts.pop()
            elif token.kind is Kind.SIGN and token.text in _BRACKETS:
                open_parts.append(_BRACKETS[token.text])
            elif token == Token(Kind.SIGN, ";") and not open_parts:
                return


_BRACKETS = {"{": "}", "[": "]", "(": ")"}

_SEMICOLONS_INSIDE = {"let": "in", "with": ";", "assert": ";"}
"""Words after which a semicolon does not end the binding → what ends that part."""


def _merge(found: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for name in above:
        inner = found.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        found = inner
    if isinstance(value, dict) and isinstance(found.get(last), dict):
        for name, one in value.items():
            _merge(found[last], [name], one)
    else:
        found[last] = value
