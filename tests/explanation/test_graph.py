"""The affected graph: the ways of changes, where they are broken, and what they move."""

from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given

from nixdrift.affected_graph import AffectedGraph, EdgeKind, NodeKind
from nixdrift.comparison.compare import Comparison
from nixdrift.explanation import affected_graph, own_differences
from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from tests.drawn import Drawn, drawn_worlds
from tests.worlds import STACK, Expression, Files, Revision, edited, make_world, stack

CODE: Files = {"goinstance/main.go": "new\n"}
BOTH: Files = {**CODE, "platform/platform.txt": "new\n"}


def unwired(revision: Revision) -> Mapping[str, StorePath]:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform])}


def vendored(revision: Revision) -> Mapping[str, StorePath]:
    modules = revision.derive("goinstance-modules", [revision.source("goinstance")], fixed="modules")
    return {"goinstance": revision.derive("goinstance-1.0", [], [modules])}


def drawn_of(
    expression: Expression, edit: Mapping[str, str | None], new_expression: Expression | None = None
) -> AffectedGraph:
    world = make_world(expression, STACK, edited(STACK, edit), new_expression=new_expression)
    return affected_graph(world.compare())


def nodes(graph: AffectedGraph) -> set[tuple[str, str, str | None]]:
    return {(one.kind.value, one.name, one.verdict.value if one.verdict else None) for one in graph.nodes}


def edges(graph: AffectedGraph) -> set[tuple[str, str, str, str, str]]:
    ends = [(graph.nodes[one.start], one.kind.value, graph.nodes[one.end]) for one in graph.edges]
    return {(start.kind.value, start.name, kind, end.kind.value, end.name) for start, kind, end in ends}


def broken_ends(graph: AffectedGraph) -> list[str]:
    kinds = [one for one in graph.edges if one.kind is EdgeKind.BROKEN]
    return [graph.nodes[one.end].name for one in kinds if graph.nodes[one.end].kind is not NodeKind.BREAK]


def test_a_change_that_arrives_goes_by_its_input_source() -> None:
    graph = drawn_of(stack, CODE)

    assert nodes(graph) == {
        ("path", "goinstance/main.go", "rebuilt"),
        ("input-source", "goinstance", None),
        ("component", "goinstance", "rebuilt"),
    }
    assert edges(graph) == {
        ("path", "goinstance/main.go", "trace", "input-source", "goinstance"),
        ("input-source", "goinstance", "input", "component", "goinstance"),
    }


def test_the_way_of_a_stale_change_is_broken() -> None:
    graph = drawn_of(unwired, CODE)

    assert ("component", "goinstance", "stale") in nodes(graph)
    assert broken_ends(graph) == ["goinstance"]


def test_a_masked_component_has_a_broken_way_and_what_moved_it() -> None:
    graph = drawn_of(unwired, BOTH)

    assert ("component", "goinstance", "masked") in nodes(graph)
    assert broken_ends(graph) == ["goinstance"]
    assert ("component", "platform", "input", "component", "goinstance") in edges(graph)


def test_the_way_to_a_frozen_component_is_broken_though_it_is_an_input() -> None:
    graph = drawn_of(vendored, CODE)

    assert ("component", "goinstance", "frozen") in nodes(graph)
    assert {
        ("path", "goinstance/main.go", "trace", "input-source", "goinstance"),
        ("input-source", "goinstance", "broken", "break", "goinstance-modules"),
        ("break", "goinstance-modules", "broken", "component", "goinstance"),
    } <= edges(graph)


def test_a_fixed_output_that_hides_a_change_is_a_component_beside_the_break() -> None:
    graph = drawn_of(vendored, CODE)

    assert ("component", "goinstance-modules", "frozen") in nodes(graph)
    assert ("break", "goinstance-modules", "broken", "component", "goinstance-modules") in edges(graph)
    assert ("input-source", "goinstance", "input", "component", "goinstance-modules") not in edges(graph)


def test_a_file_that_is_gone_has_a_way_too() -> None:
    graph = drawn_of(stack, {"goinstance/data/regions.txt": None})

    assert ("path", "goinstance/data/regions.txt", "rebuilt") in nodes(graph)


def test_a_component_that_was_added_has_its_input_sources() -> None:
    world = make_world(lambda revision: {}, STACK, STACK, new_expression=stack)
    graph = affected_graph(world.compare())

    assert {("component", "goinstance", "added"), ("input-source", "goinstance", None)} <= nodes(graph)
    assert ("component", "platform", "input", "component", "goinstance") in edges(graph)


