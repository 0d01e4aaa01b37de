"""What derivations take, and no more of them: enough to walk the graph, and cheap to read.

A collection of derivations may know this of all without having read the rest of each (see
`nixdrift.derivation.twins`).
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.model import Derivation, FixedOutput, Output, StorePath


@dataclass(frozen=True, slots=True)
class Links:
    """Derivation → the derivations, and → the input sources that it takes; both mappings have all derivations."""

    derivations: Mapping[StorePath, tuple[StorePath, ...]]
    sources: Mapping[StorePath, tuple[StorePath, ...]]
    systems: frozenset[str]
    """The systems that they are built on."""
    hashes: Mapping[StorePath, Sequence[str]]
    """Fixed-output derivation → its declared hashes, each in hexadecimal."""


class Linked(Mapping[StorePath, Derivation]):
    """Derivations of which it is known what they take, and not all of which have been read."""

    links: Links

    @abstractmethod
    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Give what one of them promises."""

    def part(self, paths: Iterable[StorePath]) -> Mapping[StorePath, Derivation]:
        """Give some of them."""
        return {path: self[path] for path in paths}

    def __contains__(self, path: object) -> bool:
        return path in self.links.derivations

    def __iter__(self) -> Iterator[StorePath]:
        return iter(self.links.derivations)

    def __len__(self) -> int:
        return len(self.links.derivations)

    def keys(self) -> KeysView[StorePath]:
        """Give the paths; as those of a dictionary, for whole sets of them are compared."""
        return self.links.derivations.keys()


def links_of(derivations: Mapping[StorePath, Derivation]) -> Links:
    """Give what some derivations take."""
    if isinstance(derivations, Linked):
        return derivations.links
    return Links(
        {path: tuple(one.input_derivations) for path, one in derivations.items()},
        {path: one.input_sources for path, one in derivations.items()},
        systems_of(derivations),
        {path: hashes for path, one in derivations.items() if (hashes := _declared(one))},
    )


def systems_of(derivations: Mapping[StorePath, Derivation]) -> frozenset[str]:
    """Give the systems that some derivations are built on."""
    if isinstance(derivations, Linked):
        return derivations.links.systems
    return frozenset([one.system for one in derivations.values()])


def outputs_of(derivations: Mapping[StorePath, Derivation], path: StorePath) -> Mapping[str, Output]:
    """Give what a derivation promises."""
    return derivations.outputs(path) if isinstance(derivations, Linked) else derivations[path].outputs


def _declared(derivation: Derivation) -> tuple[str, ...]:
    """Give the hashes that a derivation declares, in hexadecimal; most declare none."""
    return tuple([output.digest for output in derivation.outputs.values() if isinstance(output, FixedOutput)])


def unreferred(links: Links) -> tuple[StorePath, ...]:
    """Give the derivations that no other takes, sorted."""
    return tuple(sorted(links.derivations.keys() - set().union(*links.derivations.values())))


def joined(one: Links, other: Links) -> Links:
    """Give what is known of two collections of derivations together."""
    if not other.derivations:
        return one
    return Links(
        {**one.derivations, **other.derivations},
        {**one.sources, **other.sources},
        one.systems | other.systems,
        {**one.hashes, **other.hashes},
    )
