"""The graph: complete, without a cycle, and walked in both directions."""

from dataclasses import replace

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.errors import IncompleteGraphError
from nixdrift.graph import DerivationGraph, build_graph
from nixdrift.links import Links
from nixdrift.model import InputDerivation, StorePath, name_of
from tests.worlds import STACK, Revision

USED = InputDerivation(("out",), {})


def diamond() -> tuple[DerivationGraph, dict[str, StorePath]]:
    """Build top on left and right, and those on bottom, which takes a source."""
    revision = Revision(STACK)
    source = revision.source("platform")
    bottom = revision.derive("bottom", [source])
    left, right = revision.derive("left", [], [bottom]), revision.derive("right", [], [bottom])
    top = revision.derive("top", [], [left, right])
    alone = revision.derive("alone")
    graph = build_graph(revision.derivations, source="the dump")
    return graph, dict(source=source, bottom=bottom, left=left, right=right, top=top, alone=alone)  # noqa: C408


def test_a_closure_is_all_that_something_is_built_from_itself_included() -> None:
    graph, at = diamond()

    assert graph.closure([at["left"]]) == {at["left"], at["bottom"], at["source"]}
    assert graph.closure([at["alone"], at["source"]]) == {at["alone"], at["source"]}
    assert graph.closure([]) == set()


def test_referrers_are_all_that_is_built_from_something_itself_included() -> None:
    graph, at = diamond()

    assert graph.referrers([at["source"]]) == {at[name] for name in ("source", "bottom", "left", "right", "top")}
    assert set(graph.direct_referrers(at["bottom"])) == {at["left"], at["right"]}


def test_nothing_refers_to_what_is_not_in_the_graph() -> None:
    graph, _at = diamond()
    absent = StorePath(f"{'z' * 32}-absent")

    assert graph.referrers([absent]) == set()
    assert list(graph.direct_referrers(absent)) == []
    assert graph.route(absent, absent) == ()


def test_a_route_leads_down_from_a_derivation_to_its_input() -> None:
    graph, at = diamond()

    route = graph.route(at["top"], at["source"])

    assert [name_of(path) for path in route][-2:] == ["bottom.drv", "platform"]
    assert len(route) == 4
    assert graph.route(at["bottom"], at["top"]) == ()


def test_a_route_goes_around_what_it_is_to_avoid_though_its_target_may_be_that() -> None:
    graph, at = diamond()

    around = graph.route(at["top"], at["source"], avoiding=lambda path: path == at["left"])

    assert at["right"] in around
    assert graph.route(at["top"], at["source"], avoiding=lambda path: path == at["bottom"]) == ()
    assert graph.route(at["top"], at["bottom"], avoiding=lambda path: path == at["bottom"])


def test_what_is_known_of_all_derivations_is_collected() -> None:
    graph, at = diamond()

    assert graph.input_sources == {at["source"]}
    assert graph.unreferred == tuple(sorted([at["top"], at["alone"]]))


def test_a_graph_in_which_an_input_is_absent_is_refused() -> None:
    graph, at = diamond()
    torn = {path: one for path, one in graph.derivations.items() if path != at["bottom"]}

    with pytest.raises(IncompleteGraphError, match=r"the dump.*bottom"):
        build_graph(torn, source="the dump")


def test_a_graph_in_which_something_is_its_own_input_is_refused() -> None:
    graph, at = diamond()
    looped = replace(graph.derivations[at["bottom"]], input_derivations={at["top"]: USED})

    with pytest.raises(IncompleteGraphError, match="the dump"):
        build_graph({**graph.derivations, at["bottom"]: looped}, source="the dump")


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda edge: edge[0] < edge[1])))
def test_a_route_is_the_one_that_networkx_finds(numbers: set[tuple[int, int]]) -> None:
    paths = [StorePath(f"{number * 7 % 10}.drv") for number in range(10)]
    inputs = {path: tuple(paths[used] for user, used in numbers if paths[user] == path) for path in paths}
    graph = DerivationGraph({}, Links(inputs, dict.fromkeys(paths, ()), frozenset(), {}))

    def expected(start: StorePath, target: StorePath) -> tuple[StorePath, ...]:
        between = networkx.descendants(graph.edges, start) & networkx.ancestors(graph.edges, target) | {start, target}
        # In the order of the whole graph's: a view of a part would give its nodes in another one.
        part: networkx.DiGraph[StorePath] = networkx.DiGraph()
        part.add_nodes_from(sorted(between))
        part.add_edges_from(edge for edge in graph.edges.edges if between.issuperset(edge))
        return tuple(networkx.shortest_path(part, start, target)) if networkx.has_path(part, start, target) else ()

    for start in paths:
        for target in paths:
            assert graph.route(start, target) == expected(start, target)
