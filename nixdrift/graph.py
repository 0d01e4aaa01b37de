"""The graph of one evaluation: an edge ``u -> v`` means that ``u`` takes ``v`` as an input.

Nodes are store paths: of derivations, and of their input sources.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nixdrift.errors import IncompleteGraphError
from nixdrift.model import Derivation, StorePath, name_of, output_path, source_name

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class DerivationGraph:
    """Derivations and what they are built from; complete and without a cycle (see `build_graph`)."""

    derivations: Mapping[StorePath, Derivation]
    edges: "networkx.DiGraph[StorePath]"

    def closure(self, paths: Iterable[StorePath]) -> set[StorePath]:
        """Give all that some nodes are built from, themselves included."""
        return _reach(paths, self.edges.adj)

    def referrers(self, paths: Iterable[StorePath]) -> set[StorePath]:
        """Give all that is built from any of some nodes, themselves included."""
        return _reach((path for path in paths if path in self.edges), self.edges.pred)

    def nearest_first(self, start: StorePath) -> Iterator[StorePath]:
        """Give a node and all that it is built from, each once, the nearest first."""
        seen, pending = {start}, [start]
        for path in pending:
            yield path
            fresh = [used for used in sorted(self.edges.adj[path]) if used not in seen]
            seen.update(fresh)
            pending += fresh

    def direct_referrers(self, path: StorePath) -> Iterator[StorePath]:
        """Give the derivations that take a node as an input themselves."""
        return iter(self.edges.pred[path]) if path in self.edges else iter(())

    def route(
        self, start: StorePath, target: StorePath, avoiding: Callable[[StorePath], bool] | None = None
    ) -> tuple[StorePath, ...]:
        """Give a shortest way from a derivation down to one of its inputs, both included; empty if there is none.

        Derivations for which ``avoiding`` holds are not passed through.
        """
        import networkx

        edges = self.edges
        if avoiding is not None:
            edges = networkx.subgraph_view(edges, filter_node=lambda path: path == target or not avoiding(path))
        try:
            return tuple(networkx.shortest_path(edges, start, target))
        except (networkx.NetworkXNoPath, networkx.NodeNotFound):
            return ()

    @cached_property
    def input_sources(self) -> frozenset[StorePath]:
        """Every input source of every derivation."""
        return frozenset(path for one in self.derivations.values() for path in one.input_sources)

    @cached_property
    def input_sources_by_name(self) -> Mapping[str, tuple[StorePath, ...]]:
        """Name of an input source, without a digest in it → the sources of this name, sorted."""
        found: dict[str, list[StorePath]] = {}
        for path in sorted(self.input_sources):
            found.setdefault(source_name(path), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def output_paths(self) -> frozenset[StorePath]:
        """Every output path that is known after evaluation."""
        paths = (output_path(output) for one in self.derivations.values() for output in one.outputs.values())
        return frozenset(path for path in paths if path is not None)

    @cached_property
    def unreferred(self) -> tuple[StorePath, ...]:
        """The derivations that nobody refers to, sorted."""
        return tuple(sorted(path for path in self.derivations if not self.edges.pred[path]))


def _reach(paths: Iterable[StorePath], neighbours: Mapping[StorePath, Mapping[StorePath, object]]) -> set[StorePath]:
    # One walk from all starts: `networkx.descendants` once per start is quadratic.
    reached = set(paths)
    pending = list(reached)
    while pending:
        for path in neighbours[pending.pop()]:
            if path not in reached:
                reached.add(path)
                pending.append(path)
    return reached


def build_graph(derivations: Mapping[StorePath, Derivation], *, source: str) -> DerivationGraph:
    """Build the graph of some derivations.

    Raises `IncompleteGraphError` where an input derivation is absent, or where an input leads back to itself:
    nothing can be concluded from such a graph. ``source`` is what the message calls it.
    """
    # It takes long to import, and where all is known there is no graph to build.
    import networkx

    edges: networkx.DiGraph[StorePath] = networkx.DiGraph()
    # In sorted order, so that the same derivations give the same routes however they were listed.
    edges.add_nodes_from(sorted(derivations))
    for path, derivation in sorted(derivations.items()):
        for used in sorted(derivation.input_derivations):
            if used not in derivations:
                raise _dangling(source, path, used, derivations)
            edges.add_edge(path, used)
        edges.add_edges_from((path, used) for used in derivation.input_sources)
    if not networkx.is_directed_acyclic_graph(edges):
        around = " -> ".join(name_of(start) for start, _end in networkx.find_cycle(edges))
        raise IncompleteGraphError(
            f"{source}: derivations that are inputs of themselves: {around}",
            hint="Nix makes no such graph; dump it again: nix derivation show --recursive",
        )
    return DerivationGraph(derivations, edges)


def _dangling(
    source: str, path: StorePath, used: StorePath, derivations: Mapping[StorePath, Derivation]
) -> IncompleteGraphError:
    absent = {one for each in derivations.values() for one in each.input_derivations} - set(derivations)
    return IncompleteGraphError(
        f"{source}: incomplete: {name_of(path)} needs {used}, which is not in it ({len(absent)} absent in all)",
        hint="dump the whole closure: nix derivation show --recursive",
    )
