"""The page about reports: what each JSON Schema says of each member, as a table, and a real report below it."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nixdrift.cli.schemas import SCHEMAS
from tests.documentation.blocks import Block
from tests.documentation.running import Called, call_all

Schema = Mapping[str, Any]

_OUTPUT = "nix-store --query $(nix-instantiate -A goinstance default.nix 2>/dev/null)"

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "check": ("stack", "nixdrift check goinstance --head HEAD~1 --json"),
    "explain": ("stack", "nixdrift explain goinstance --head HEAD~1 --json"),
    "affected": ("stack", "nixdrift affected goinstance --head HEAD~3 --json"),
    "audit": ("stack", "nixdrift audit HEAD~1 -A goinstance --json"),
    "probe": ("stack", "nixdrift probe goinstance --rev HEAD~1 --json"),
    "history": ("stack", "nixdrift history HEAD~2..HEAD~1 -A goinstance --json"),
    "rollback": ("stack", "nixdrift rollback goinstance --from HEAD~1 --json"),
    "verify": ("stack", f"{_OUTPUT} | nixdrift verify - --component goinstance --json"),
    "compare": ("environments", "nixdrift compare staging production --json"),
}
"""Command → where an example is called, and how."""

_RELEASE = re.compile(r'("nix_version": )"[^"]*"')


def all_reports() -> str:
    """Give a section for each report: what it is, and its members."""
    return "\n\n".join(_section(command, json.loads(make())) for command, make in SCHEMAS.items())


def _section(command: str, schema: Schema) -> str:
    rows = [f"| `{path}` | {kind} | {text} |" for path, kind, text in members(schema, schema)]
    table = "\n".join(["| member | is | meaning |", "|---|---|---|", *rows])
    return f"## `{command}`\n\n{schema['description']}\n\n{table}"


def members(node: Schema, root: Schema, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """List the members of an object, each before its own: path, type and description."""
    for name, value in node.get("properties", {}).items():
        yield from _member(prefix + name, value, root)
    others = node.get("additionalProperties")
    if isinstance(others, dict):
        yield from _member(f"{prefix}*", others, root)


def _member(path: str, node: Schema, root: Schema) -> Iterator[tuple[str, str, str]]:
    meant = _resolved(node, root)
    yield path, _kind(meant, root), meant.get("description", "").replace("|", "\\|").replace("\n", " ")
    for alternative in _alternatives(meant, root):
        items = alternative.get("items")
        if isinstance(items, dict):
            element = _resolved(items, root)
            for each in _alternatives(element, root):
                yield from members(each, root, f"{path}[].")
        else:
            yield from members(alternative, root, f"{path}.")


def _resolved(node: Schema, root: Schema) -> Schema:
    """Follow a reference; what is said beside it goes before what is said there."""
    if "$ref" not in node:
        return node
    name = node["$ref"].rpartition("/")[2]
    return {**_resolved(root["$defs"][name], root), **{key: value for key, value in node.items() if key != "$ref"}}


def _alternatives(node: Schema, root: Schema) -> list[Schema]:
    return [_resolved(one, root) for one in node.get("oneOf", node.get("anyOf", [node]))]


def _kind(node: Schema, root: Schema) -> str:
    kinds = [_simple_kind(one, root) for one in _alternatives(node, root)]
    return " or ".join(sorted(set(kinds), key=lambda kind: (kind == "null", kinds.index(kind))))


def _simple_kind(node: Schema, root: Schema) -> str:
    if "const" in node:
        return f"`{json.dumps(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    kind = node.get("type", "anything")
    if kind == "array" and isinstance(node.get("items"), dict):
        return f"list of {_kind(_resolved(node['items'], root), root)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def examples(nix: Path) -> Mapping[str, str]:
    """Call every command, and give its report as a block; the release of Nix in it is one, whichever is at hand."""
    blocks = [Block("", place, "console", f"$ {line}\n") for place, line in EXAMPLES.values()]
    with tempfile.TemporaryDirectory() as directory:
        called = call_all(blocks, Path(directory), nix)
        return {name: _as_block(one) for name, (_, [one]) in zip(EXAMPLES, called, strict=True)}


def _as_block(called: Called) -> str:
    shown = _RELEASE.sub(r'\1"2.34.8"', called.output)
    return f"<details><summary><code>{called.command}</code></summary>\n\n```json\n{shown}```\n\n</details>"
