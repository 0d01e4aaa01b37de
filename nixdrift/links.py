"""What derivations take, and no more of them: enough to walk the graph, and cheap to read.

A collection of derivations may know this of all without having read the rest of each (see
`nixdrift.derivation.recorded`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nixdrift.model import Derivation, StorePath


@dataclass(frozen=True, slots=True)
class Links:
    """Derivation → the derivations, and → the input sources that it takes; both mappings have all derivations."""

    derivations: Mapping[StorePath, tuple[StorePath, ...]]
    sources: Mapping[StorePath, tuple[StorePath, ...]]
    systems: frozenset[str]
    """The systems that they are built on."""


@runtime_checkable
class HasLinks(Protocol):
    """Derivations that know what they take."""

    @property
    def links(self) -> Links:
        """What each of them takes."""


def links_of(derivations: Mapping[StorePath, Derivation]) -> Links:
    """Give what some derivations take."""
    if isinstance(derivations, HasLinks):
        return derivations.links
    return Links(
        {path: tuple(one.input_derivations) for path, one in derivations.items()},
        {path: one.input_sources for path, one in derivations.items()},
        frozenset([one.system for one in derivations.values()]),
    )


def unreferred(links: Links) -> tuple[StorePath, ...]:
    """Give the derivations that no other takes, sorted."""
    return tuple(sorted(links.derivations.keys() - set().union(*links.derivations.values())))
