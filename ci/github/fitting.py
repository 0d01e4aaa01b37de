"""Markdown that is cut to what a place takes, at the end of a line, with all that was open closed."""

import re

_GRAPH = re.compile(r"^```mermaid\n.*?^```$", re.DOTALL | re.MULTILINE)
_NO_GRAPH = "*(The graph is too large for this place: see the HTML page.)*"
_REST = "\n*(The rest is too long for this place: see the report.)*\n"
_SPACE_TO_CLOSE = 1000


def fitting(text: str, limit: int) -> str:
    """Give as much of a text as fits into so many bytes: without its graphs first, then without its end."""
    if _size(text) <= limit:
        return text
    text = _GRAPH.sub(_NO_GRAPH, text)
    return text if _size(text) <= limit else _cut(text, limit - _SPACE_TO_CLOSE)


def _size(text: str) -> int:
    return len(text.encode())


def _cut(text: str, limit: int) -> str:
    kept = text.encode()[:limit].decode(errors="ignore").rpartition("\n")[0] + "\n"
    fences = re.findall(r"^(`{3,})", kept, re.MULTILINE)
    if len(fences) % 2:
        kept += f"{fences[-1]}\n"
    is_open = kept.count("<details>") - kept.count("</details>")
    return kept + "</details>\n" * max(0, is_open) + _REST
