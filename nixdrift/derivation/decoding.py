"""From the bytes of a dump to what the JSON in it says, or to one line that tells why not."""

import codecs
import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from typing import NoReturn

import orjson

from nixdrift.errors import InvalidInputError

HOW_TO_DUMP = "make a dump with `nix derivation show --recursive`, or `nix show-derivation --recursive` before Nix 2.14"

_SIGNATURES = (
    (b"\x28\xb5\x2f\xfd", "is compressed (zstd)"),
    (b"\x1f\x8b", "is compressed (gzip)"),
    (b"\xfd7zXZ", "is compressed (xz)"),
    (b"BZh", "is compressed (bzip2)"),
    (codecs.BOM_UTF16_LE, "is UTF-16 text, not UTF-8"),
    (codecs.BOM_UTF16_BE, "is UTF-16 text, not UTF-8"),
    (b"Derive(", "is the store's own file of one derivation, not a dump"),
    (b"DrvWithVersion(", "is the store's own file of one derivation, not a dump"),
    (b"error:", "is an error message"),
)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""An escape, or two that are one character together; in a group, what is half of such a pair."""


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep Python's cyclic collector from running: it makes building millions of objects superlinear."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def decode(data: bytes, *, source: str) -> object:
    """Decode JSON, with stray bytes that are not UTF-8 as surrogates.

    Nix 2.8 prints such bytes as they are, which is not JSON; the releases after it refuse to print them.
    Raises `InvalidInputError` with what is wrong with ``source``.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if _is_utf8(data):
            raise _refusal(data, str(error), source) from None
    return decode_strictly(data, source=source)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode_strictly(data: bytes, *, source: str) -> object:
    """Decode JSON as `decode` does, several times slower, and refuse an object that has a key twice."""
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            raise InvalidInputError(f"{source} has two values under one key: {_first_twice(pairs)!r}")
        return members

    try:
        _refuse_halves(text)
        return json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            parse_int=_read_integer,
        )
    except (ValueError, RecursionError) as error:
        raise _refusal(data, str(error), source) from None


def _first_twice(pairs: list[tuple[str, object]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)


def _refuse_halves(text: str) -> None:
    """Refuse half of a pair of escapes, of which Python would make the surrogate that stands for a stray byte."""
    half = next((escape[1] for escape in _ESCAPE.finditer(text) if escape[1]), None)
    if half is not None:
        raise ValueError(f"{half} is no character")


def _read_float(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text:.40} is too large")
    return number


def _read_integer(text: str) -> int | float:
    """Read an integer as Nix does: as a float where it does not fit 64 bits."""
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 64 else _read_float(text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON value")


def _refusal(data: bytes, reason: str, source: str) -> InvalidInputError:
    """Say in one line why these bytes are no dump."""
    content = data.strip()
    if not content:
        return InvalidInputError(f"{source} is empty", hint=HOW_TO_DUMP)
    for signature, meaning in _SIGNATURES:
        if content.startswith(signature):
            return InvalidInputError(f"{source} {meaning}", hint=HOW_TO_DUMP)
    if "recursion" in reason or "depth" in reason:
        return InvalidInputError(f"{source} is nested too deeply to be a dump of derivations")
    if content[:1] == b"{" and content[-1:] != b"}":
        return InvalidInputError(f"{source} is cut off after {len(data)} bytes: its JSON has no end", hint=HOW_TO_DUMP)
    return InvalidInputError(f"{source} is not JSON: {reason}", hint=HOW_TO_DUMP)
