"""Links in a text for a terminal: the paths that it names, where their files lie in the repository."""

import re
import socket
from functools import cache
from pathlib import Path
from urllib.parse import quote

# A colour is passed over; then what may be a path, and the line after it.
_PLACE = re.compile(r"\x1b\[[0-9;]*m|(?P<path>[\w.@+-][\w./@+-]*)(?::(?P<line>[0-9]+))?")


def top_of(directory: Path) -> Path:
    """Give the directory that the paths of a report are in: the top of the repository, as far as it can be seen."""
    here = directory.resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


def linked(text: str, top: Path) -> str:
    """Link what names a file or a directory that is there; the text that is seen stays as it is.

    Source: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda (OSC 8), with the host as `ls` writes it.
    """

    @cache
    def url(path: str) -> str | None:
        place = top / path
        if ("/" not in path and "." not in path) or not place.exists() or not place.resolve().is_relative_to(top):
            return None
        return f"file://{socket.gethostname()}{quote(str(place))}"

    def link(found: re.Match[str]) -> str:
        target = url(found["path"].rstrip(".")) if found["path"] else None
        if target is None:
            return found[0]
        place = f"#{found['line']}" if found["line"] else ""
        return f"\x1b]8;;{target}{place}\x1b\\{found[0]}\x1b]8;;\x1b\\"

    return _PLACE.sub(link, text)
