"""One of the two that are compared: a root, what it is built from, and how its things are called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.comparison.side import Side
from nixdrift.model import Derivation, StorePath, digest_of, output_path, source_name
from nixdrift.naming import without_version
from nixdrift.parity.names import Naming, Words

Read = Callable[[], bytes]

Contents = Callable[[StorePath], Mapping[str, Read] | None]
"""Input source → its files, each with what reads it (``""`` where it is a single file); None: not at hand."""


@dataclass(frozen=True)
class Subject:
    """A root with all that it is built from."""

    root: str
    side: Side
    path: StorePath
    naming: Naming
    contents: Contents

    def derivation(self, path: StorePath) -> Derivation:
        """Give a derivation by its path."""
        return self.side.graph.derivations[path]

    def name(self, path: StorePath) -> str:
        """Give the name of a derivation or an input source."""
        derivation = self.side.graph.derivations.get(path)
        return source_name(path) if derivation is None else derivation.name

    def stem(self, path: StorePath) -> str:
        """Give the name of a derivation without its version, or that of an input source."""
        return without_version(self.name(path)) if path in self.side.graph.derivations else self.name(path)

    def neutral(self, path: StorePath) -> Words:
        """Give what a name of this side has in common with the one that the other side has for the same thing."""
        return self.naming.neutral(self.stem(path))

    @cached_property
    def closure(self) -> frozenset[StorePath]:
        """All derivations and input sources that it is built from, itself included."""
        return frozenset(self.side.graph.closure([self.path]))

    @cached_property
    def neutral_names(self) -> frozenset[Words]:
        """What everything in the closure is called, neutrally."""
        return frozenset(map(self.neutral, self.closure))

    @cached_property
    def by_digest(self) -> Mapping[str, StorePath]:
        """Digest of a store path in a text → the derivation or input source of the closure that it stands for."""
        found = {digest_of(path): path for path in self.closure}
        for path in self.closure & self.side.graph.derivations.keys():
            outputs = map(output_path, self.derivation(path).outputs.values())
            found |= {digest_of(output): path for output in outputs if output is not None}
        return found

    @cached_property
    def things(self) -> frozenset[str]:
        """The exact names of all derivations and input sources in the closure, with and without versions."""
        return frozenset(name for path in self.closure for name in (self.name(path), self.stem(path)))
