"""What is in a small file: the keys and values of an environment file, of JSON or TOML, or else its text."""

import json
import re
import tomllib
from dataclasses import dataclass
from enum import Enum

_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[^"']*))\s*"""
)
_ESCAPED = re.compile(r"\\([\"\\$`])")


class Kind(Enum):
    """How a file is written."""

    JSON = "JSON"
    ENVIRONMENT = "KEY=VALUE lines"
    TOML = "TOML"
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class File:
    """What is in a file."""

    kind: Kind
    value: object
    """Of JSON, TOML and an environment file what they hold; else a text, in place of bytes how many there are."""
    text: str
    """All of it as a text."""


def parse_file(content: bytes) -> File:
    """Read a file, whichever way it is written."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _no_text(content)
    if "\0" in text:
        return _no_text(content)
    for kind, read in _READERS:
        value = read(text)
        if value:
            return File(kind, value, text)
    return File(Kind.TEXT, text, text)


def _no_text(content: bytes) -> File:
    words = f"{len(content):,} bytes that are no text"
    return File(Kind.BYTES, words, words)


def read_object(text: str) -> object:
    """Read JSON that is an object or a list; None: it is something else."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _environment(text: str) -> dict[str, str] | None:
    """Read lines of ``KEY=VALUE`` as a shell would, all of them or none: the last one of a name counts."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    matches = [_LINE.fullmatch(line) for line in lines]
    found = [match for match in matches if match]
    return {match["name"]: _value(match) for match in found} if len(found) == len(matches) else None


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return _ESCAPED.sub(r"\1", match["double"])
    return match["single"] or (match["bare"] or "").strip()


def _toml(text: str) -> object:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


_READERS = ((Kind.JSON, read_object), (Kind.ENVIRONMENT, _environment), (Kind.TOML, _toml))
