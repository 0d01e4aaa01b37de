"""Fold the long lines of a text for a terminal: between words, with what follows set in."""

import re

from rich.cells import cell_len
from rich.text import Text

from nixdrift.report.page import new_page, text_of

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_STEP = 4
"""By how many characters what follows is set in."""


def folded(text: str, *, width: int, color: bool) -> str:
    """Fold each line of a text that is wider than ``width`` characters; the others stay as they are."""
    return "".join(_folded(line, width, color=color) + "\n" for line in text.splitlines())


def _folded(line: str, width: int, *, color: bool) -> str:
    plain = _COLOR.sub("", line)
    if cell_len(plain) <= width:
        return line
    begins = min(len(plain) - len(plain.lstrip()), width // 2)
    page = new_page(width=width, color=color)
    first, *rest = Text.from_ansi(line)[begins:].wrap(page, width - begins - _STEP)
    page.print(Text(" " * begins) + first)
    for part in rest:
        page.print(Text(" " * (begins + _STEP)) + part)
    return text_of(page).removesuffix("\n")
