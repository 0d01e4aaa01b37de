"""Texts of a derivation, so written that they differ only where it differs by itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.comparison.side import Side
from nixdrift.model import Derivation, StorePath, digest_of, output_path, source_name
from nixdrift.naming import without_version
from nixdrift.store.paths import PLACEHOLDER_PATTERN, STORE_PATH_PATTERN

_STORE_PATH = re.compile(STORE_PATH_PATTERN)
_PLACEHOLDER = re.compile(PLACEHOLDER_PATTERN)


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a derivation, in two ways."""

    exact: str
    """With the store paths of inputs that both sides have: what is compared."""
    plain: str
    """With no store path of an input: what is shown."""


@dataclass(frozen=True)
class Texts:
    """What stands in a derivation for its inputs and its own outputs: their names without digest and version."""

    side: Side
    derivation: Derivation

    def written(self, text: str, other: "Texts") -> Written:
        """Write a text to be compared with one of another derivation: that an input moved is no difference in it."""
        common = self.known.keys() & other.known.keys()
        return Written(
            self.replaced(text, lambda path: path if path[:32] in common else self.named(path)), self.plain(text)
        )

    def plain(self, text: str) -> str:
        """Write a text for people: with the names of inputs in place of their store paths."""
        return self.replaced(text, self.named)

    def replaced(self, text: str, name: Callable[[str], str]) -> str:
        """Write a text with something else in place of every store path in it."""
        top = self.side.evaluation.top
        # Where the files lay during the run is the same for both sides, and nobody's business.
        text = _PLACEHOLDER.sub("…", text.replace(top, ".") if top else text)
        return _STORE_PATH.sub(lambda match: name(match[0]), text)

    def named(self, path: str) -> str:
        """Write what stands for a store path; one of which nothing is known stays as it is."""
        known = self.known.get(digest_of(StorePath(path)))
        return f"…-{known[1]}{path[len(known[0]) :]}" if known and path.startswith(known[0]) else path

    @cached_property
    def known(self) -> Mapping[str, tuple[StorePath, str]]:
        """Digest → the store path of an input or of an own output, and the name that stands for it."""
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
