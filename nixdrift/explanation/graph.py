"""Draw the affected graph from a comparison: the ways of the changed paths, and what head alone has."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.reach import Reach
from nixdrift.judgement import ComponentJudgement, PathJudgement, TraceStep, Verdict
from nixdrift.model import StorePath, name_of

MOST_NODES = 5000
"""How many nodes a graph has at most: more than anybody looks at, and as many as a browser draws."""

_TRACED = {kind.value: kind for kind in NodeKind}

Key = tuple[str, ...]
"""What a node is told by: its store path, or all that is said of it."""


def affected_graph(comparison: Comparison, *, most: int = MOST_NODES) -> AffectedGraph:
    """Give the changed paths, the components that they belong to or move, and all between them.

    The ways of the changed paths come first, then what is nearest to the worst components; what does not fit is
    counted.
    """
    head = comparison.sight.head
    judged = [one for one in comparison.judgement.components if one.verdict is not Verdict.UNCHANGED or one.paths]
    ranked = sorted(judged, key=lambda one: (not one.paths, -one.verdict.severity, one.component.name))
    drawing = _Drawing(most, dict(map(_component, ranked)))
    for one in ranked:
        if one.paths:
            drawing.add(*_component(one))
            for group in _groups(one.paths):
                drawing.add_way(one, group)
    return drawing.finished(head, left_out=drawing.add_below(head))


def _component(judged: ComponentJudgement) -> tuple[Key, AffectedNode]:
    """Give a component as the derivation that it is at head."""
    component, after = judged.component, judged.component.after
    key: Key = (after,) if after else ("component", component.name)
    return key, AffectedNode(NodeKind.COMPONENT, component.name, after, component.name, judged.verdict)


def _groups(paths: Sequence[PathJudgement]) -> Iterator[Sequence[PathJudgement]]:
    """Give the changed paths of a component that go the same way together."""
    groups: dict[object, list[PathJudgement]] = {}
    for path in paths:
        groups.setdefault((path.verdict, path.trace[1:]), []).append(path)
    return iter(groups.values())


def _named(paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return shown(paths[0])
    directory = os.path.commonpath(paths)
    where = f" in {shown(directory)}/" if directory else ""
    return f"{len(paths):,} paths{where}"


def _key(step: TraceStep, component: str) -> Key:
    if step.kind == NodeKind.BREAK.value:
        # A fixed output that hides a change may be a component itself, and that is another node.
        return (step.kind, step.store_path or step.name, component)
    if step.store_path is not None:
        return (step.store_path,)
    return (step.kind, step.name, component)


@dataclass
class _Drawing:
    """A graph that is being drawn."""

    most: int
    components: Mapping[Key, AffectedNode]
    """All that belong in it, worst first; the way of a change may lead to one through another."""
    nodes: dict[Key, AffectedNode] = field(default_factory=dict)
    edges: dict[tuple[Key, Key], EdgeKind] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return len(self.nodes) >= self.most

    def add(self, key: Key, node: AffectedNode) -> bool:
        """Add a node, where it still fits; tell whether it is there."""
        if key not in self.nodes and not self.is_full:
            self.nodes[key] = self.components.get(key, node)
        return key in self.nodes

    def add_way(self, judged: ComponentJudgement, group: Sequence[PathJudgement]) -> None:
        """Add the way that some changed paths go to a component, with the break that is on it."""
        component, first = judged.component.name, group[0]
        paths = [path.change.path for path in group]
        start: Key = ("path", *paths)
        node = AffectedNode(NodeKind.PATH, _named(paths), verdict=first.verdict, number=len(paths))
        known = self.nodes.get(start)
        if known and known.verdict and known.verdict.severity < first.verdict.severity:
            self.nodes[start] = node
        # What is gone went through base's derivation: it is the same component all the same.
        steps = [(start, node)] + [
            _component(judged)
            if step.kind == NodeKind.COMPONENT.value
            else (_key(step, component), _node(step, component))
            for step in first.trace[1:]
        ]
        for before, after in pairwise(steps):
            if self.add(*before) and self.add(*after):
                is_broken = NodeKind.BREAK in {before[1].kind, after[1].kind}
                self.edges.setdefault((before[0], after[0]), EdgeKind.BROKEN if is_broken else EdgeKind.TRACE)

    def add_below(self, head: Reach) -> int:
        """Add what head alone has below each component, nearest first; give how much of all did not fit."""
        new, seen, left_out = _only_at_head(head), set[Key](), 0
        for key in (*self.nodes, *self.components):
            pending = deque([key])
            while pending:
                one = pending.popleft()
                if one in seen:
                    continue
                seen.add(one)
                left_out += one not in self.nodes and not self.add(one, self.components.get(one) or _plain(head, one))
                pending.extend((used,) for used in sorted(new.get(StorePath(one[0]), ())))
        return left_out

    def finished(self, head: Reach, left_out: int) -> AffectedGraph:
        """Give the graph, sorted."""
        for key, used in _inputs(head, self.nodes):
            if self.edges.get((used, key)) is not EdgeKind.BROKEN:
                self.edges[used, key] = EdgeKind.INPUT
        order = list(NodeKind)
        keys = sorted(self.nodes, key=lambda key: (order.index(self.nodes[key].kind), self.nodes[key].name, key))
        places = {key: place for place, key in enumerate(keys)}
        edges = (AffectedEdge(places[start], places[end], kind) for (start, end), kind in self.edges.items())
        by_place = sorted(edges, key=lambda edge: (edge.start, edge.end))
        return AffectedGraph(tuple(self.nodes[key] for key in keys), tuple(by_place), left_out)


def _node(step: TraceStep, component: str) -> AffectedNode:
    kind = _TRACED[step.kind]
    return AffectedNode(kind, step.name, step.store_path, component if kind is NodeKind.BREAK else None)


def _only_at_head(head: Reach) -> Mapping[StorePath, Iterable[StorePath]]:
    """Give the derivations that head alone has, each with those of its inputs that head alone has, too.

    Fixed outputs that are the same as before are not among them: nothing comes through.
    """
    new = {path for path in head.own.derivations if not head.is_barrier(path)}
    fresh = new | head.own.sources
    return {path: [used for used in head.graph.inputs(path) if used in fresh] for path in new}


def _inputs(head: Reach, nodes: Mapping[Key, AffectedNode]) -> Iterator[tuple[Key, Key]]:
    """Give the nodes that take another node as an input, each with it; not those that nothing comes through."""
    for key in nodes:
        path = StorePath(key[0])
        if len(key) == 1 and path in head.graph.derivations and not head.is_barrier(path):
            yield from ((key, (used,)) for used in head.graph.inputs(path) if (used,) in nodes)


def _plain(head: Reach, key: Key) -> AffectedNode:
    """Give a derivation that is no component, or an input source."""
    path = StorePath(key[0])
    derivation = head.graph.derivations.get(path)
    kind = NodeKind.INPUT_SOURCE if derivation is None else NodeKind.DERIVATION
    return AffectedNode(kind, name_of(path) if derivation is None else derivation.name, path)
