"""What moved, and how far it is from the change."""

import json
from collections.abc import Mapping

import jsonschema
import pytest
from hypothesis import event, given

from nixdrift.affected import Affected
from nixdrift.affected.document import affected_json, affected_lines, affected_schema
from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Moved, Verdict
from nixdrift.model import StorePath
from nixdrift.pipeline.affected import affected_by
from nixdrift.pipeline.check import Compared
from nixdrift.report import RevisionInfo
from tests.drawn import Drawn, drawn_worlds
from tests.worlds import STACK, Expression, Files, Revision, World, edited, make_world, stack

Roots = Mapping[str, StorePath]


def affected_in(world: World) -> Affected:
    return affected_by(Compared(world.compare(), RevisionInfo("base"), RevisionInfo("head"), ()))


def distances(found: Affected) -> dict[str, int | None]:
    return {one.name: one.distance for one in found.components}


def chain(revision: Revision) -> Roots:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    image = revision.derive("image-1.0", [], [platform])
    goinstance = revision.derive("goinstance-1.0", [revision.source("goinstance")], [image])
    fleet = revision.derive("fleet-1.0", [], [goinstance, platform])
    return {"platform": platform, "image": image, "goinstance": goinstance, "fleet": fleet}


MOVED: list[tuple[Files, dict[str, int]]] = [
    ({}, {}),
    ({"docs/operations.md": "new\n"}, {}),
    ({"goinstance/main.go": "new\n"}, {"goinstance": 0, "fleet": 1}),
    ({"platform/platform.txt": "new\n"}, {"platform": 0, "fleet": 1, "image": 1, "goinstance": 2}),
    (
        {"platform/platform.txt": "new\n", "goinstance/main.go": "new\n"},
        {"goinstance": 0, "platform": 0, "fleet": 1, "image": 1},
    ),
]


@pytest.mark.parametrize(("edit", "expected"), MOVED)
def test_the_distance_is_the_shortest_way_up_from_what_changed(edit: Files, expected: dict[str, int]) -> None:
    found = affected_in(make_world(chain, STACK, edited(STACK, edit)))

    assert distances(found) == expected
    assert list(distances(found)) == list(expected), "the nearest comes first"


def test_the_way_is_given_by_names() -> None:
    found = affected_in(make_world(chain, STACK, edited(STACK, {"platform/platform.txt": "new\n"})))

    (goinstance,) = [one for one in found.components if one.name == "goinstance"]
    assert goinstance.route == ("platform-1.0", "image-1.0", "goinstance")


def test_a_derivation_that_differs_by_itself_is_where_the_change_starts() -> None:
    def other(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.1", [revision.source("platform")])
        goinstance = revision.derive("goinstance-1.0", [revision.source("goinstance")], [platform])
        return {"platform": platform, "goinstance": goinstance}

    assert distances(affected_in(make_world(stack, STACK, STACK, new_expression=other))) == {
        "platform": 0,
        "goinstance": 1,
    }


def test_nothing_is_affected_through_a_fixed_output_that_did_not_move() -> None:
    def frozen(revision: Revision) -> Roots:
        modules = revision.derive("modules", [revision.source("platform")], fixed="the same")
        goinstance = revision.derive("goinstance-1.0", [revision.source("goinstance")], [modules])
        return {"modules": modules, "goinstance": goinstance}

    edit = {"platform/platform.txt": "new\n"}
    assert distances(affected_in(make_world(frozen, STACK, edited(STACK, edit)))) == {}
    both = edited(STACK, {**edit, "goinstance/main.go": "new\n"})
    assert distances(affected_in(make_world(frozen, STACK, both))) == {"goinstance": 0}


def test_what_is_added_is_affected_and_what_is_removed_is_named_apart() -> None:
    def only(name: str) -> Expression:
        return lambda revision: {name: revision.derive(f"{name}-1.0", [revision.source(name)])}

    found = affected_in(make_world(only("platform"), STACK, STACK, new_expression=only("goinstance")))

    assert distances(found) == {"goinstance": 0}
    assert found.removed == ("platform",)


def test_what_is_known_only_after_a_build_is_listed_as_unknown() -> None:
    def floating(revision: Revision) -> Roots:
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")], floating=True)}

    found = affected_in(make_world(floating, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    assert affected_lines(found) == "goinstance\t0\tunknown\n"


def test_what_is_not_proven_is_listed_as_unproven() -> None:
    def filtered(revision: Revision) -> Roots:
        source = revision.source("goinstance", keep=lambda path: path == "main.go")
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    found = affected_in(make_world(filtered, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    assert affected_lines(found) == "goinstance\t0\tunproven\n"


def test_what_does_not_evaluate_at_head_is_named() -> None:
    def failing(revision: Revision) -> Roots:
        revision.fail("broken")
        return stack(revision)

    found = affected_in(make_world(failing, STACK, STACK))

    assert affected_lines(found) == "broken\t-\tnot-evaluated\n"
    assert affected_lines(found, names_only=True) == "broken\n"
    assert found.failed_base == (FailedAttribute("broken", "error: it throws"),)


def test_a_derivation_that_is_no_root_can_be_left_out() -> None:
    def nested(revision: Revision) -> Roots:
        inner = revision.derive("inner-1.0", [revision.source("goinstance")])
        return {"fleet": revision.derive("fleet-1.0", [], [inner])}

    found = affected_in(make_world(nested, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    assert affected_lines(found, names_only=True) == "inner-1.0\nfleet\n"
    assert affected_lines(found, names_only=True, roots_only=True) == "fleet\n"
    assert [one["name"] for one in json.loads(affected_json(found, roots_only=True))["components"]] == ["fleet"]


@given(drawn_worlds(may_be_rewired=True))
def test_what_moved_is_listed_with_a_distance_and_nothing_else_is_but_what_is_not_known(drawn: Drawn) -> None:
    with drawn.world() as world:
        found, again = affected_in(world), affected_in(world)
        judgement = world.judge()
    names = {one.name for one in found.components}
    for one in judgement.components:
        event(one.verdict.value)
        moved = one.moved is Moved.YES and one.verdict is not Verdict.REMOVED
        doubtful = one.verdict in {Verdict.UNPROVEN, Verdict.UNKNOWN} or one.moved is Moved.UNKNOWN
        assert (one.component.name in names) is (moved or doubtful), one
    for listed in found.components:
        if listed.moved is Moved.YES:
            assert listed.distance is not None, listed
    document = json.loads(affected_json(found))
    jsonschema.validate(document, json.loads(affected_schema()))
    assert affected_json(found) == affected_json(again)


def test_the_schema_is_closed() -> None:
    description = json.loads(affected_schema())

    jsonschema.Draft202012Validator.check_schema(description)
    for one in (description, *description["$defs"].values()):
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])


def test_no_name_breaks_a_line() -> None:
    def odd(revision: Revision) -> Roots:
        return {"go\n\tinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")])}

    found = affected_in(make_world(odd, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    assert affected_lines(found) == "go\\n\\tinstance\t0\trebuilt\n"
