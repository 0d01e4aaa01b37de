"""The affected graph as GraphML: what networkx reads is the graph of the report."""

import xml.etree.ElementTree as ElementTree

import networkx
from hypothesis import given

from nixdrift.affected_graph import AffectedGraph
from nixdrift.formats import render
from nixdrift.report import Report
from nixdrift.report.escapes import clean
from tests.formats.hostile import hostile_reports
from tests.reports import REPORTS


def read(report: Report) -> "networkx.DiGraph[str]":
    return networkx.parse_graphml(render("graphml", report).decode())


def test_the_graph_has_the_verdicts_and_the_broken_ways() -> None:
    graph = read(REPORTS["masked"]())
    components = {one["name"]: one["verdict"] for _, one in graph.nodes(data=True) if one["kind"] == "component"}

    assert components == {"goinstance": "masked", "platform": "rebuilt"}
    assert "broken" in {one["edge_kind"] for _, _, one in graph.edges(data=True)}


@given(hostile_reports())
def test_every_node_and_edge_is_read_back_whatever_its_name(report: Report) -> None:
    graph, there = read(report), report.graph or AffectedGraph((), ())

    assert [one["name"] for _, one in graph.nodes(data=True)] == [clean(one.name) for one in there.nodes]
    assert [one["number"] for _, one in graph.nodes(data=True)] == [one.number for one in there.nodes]
    assert set(graph.edges) == {(f"n{one.start}", f"n{one.end}") for one in there.edges}
    assert graph.graph.get("left_out", 0) == there.left_out


@given(hostile_reports())
def test_every_key_is_declared_once(report: Report) -> None:
    document = ElementTree.fromstring(render("graphml", report))  # noqa: S314
    keys = [one.get("id") for one in document.iter() if one.tag.endswith("}key")]
    used = {one.get("key") for one in document.iter() if one.tag.endswith("}data")}

    assert len(keys) == len(set(keys))
    assert used <= set(keys)
