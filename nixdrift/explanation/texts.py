"""Texts of a derivation, so written that they differ only where it differs by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.comparison.side import Side
from nixdrift.model import Derivation, StorePath, digest_of, name_of, output_path
from nixdrift.naming import without_version
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import PLACEHOLDER_PATTERN, STORE_PATH_PATTERN

_STORE_PATH = re.compile(STORE_PATH_PATTERN)
_PLACEHOLDER = re.compile(PLACEHOLDER_PATTERN)
_COPIED = re.compile(rf"^[{ALPHABET}]{{32}}-(?=.)")


@dataclass(frozen=True)
class Texts:
    """What stands in a derivation for its inputs and its own outputs, by their names without digest and version."""

    side: Side
    derivation: Derivation

    def plain(self, text: str) -> str:
        """Give a text in which the store paths of inputs are named only: that one moved is no difference here."""
        named = _STORE_PATH.sub(self._named, text)
        top = self.side.evaluation.top
        # Where the files lay during the run is the same for both sides, and nobody's business.
        return _PLACEHOLDER.sub("…", named.replace(top, ".") if top else named)

    def _named(self, match: re.Match[str]) -> str:
        path = match[0]
        known = self._known.get(digest_of(StorePath(path)))
        if known is None or not path.startswith(known[0]):
            return path
        return f"…-{known[1]}{path[len(known[0]) :]}"

    @cached_property
    def _known(self) -> Mapping[str, tuple[StorePath, str]]:
        return {digest_of(path): (path, name) for path, name in self._paths()}

    def _paths(self) -> Iterator[tuple[StorePath, str]]:
        for source in self.derivation.input_sources:
            yield source, source_name(source)
        for path in self.derivation.input_derivations:
            used = self.side.graph.derivations[path]
            yield path, f"{without_version(used.name)}.drv"
            yield from _outputs(used)
        yield from _outputs(self.derivation)


def _outputs(derivation: Derivation) -> Iterator[tuple[StorePath, str]]:
    for name, output in derivation.outputs.items():
        path = output_path(output)
        if path is not None:
            yield path, without_version(derivation.name) + ("" if name == "out" else f"-{name}")


def source_name(path: StorePath) -> str:
    """Give the name of an input source without a digest in it: what is copied from the store has one there."""
    return _COPIED.sub("", name_of(path), count=1)
