"""The page around the content: its styles and scripts in it, and a policy that allows these and nothing else."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nixdrift.report.escapes import clean_lines

STYLES = ("assets/page.css",)
SCRIPTS = ("assets/page.js",)
GRAPH_SCRIPTS = (
    "vendor/cytoscape/cytoscape.min.js",
    "vendor/cytoscape-dagre/cytoscape-dagre.min.js",
    "assets/graph_style.js",
    "assets/graph.js",
)

_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f]")
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\x7f"}
"""What JSON in ASCII has of characters that mean something in HTML, or nothing."""


def page(template: str, content: Mapping[str, Any], *, has_graph: bool) -> bytes:
    """Write a page from a template; the library that draws graphs is in it where it has one."""
    styles = [_asset(name) for name in STYLES]
    scripts = [_asset(name) for name in (*SCRIPTS, *(GRAPH_SCRIPTS if has_graph else ()))]
    found = _environment().get_template(template)
    written = found.render(
        content,
        policy=policy(styles, scripts),
        styles=[Markup(style) for style in styles],  # noqa: S704
        scripts=[Markup(script) for script in scripts],  # noqa: S704
        licences=licences() if has_graph else (),
    )
    return written.encode("utf-8", "backslashreplace")


def policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Give the Content Security Policy of a page: its own styles and scripts, by their hashes."""
    allowed = {"style-src": styles, "script-src": scripts}
    hashed = [f"{name} {' '.join(map(_hashed, texts))}" for name, texts in allowed.items()]
    return "; ".join(["default-src 'none'", *hashed, "base-uri 'none'", "form-action 'none'"])


def licences() -> Sequence[Mapping[str, str]]:
    """Give the licences of the libraries that are in a page: they ask to be where the libraries are."""
    packages = orjson.loads(_asset("vendor/versions.json"))
    return [
        {"name": f"{one['name']} {one['version']}", "text": _asset(f"vendor/{one['name'].rpartition('/')[2]}/LICENSE")}
        for one in packages
    ]


def data(value: object) -> Markup:
    """Write a value as JSON that no reader of HTML takes for anything else."""
    return Markup(json.dumps(value, separators=(",", ":")).translate(_UNSAFE))  # noqa: S704


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(16)
def _asset(name: str) -> str:
    text = resources.files("nixdrift.formats.html").joinpath(name).read_text(encoding="utf-8")
    # In a script, a control character can only stand in a string, where its escape is the same; HTML allows none.
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _harmless(value: object) -> object:
    """Write control characters of whatever is put into a template as escapes, but for what is HTML already."""
    return clean_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("nixdrift.formats.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
