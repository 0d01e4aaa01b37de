"""Texts that others chose, made harmless."""

from collections.abc import Iterable

from nixdrift.changes import shown


def clean(text: str) -> str:
    """Write control characters and undecodable bytes of a text as escapes: no format may be steered by a name."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def clean_lines(text: str) -> str:
    """Do the same line by line: where they end is a part of the text."""
    return "\n".join(map(clean, text.split("\n")))


def paths_document(paths: Iterable[str]) -> list[str]:
    """Give paths as JSON values."""
    return [shown(path) for path in paths]
