"""GraphML: the affected graph, for programs that analyse graphs (networkx, Gephi, yEd)."""

import networkx

from nixdrift.affected_graph import AffectedGraph, AffectedNode
from nixdrift.formats.drawing import failed_names, name_of_node
from nixdrift.report import Report
from nixdrift.report.escapes import clean


def render(report: Report) -> bytes:
    """Write the affected graph of a report as GraphML."""
    graph = networkx_graph(report.graph)
    graph.graph["not_evaluated"] = len(failed_names(report))
    lines = networkx.generate_graphml(graph, named_key_ids=True)
    return ("\n".join(lines) + "\n").encode()


def networkx_graph(graph: AffectedGraph | None) -> "networkx.DiGraph[str]":
    """Give the affected graph as networkx has it: nodes ``n0``, ``n1`` … in the report's order, with attributes."""
    found: networkx.DiGraph[str] = networkx.DiGraph()
    for place, node in enumerate(graph.nodes if graph else ()):
        found.add_node(f"n{place}", **_attributes(node))
    for edge in graph.edges if graph else ():
        found.add_edge(f"n{edge.start}", f"n{edge.end}", edge_kind=edge.kind.value)
    found.graph["left_out"] = graph.left_out if graph else 0
    return found


def _attributes(node: AffectedNode) -> dict[str, str | int]:
    """Give what is known of a node; XML cannot hold every character, even escaped."""
    optional = {
        "verdict": node.verdict.value if node.verdict else None,
        "component": node.component,
        "store_path": node.store_path,
    }
    known = {name: clean(text) for name, text in optional.items() if text is not None}
    return {"kind": node.kind.value, "name": name_of_node(node), "number": node.number, **known}
