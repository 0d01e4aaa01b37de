"""Graphviz: the affected graph, drawn from left to right by ``dot -Tsvg``."""

from collections.abc import Iterator, Mapping

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.formats.drawing import BROKEN_COLOUR, COLOURS, TEXT_COLOUR, failed_names, label_of, name_of_node
from nixdrift.report import Report

_SHAPES: Mapping[NodeKind, str] = {
    NodeKind.PATH: "note",
    NodeKind.INPUT_SOURCE: "folder",
    NodeKind.EVALUATION: "oval",
    NodeKind.BREAK: "octagon",
    NodeKind.DERIVATION: "box",
    NodeKind.COMPONENT: "component",
}

_EDGES: Mapping[EdgeKind, str] = {
    EdgeKind.INPUT: "",
    EdgeKind.TRACE: " [style=dashed]",
    EdgeKind.BROKEN: f' [style="dashed,bold", color="{BROKEN_COLOUR}"]',
}


def render(report: Report) -> bytes:
    """Write the affected graph of a report for Graphviz."""
    lines = [
        "digraph nixdrift {",
        "  rankdir=LR;",
        f'  node [shape=box, style=filled, fillcolor="#ffffff", fontcolor="{TEXT_COLOUR}", fontname="sans-serif"];',
        *_body(report.graph or AffectedGraph((), ())),
        *_failed(report),
        "}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _body(graph: AffectedGraph) -> Iterator[str]:
    yield from (f"  {_node(place, node)}" for place, node in enumerate(graph.nodes))
    yield from (f"  {_edge(edge)}" for edge in graph.edges)
    if graph.left_out:
        yield f'  left_out [shape=plaintext, label="and {graph.left_out:,} more, which did not fit"];'


def _failed(report: Report) -> Iterator[str]:
    names = failed_names(report)
    if names:
        label = quoted(f"not judged: {len(names):,} attributes do not evaluate")
        yield f'  failed [label={label}, tooltip={quoted(", ".join(names))}, shape=octagon, color="{BROKEN_COLOUR}"];'


def _node(place: int, node: AffectedNode) -> str:
    words = [node.kind.value, name_of_node(node), *([node.verdict.value] if node.verdict else []), node.store_path]
    tooltip = ", ".join(filter(None, words))
    colour = BROKEN_COLOUR if node.kind is NodeKind.BREAK else None
    attributes = {
        "label": quoted(label_of(node)),
        "tooltip": quoted(tooltip),
        "shape": _SHAPES[node.kind],
        **({"fillcolor": quoted(COLOURS[node.verdict])} if node.verdict else {}),
        **({"color": quoted(colour), "fontcolor": quoted(colour)} if colour else {}),
    }
    return f"n{place} [{', '.join(f'{name}={value}' for name, value in attributes.items())}];"


def _edge(edge: AffectedEdge) -> str:
    return f"n{edge.start} -> n{edge.end}{_EDGES[edge.kind]};"


def quoted(text: str) -> str:
    """Quote a text, so that Graphviz shows it as it is: neither escapes nor entities are in it."""
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') + '"'
