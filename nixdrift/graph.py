"""The graph of one evaluation: an edge ``u -> v`` means that ``u`` takes ``v`` as an input.

Nodes are store paths: of derivations, and of their input sources. It is walked as plain mappings, which are there as
soon as the derivations are read; `DerivationGraph.edges` is the same as a graph of networkx, made when asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nixdrift.errors import IncompleteGraphError
from nixdrift.links import Links, links_of, outputs_of, unreferred
from nixdrift.model import Derivation, Output, StorePath, name_of, source_name

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class DerivationGraph:
    """Derivations and what they are built from; complete and without a cycle (see `build_graph`)."""

    derivations: Mapping[StorePath, Derivation]
    links: Links

    def __contains__(self, path: StorePath) -> bool:
        """Tell whether something is a node: a derivation, or an input source of one."""
        return path in self.links.derivations or path in self.input_sources

    def inputs(self, path: StorePath) -> tuple[StorePath, ...]:
        """Give what a derivation takes itself, derivations and sources; an input source takes nothing."""
        return self.links.derivations.get(path, ()) + self.links.sources.get(path, ())

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Give what a derivation promises; without reading the rest of it where that is left for later."""
        return outputs_of(self.derivations, path)

    def closure(self, paths: Iterable[StorePath]) -> set[StorePath]:
        """Give all that some nodes are built from, themselves included."""
        return _reach(paths, self.inputs)

    def referrers(self, paths: Iterable[StorePath]) -> set[StorePath]:
        """Give all that is built from any of some nodes, themselves included."""
        return _reach((path for path in paths if path in self), self.direct_referrers)

    def nearest_first(self, start: StorePath) -> Iterator[StorePath]:
        """Give a node and all that it is built from, each once, the nearest first."""
        seen, pending = {start}, [start]
        for path in pending:
            yield path
            fresh = [used for used in sorted(self.inputs(path)) if used not in seen]
            seen.update(fresh)
            pending += fresh

    def direct_referrers(self, path: StorePath) -> Sequence[StorePath]:
        """Give the derivations that take a node as an input themselves, sorted."""
        return self._referrers.get(path, ())

    @cached_property
    def _referrers(self) -> Mapping[StorePath, Sequence[StorePath]]:
        found: dict[StorePath, list[StorePath]] = {}
        for links in (self.links.derivations, self.links.sources):
            for path in sorted(links):
                for used in links[path]:
                    if used in found:
                        found[used].append(path)
                    else:
                        found[used] = [path]
        return found

    def route(
        self, start: StorePath, target: StorePath, avoiding: Callable[[StorePath], bool] | None = None
    ) -> tuple[StorePath, ...]:
        """Give a shortest way from a derivation down to one of its inputs, both included; empty if there is none.

        Derivations for which ``avoiding`` holds are not passed through.
        """
        # Only what lies between the two can be on a way: a small part of most graphs.
        between = self.closure([start]) & self.referrers([target]) if start in self else set()
        if avoiding is not None:
            between = {path for path in between if path == target or not avoiding(path)}
        if start not in between:
            return ()
        # In sorted order, so that the same derivations give the same routes however they were listed.
        return _shortest_way(
            start,
            target,
            lambda path: (used for used in sorted(self.inputs(path)) if used in between),
            lambda path: (user for user in self.direct_referrers(path) if user in between),
        )

    @cached_property
    def edges(self) -> "networkx.DiGraph[StorePath]":
        """The graph as one of networkx."""
        import networkx

        found: networkx.DiGraph[StorePath] = networkx.DiGraph()
        found.add_nodes_from(sorted({*self.links.derivations, *self.input_sources}))
        for path in sorted(self.links.derivations):
            found.add_edges_from((path, used) for used in sorted(self.inputs(path)))
        return found

    @cached_property
    def input_sources(self) -> frozenset[StorePath]:
        """Every input source of every derivation."""
        return frozenset().union(*self.links.sources.values())

    @cached_property
    def input_sources_by_name(self) -> Mapping[str, tuple[StorePath, ...]]:
        """Name of an input source, without a digest in it → the sources of this name, sorted."""
        found: dict[str, list[StorePath]] = {}
        for path in sorted(self.input_sources):
            found.setdefault(source_name(path), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def unreferred(self) -> tuple[StorePath, ...]:
        """The derivations that nobody refers to, sorted."""
        return unreferred(self.links)


def _reach(paths: Iterable[StorePath], neighbours: Callable[[StorePath], Iterable[StorePath]]) -> set[StorePath]:
    # One walk from all starts: `networkx.descendants` once per start is quadratic.
    reached = set(paths)
    pending = list(reached)
    while pending:
        fresh = [path for path in neighbours(pending.pop()) if path not in reached]
        reached.update(fresh)
        pending += fresh
    return reached


_Neighbours = Callable[[StorePath], Iterable[StorePath]]


def _shortest_way(
    start: StorePath, target: StorePath, inputs: _Neighbours, referrers: _Neighbours
) -> tuple[StorePath, ...]:
    """Give a shortest way, searched from both ends, level by level, always from the end with less to look at.

    As `networkx.shortest_path` does, which gives the same one, and takes longer to import than most searches.
    """
    before: dict[StorePath, StorePath | None] = {start: None}
    after: dict[StorePath, StorePath | None] = {target: None}
    upper, lower = [start], [target]
    met = start if start == target else None
    while met is None and upper and lower:
        if len(upper) <= len(lower):
            upper, met = _next_level(upper, inputs, before, after)
        else:
            lower, met = _next_level(lower, referrers, after, before)
    if met is None:
        return ()
    return (*reversed(_followed(met, before)), *_followed(met, after)[1:])


def _next_level(
    level: Iterable[StorePath],
    neighbours: _Neighbours,
    known: dict[StorePath, StorePath | None],
    others: Mapping[StorePath, StorePath | None],
) -> tuple[list[StorePath], StorePath | None]:
    """Go one step further; give where that leads to, and the first place that was reached from the other end."""
    found = []
    for path in level:
        for one in neighbours(path):
            if one not in known:
                known[one] = path
                found.append(one)
                if one in others:
                    return found, one
    return found, None


def _followed(start: StorePath, links: Mapping[StorePath, StorePath | None]) -> list[StorePath]:
    found, path = [start], links[start]
    while path is not None:
        found.append(path)
        path = links[path]
    return found


def build_graph(
    derivations: Mapping[StorePath, Derivation], *, source: str, beside: DerivationGraph | None = None
) -> DerivationGraph:
    """Build the graph of some derivations.

    Raises `IncompleteGraphError` where an input derivation is absent, or where an input leads back to itself:
    nothing can be concluded from such a graph. ``source`` is what the message calls it. What takes the same as in the
    graph ``beside`` it is not looked at again.
    """
    links = links_of(derivations)
    known = beside.links.derivations if beside is not None else {}
    fresh = {path: used for path, used in links.derivations.items() if known.get(path) is not used}
    absent = set().union(*fresh.values()) - links.derivations.keys()
    if absent:
        raise _dangling(source, fresh, absent)
    if around := _cycle(fresh, links.derivations):
        raise IncompleteGraphError(
            f"{source}: derivations that are inputs of themselves: {' -> '.join(map(name_of, around))}",
            hint="Nix makes no such graph; dump it again: nix derivation show --recursive",
        )
    return DerivationGraph(derivations, links)


def _cycle(
    fresh: Mapping[StorePath, tuple[StorePath, ...]], inputs: Mapping[StorePath, tuple[StorePath, ...]]
) -> tuple[StorePath, ...]:
    """Give derivations of which each is an input of the next, and the last one of the first; mostly there are none."""
    done = set(inputs.keys() - fresh.keys())
    opened: dict[StorePath, None] = {}
    for start in fresh:
        pending = [] if start in done else [start]
        while pending:
            path = pending[-1]
            left = [used for used in inputs[path] if used not in done]
            if not left:
                done.add(pending.pop())
                opened.pop(path, None)
                continue
            opened[path] = None
            for used in left:
                if used in opened:
                    way = list(opened)
                    return tuple(way[way.index(used) :])
            pending += left
    return ()


def _dangling(
    source: str, inputs: Mapping[StorePath, tuple[StorePath, ...]], absent: set[StorePath]
) -> IncompleteGraphError:
    path, used = min((path, one) for path, used in inputs.items() for one in used if one in absent)
    return IncompleteGraphError(
        f"{source}: incomplete: {name_of(path)} needs {used}, which is not in it ({len(absent)} absent in all)",
        hint="dump the whole closure: nix derivation show --recursive",
    )
