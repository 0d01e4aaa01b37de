"""What only one of two graphs has.

A derivation that is in both has the same closure there: whatever tells two revisions apart lies in the derivations
that only one of them has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nixdrift.graph import DerivationGraph
from nixdrift.model import StorePath, derivation_name, name_of, output_path


@dataclass(frozen=True)
class Apart:
    """A graph, and another one beside it."""

    graph: DerivationGraph
    other: DerivationGraph

    @cached_property
    def derivations(self) -> frozenset[StorePath]:
        """The derivations that only this graph has."""
        return frozenset(self.graph.derivations.keys() - self.other.derivations.keys())

    @cached_property
    def sources(self) -> frozenset[StorePath]:
        """The input sources that only this graph has."""
        return self.graph.input_sources - self.other.input_sources

    @cached_property
    def outputs(self) -> frozenset[StorePath]:
        """The output paths of the derivations that only this graph has: others may promise the same."""
        paths = (output_path(one) for path in self.derivations for one in self.graph.derivations[path].outputs.values())
        return frozenset(path for path in paths if path is not None)

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[StorePath]]:
        """Name → the derivations of this name that only this graph has, sorted."""
        return _by_name(sorted(self.derivations))

    def promises(self, path: StorePath) -> bool:
        """Tell whether a store path is an output of a derivation of this graph, known after evaluation."""
        return path in self.outputs or any(
            path == output_path(output)
            for one in self._shared_with_name_of(path)
            for output in self.graph.outputs(one).values()
        )

    def _shared_with_name_of(self, path: StorePath) -> Iterator[StorePath]:
        # An output is called as its derivation is, and `-` and the output's own name after that unless it is `out`.
        name = name_of(path)
        if name.partition("-")[0] not in self._first_words_of_shared:
            return iter(())
        ends = (place for place, character in enumerate(f"{name}-") if character == "-")
        return (one for end in ends for one in self._shared_by_name.get(name[:end], ()))

    @cached_property
    def _first_words_of_shared(self) -> frozenset[str]:
        return frozenset(name.partition("-")[0] for name in self._shared_by_name)

    @cached_property
    def _shared_by_name(self) -> Mapping[str, Sequence[StorePath]]:
        return _by_name(self.graph.derivations.keys() & self.other.derivations.keys())


def _by_name(paths: Iterable[StorePath]) -> Mapping[str, Sequence[StorePath]]:
    found: dict[str, list[StorePath]] = {}
    for path in paths:
        found.setdefault(derivation_name(path), []).append(path)
    return found
