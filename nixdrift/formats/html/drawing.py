"""The affected graph: its data for the script that draws it, and the same in words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nixdrift.formats.html.shell import data
from nixdrift.report.page import counted

MOST_WORDS = 5000
"""So many edges are also told in words."""

_KINDS = {
    "path": "changed path",
    "input-source": "input source",
    "evaluation": "evaluation",
    "break": "break",
    "derivation": "derivation",
    "component": "component",
}
_WAYS = {"input": "is an input of", "trace": "leads to", "broken": "should lead to, and does not"}
_RANK = {"broken": 0, "trace": 1, "input": 2}


def drawing(graph: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Give what the page shows of a graph; None where there is nothing in it."""
    if graph is None or not graph["nodes"]:
        return None
    nodes, edges = graph["nodes"], graph["edges"]
    ranked = sorted(edges, key=lambda edge: (_RANK[edge["kind"]], edge["start"], edge["end"]))
    return {
        "data": data({"nodes": nodes, "edges": edges}),
        "numbers": ", ".join(_numbers(nodes)),
        "edges": [_told(edge, nodes) for edge in ranked[:MOST_WORDS]],
        "edges_left_out": max(0, len(edges) - MOST_WORDS),
        "left_out": graph["left_out"],
        "kinds": [{"kind": kind, "name": name} for kind, name in _KINDS.items() if _has(nodes, kind)],
    }


def _has(nodes: Sequence[Mapping[str, Any]], kind: str) -> bool:
    return any(node["kind"] == kind for node in nodes)


def _numbers(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter(node["kind"] for node in nodes)
    for kind, name in _KINDS.items():
        if counts[kind]:
            yield counted(counts[kind], name)


def _told(edge: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    start, end = nodes[edge["start"]], nodes[edge["end"]]
    return {
        "kind": edge["kind"],
        "way": _WAYS[edge["kind"]],
        "start": start["name"],
        "start_kind": _KINDS[start["kind"]],
        "end": end["name"],
        "end_kind": _KINDS[end["kind"]],
    }
