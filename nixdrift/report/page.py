"""What text reports are written on: a page of some width, with colours or without."""

import io
from collections.abc import Sequence

from rich.console import Console


def new_page(*, width: int, color: bool) -> Console:
    """Give an empty page; nothing that is printed on it is taken for markup. ``width`` is in characters."""
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def text_of(page: Console) -> str:
    """Give what was printed on a page, without blanks at the ends of lines."""
    if not isinstance(page.file, io.StringIO):
        raise TypeError("this was printed somewhere else")
    return "\n".join(line.rstrip() for line in page.file.getvalue().splitlines()) + "\n"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number of things."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def some(names: Sequence[str], most: int = 4) -> str:
    """Write some names in a line: a few of them, the others by number."""
    if len(names) <= most:
        return ", ".join(names)
    few = names[: most - 1]
    return f"{', '.join(few)} and {len(names) - len(few)} more"


def cut(text: str, longest: int) -> str:
    """Shorten a text, and say so."""
    return text if len(text) <= longest else f"{text[:longest]}… and {len(text) - longest} more characters"
