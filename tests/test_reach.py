"""What a changed input can reach, where a fixed output stops it, and what cannot be told."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given

from nixdrift.comparison.reach import Reach, reach_of_both, signature
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.graph import build_graph
from nixdrift.model import StorePath
from tests.drawn import Drawn, drawn_worlds
from tests.worlds import STACK, Expression, Revision, World, edited, make_world

Roots = Mapping[str, StorePath]

CHANGED = edited(STACK, {"goinstance/main.go": "new\n"})


def reaches(world: World) -> tuple[Reach, Reach]:
    """Give both ends of a world as `nixdrift.comparison.compare` would make them."""
    bare = [
        Side(one, build_graph(one.derivations, source="the world"), tree, {})
        for one, tree in ((world.base, world.base_tree), (world.head, world.head_tree))
    ]
    tracer: Tracer = world.tracer()
    base, head = (
        Side(side.evaluation, side.graph, tree, tracer.trace(side, other, tree, world.changes, ()))
        for side, other, tree in ((bare[0], bare[1], world.base_tree), (bare[1], bare[0], world.head_tree))
    )
    return reach_of_both(base, head)


def names(reach: Reach, paths: AbstractSet[StorePath]) -> set[str]:
    return {reach.graph.derivations[path].name for path in paths}


def vendored(declared: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        source = revision.source("goinstance")
        modules = revision.derive("modules", [source], fixed=declared)
        return {
            "behind": revision.derive("behind", [], [modules]),
            "beside": revision.derive("beside", [source], [modules]),
        }

    return expression


def test_an_input_reaches_what_is_built_from_it_up_to_a_fixed_output_that_is_the_same_on_both_sides() -> None:
    _base, head = reaches(make_world(vendored("same"), STACK, CHANGED))

    reached = head.from_inputs(head.graph.input_sources)

    assert names(head, reached.effectively) == {"beside"}
    assert names(head, reached.behind_barrier) == {"modules", "behind"}


def test_a_fixed_output_whose_hash_was_refreshed_stops_nothing() -> None:
    _base, head = reaches(make_world(vendored("old"), STACK, CHANGED, new_expression=vendored("new")))

    reached = head.from_inputs(head.graph.input_sources)

    assert names(head, reached.effectively) == {"modules", "behind", "beside"}
    assert reached.behind_barrier == frozenset()


def test_what_is_in_no_graph_reaches_nothing() -> None:
    _base, head = reaches(make_world(vendored("same"), STACK, CHANGED))

    reached = head.from_inputs([StorePath(f"{'z' * 32}-absent")])

    assert (reached.effectively, reached.behind_barrier) == (frozenset(), frozenset())


def uncertain(reach: Reach) -> set[str]:
    return names(reach, {path for path in reach.graph.derivations if reach.is_uncertain(path)})


def filtered(revision: Revision) -> Roots:
    source = revision.source("goinstance", "hidden", keep=lambda path: path == "main.go")
    below = revision.derive("below", [source])
    return {"app": revision.derive("app", [], [below]), "other": revision.derive("other")}


def test_a_source_that_differs_and_cannot_be_traced_makes_uncertain_whatever_is_built_from_it() -> None:
    _base, head = reaches(make_world(filtered, STACK, CHANGED))

    assert {path[33:] for path in head.opaque_sources} == {"hidden"}
    assert uncertain(head) == {"below", "app"}


def test_a_source_that_is_the_same_on_both_sides_makes_nothing_uncertain() -> None:
    _base, head = reaches(make_world(filtered, STACK, edited(STACK, {"platform/platform.txt": "two\n"})))

    assert uncertain(head) == set()


def redefined(text: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        below = revision.derive("below", [revision.source("goinstance")], env={"text": text})
        return {"app": revision.derive("app", [], [below])}

    return expression


def test_a_definition_that_differs_by_more_than_its_inputs_is_unexplained_and_what_is_built_from_it_uncertain() -> None:
    _base, head = reaches(make_world(redefined("old"), STACK, CHANGED, new_expression=redefined("new")))

    assert names(head, head.unexplained) == {"below"}
    assert uncertain(head) == {"below", "app"}


def test_a_definition_that_differs_only_by_what_it_takes_is_explained() -> None:
    _base, head = reaches(make_world(redefined("same"), STACK, CHANGED))

    assert names(head, head.unexplained) == set()
    assert uncertain(head) == set()


@pytest.mark.parametrize("difference", [{"text": "new"}, {"extra": ""}])
def test_the_signature_of_a_derivation_tells_definitions_apart(difference: Mapping[str, str]) -> None:
    revision = Revision(STACK)
    one = revision.derivations[revision.derive("app", env={"text": "old"})]
    other = revision.derivations[revision.derive("app", env={"text": "old", **difference})]

    assert signature(one, {}) != signature(other, {})


def test_the_signature_of_a_derivation_leaves_out_the_digests_that_differ() -> None:
    before, after = Revision(STACK), Revision(CHANGED)
    one, other = (each.derivations[each.derive("app", [each.source("goinstance")])] for each in (before, after))
    paths = (path for each in (one, other) for path in (*each.input_sources, each.env["out"].rpartition("/")[2]))
    digests = {path[:32]: "" for path in paths}

    assert signature(one, {}) != signature(other, {})
    assert signature(one, digests) == signature(other, digests)


@given(drawn_worlds(may_be_rewired=True))
def test_uncertain_is_what_an_untraced_source_or_an_unexplained_definition_reaches(drawn: Drawn) -> None:
    with drawn.world() as world:
        for reach in reaches(world):
            unexplained = {path for path in reach.unexplained if not reach.is_barrier(path)}
            hidden = reach.from_inputs(reach.opaque_sources).behind_barrier
            reached = reach.from_inputs(reach.opaque_sources | unexplained).effectively
            found = {path for path in reach.graph.derivations if reach.is_uncertain(path)}

            assert found == reached | unexplained | hidden
