"""Read ``flake.lock``: which revision each input is locked to, and which reference that was made for.

Source: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake#lock-files; versions 5 to 7.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from nixdrift.flakes.reference import Reference

_VERSIONS = frozenset({5, 6, 7})
_DEEPEST = 16
"""How many flakes inside of flakes are followed."""
_MOST = 10_000
"""How many inputs are: where each takes two that take it, there is no end of them."""


@dataclass(frozen=True, slots=True)
class LockedInput:
    """One input as a lock file has it."""

    name: tuple[str, ...]
    """The names that lead to it from the flake: ``("child", "nixpkgs")`` is an input of an input."""
    original: Reference
    """What the flake asked for when it was locked."""
    locked: Reference
    """What it got."""

    @property
    def title(self) -> str:
        """The name as Nix writes it: ``child/nixpkgs``."""
        return "/".join(self.name)

    @property
    def revision(self) -> str | None:
        """The commit that it is locked to, if it is one of git."""
        return _text(self.locked.get("rev"))

    @property
    def nar_hash(self) -> str | None:
        """The hash of the tree that it is locked to, in Nix's notation."""
        return _text(self.locked.get("narHash"))


@lru_cache(maxsize=16)
def parse_lock(content: bytes) -> tuple[LockedInput, ...] | None:
    """Give the inputs of a lock file, those of inputs after their flake's; None where it is no lock file as known.

    An input that follows another is that one, and is not given a second time.
    """
    try:
        lock = orjson.loads(content)
        if lock["version"] not in _VERSIONS:
            return None
        inputs = tuple(islice(_inputs(lock["nodes"], lock["root"], ()), _MOST + 1))
        return inputs if len(inputs) <= _MOST else None
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return None


def _inputs(nodes: Mapping[str, Any], key: str, above: tuple[str, ...]) -> Iterator[LockedInput]:
    if len(above) >= _DEEPEST:
        return
    for name, target in sorted(nodes[key].get("inputs", {}).items()):
        if isinstance(target, str):
            node = nodes[target]
            # Up to version 6, what is locked was in two records.
            locked = {**node.get("info", {}), **node["locked"]}
            yield LockedInput((*above, name), {**node["original"]}, locked)
            yield from _inputs(nodes, target, (*above, name))


def line_of(content: bytes, text: str) -> int:
    """Give the number of the first line that holds a text, or 1."""
    before, found, _after = content.partition(text.encode("utf-8", "surrogateescape"))
    return before.count(b"\n") + 1 if found else 1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
