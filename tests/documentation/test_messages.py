"""The page about errors quotes messages that the program has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.command import CHECKOUT

PAGE = CHECKOUT / "docs" / "troubleshooting.md"
_NAMED = "…"


def quoted() -> list[str]:
    """List the messages in the first column of every table."""
    return re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)


def texts() -> Iterator[str]:
    """List every text of the program; what is filled in stands as one character."""
    for file in (CHECKOUT / "nixdrift").rglob("*.py"):
        for node in ast.walk(ast.parse(Path(file).read_text())):
            if isinstance(node, ast.JoinedStr):
                yield "".join(one.value if isinstance(one, ast.Constant) else _NAMED for one in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def is_like(message: str) -> re.Pattern[str]:
    """Give the pattern of the texts that a quoted message stands for."""
    return re.compile(".*".join(re.escape(part) for part in message.split(_NAMED)))


def test_every_quoted_message_is_one_of_the_program() -> None:
    known = set(texts())

    assert [one for one in quoted() if not any(is_like(one).fullmatch(text) for text in known)] == []
    assert len(quoted()) > 50


def test_a_message_that_the_program_does_not_have_is_noticed() -> None:
    assert not any(is_like("the store of … is full").fullmatch(text) for text in set(texts()))