def test_paths_that_go_one_way_are_one_node_with_their_number() -> None:
    graph = drawn_of(stack, {**CODE, "goinstance/data/regions.txt": "us\n"})
    path = next(one for one in graph.nodes if one.kind is NodeKind.PATH)

    assert (path.name, path.number) == ("2 paths in goinstance/", 2)


def test_what_does_not_fit_is_counted() -> None:
    comparison = make_world(unwired, STACK, edited(STACK, BOTH)).compare()
    whole, cut = affected_graph(comparison), affected_graph(comparison, most=4)

    assert whole.left_out == 0
    assert len(cut.nodes) == 4
    assert cut.left_out > 0


def test_the_way_of_a_removed_file_leads_to_the_component_as_it_is_now() -> None:
    graph = drawn_of(stack, {"goinstance/main.go": None})

    components = [one for one in graph.nodes if one.kind is NodeKind.COMPONENT and one.name == "goinstance"]
    assert [(one.component, one.verdict) for one in components] == [("goinstance", Verdict.REBUILT)]


def keys(graph: AffectedGraph) -> set[tuple[StorePath | None, str]]:
    return {(one.store_path, one.name) for one in graph.nodes}


def is_input(comparison: Comparison, graph: AffectedGraph, start: int, end: int) -> bool:
    used, user = graph.nodes[start].store_path, graph.nodes[end].store_path
    adjacent = comparison.after.graph.edges.adj
    return used is not None and user is not None and user in adjacent and used in adjacent[user]


def is_traced(comparison: Comparison, graph: AffectedGraph, start: int, end: int) -> bool:
    """Tell whether a trace has the two nodes one after the other; of a path, the first node stands for any."""
    first, second = (graph.nodes[place].store_path or graph.nodes[place].name for place in (start, end))
    for component in comparison.judgement.components:
        for path in component.paths:
            own = component.component.after or component.component.name
            steps = [own if step.kind == "component" else step.store_path or step.name for step in path.trace]
            if graph.nodes[start].kind is NodeKind.PATH and steps[1:2] == [second]:
                return True
            if (first, second) in pairwise(steps):
                return True
    return False


@given(drawn_worlds(may_be_rewired=True))
def test_every_component_is_in_the_graph_and_every_edge_is_an_input_or_a_step_of_a_trace(drawn: Drawn) -> None:
    with drawn.world() as world:
        comparison = world.compare()
        graph = affected_graph(comparison)
        again = affected_graph(world.compare())

    assert graph == again
    assert list(graph.edges) == sorted(graph.edges, key=lambda one: (one.start, one.end))
    assert len({(one.start, one.end) for one in graph.edges}) == len(graph.edges)
    there = {one.component for one in graph.nodes if one.kind is NodeKind.COMPONENT}
    for judged in comparison.judgement.components:
        assert judged.verdict is Verdict.UNCHANGED or judged.component.name in there
    for edge in graph.edges:
        assert edge.start != edge.end
        arrives = is_input if edge.kind is EdgeKind.INPUT else is_traced
        assert arrives(comparison, graph, edge.start, edge.end), edge


@given(drawn_worlds(may_be_rewired=True))
def test_a_cut_graph_is_no_larger_than_asked_and_has_nothing_that_the_whole_one_lacks(drawn: Drawn) -> None:
    with drawn.world() as world:
        comparison = world.compare()
    whole, cut = affected_graph(comparison), affected_graph(comparison, most=3)

    assert len(cut.nodes) <= 3
    assert keys(cut) <= keys(whole)
    assert (cut.left_out > 0) or len(whole.nodes) - len(cut.nodes) <= sum(
        one.kind in {NodeKind.PATH, NodeKind.BREAK, NodeKind.EVALUATION} for one in whole.nodes
    )


@given(drawn_worlds(may_be_rewired=True))
def test_exactly_the_components_whose_derivation_differs_have_differences(drawn: Drawn) -> None:
    with drawn.world() as world:
        comparison = world.compare()
    pairs = [(one.component.name, one.component.before, one.component.after) for one in comparison.judgement.components]

    assert own_differences(comparison).keys() == {
        name for name, before, after in pairs if before and after and before != after
    }


def test_differences_are_a_components_own_and_the_worst_come_first() -> None:
    comparison = make_world(unwired, STACK, edited(STACK, BOTH)).compare()
    found = own_differences(comparison)

    assert [one.paths for one in found["platform"].sources] == [("platform/platform.txt",)]
    assert found["goinstance"].sources == ()
    assert list(own_differences(comparison, most=1)) == ["goinstance"]
