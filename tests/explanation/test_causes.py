"""What differs inside of a component: causes first, and nothing that merely follows from its inputs."""

import json
from collections.abc import Mapping
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given

from nixdrift.comparison.lookup import component_named
from nixdrift.difference import DerivationDifference
from nixdrift.errors import UsageError
from nixdrift.explanation import Explanation
from nixdrift.explanation.document import explanation_document, explanation_json, explanation_schema
from nixdrift.explanation.fields import FieldComparer
from nixdrift.explanation.secrets import Masker
from nixdrift.explanation.text import explanation_text
from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from nixdrift.pipeline.check import Compared
from nixdrift.pipeline.explain import explanation
from nixdrift.report import RevisionInfo
from nixdrift.rules import apply_rules
from tests.drawn import Drawn, drawn_worlds
from tests.worlds import (
    STACK,
    STORE_DIR,
    Expression,
    Files,
    Revision,
    World,
    edited,
    executable,
    judged,
    make_world,
    stack,
)

Roots = Mapping[str, StorePath]


def compared(world: World) -> Compared:
    comparison = world.compare()
    return Compared(comparison, RevisionInfo("base"), RevisionInfo("HEAD"), apply_rules(comparison))


def explained(world: World, name: str = "goinstance") -> Explanation:
    found = compared(world)
    return explanation(found, judged(found.comparison.judgement, name))


def between(before: Expression, after: Expression, edit: Files | None = None) -> Explanation:
    return explained(make_world(before, STACK, edited(STACK, edit or {}), new_expression=after))


def told(one: DerivationDifference) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(each.field, each.name, each.before, each.after) for each in one.own.fields]


def causes(found: Explanation) -> list[str]:
    return [one.name for one in found.differences.causes]


def test_a_changed_source_is_the_cause_and_its_changed_paths_are_named() -> None:
    found = explained(make_world(stack, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    (cause,) = found.differences.causes
    assert (cause.name, cause.distance, cause.own.fields, cause.own.inputs) == ("goinstance-1.0", 0, (), ())
    (source,) = cause.own.sources
    assert (source.name, source.before, source.after) == ("goinstance", ("goinstance",), ("goinstance",))
    assert source.paths == ("goinstance/main.go",)


def test_what_differs_only_by_its_inputs_is_no_cause_but_leads_to_one() -> None:
    found = explained(make_world(stack, STACK, edited(STACK, {"platform/platform.txt": "new\n"})))

    (cause,) = found.differences.causes
    assert (cause.name, cause.route) == ("platform-1.0", ("platform-1.0", "goinstance"))
    assert found.differences.follow == 1


def with_env(**env: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        path = f"{STORE_DIR}/{revision.derivations[platform].outputs['out'].path}"  # type: ignore[union-attr]
        variables = {name: value.replace("PLATFORM", path) for name, value in env.items()}
        return {"goinstance": revision.derive("goinstance-1.0", [], [platform], env=variables)}

    return expression


def test_a_variable_that_names_an_input_that_moved_does_not_differ() -> None:
    found = between(with_env(PATH="PLATFORM/bin"), with_env(PATH="PLATFORM/bin"), {"platform/platform.txt": "new\n"})

    assert causes(found) == ["platform-1.0"]


def test_a_variable_that_changed_is_a_cause_with_both_values() -> None:
    found = between(with_env(flags="-a", old="x"), with_env(flags="-b", new="y"))

    (cause,) = found.differences.causes
    assert told(cause) == [("env", "flags", "-a", "-b"), ("env", "new", None, "y"), ("env", "old", "x", None)]


def test_a_variable_that_names_an_input_in_another_place_differs_and_shows_no_digest() -> None:
    found = between(with_env(PATH="PLATFORM/bin"), with_env(PATH="PLATFORM/sbin"))

    (cause,) = found.differences.causes
    assert told(cause) == [("env", "PATH", "/nix/store/…-platform/bin", "/nix/store/…-platform/sbin")]


def test_two_inputs_of_one_name_that_change_places_differ() -> None:
    def placed(first: str, second: str) -> Expression:
        def expression(revision: Revision) -> Roots:
            libraries = {version: revision.derive(f"lib-{version}") for version in ("1.0", "2.0")}
            paths = {version: revision.derivations[path].outputs["out"].path for version, path in libraries.items()}  # type: ignore[union-attr]
            env = {"first": f"{STORE_DIR}/{paths[first]}", "second": f"{STORE_DIR}/{paths[second]}"}
            return {"goinstance": revision.derive("goinstance-1.0", [], libraries.values(), env=env)}

        return expression

    (cause,) = between(placed("1.0", "2.0"), placed("2.0", "1.0")).differences.causes

    assert [(name, str(before)[-7:], str(after)[-7:]) for _field, name, before, after in told(cause)] == [
        ("first", "lib-1.0", "lib-2.0"),
        ("second", "lib-2.0", "lib-1.0"),
    ]


def test_a_store_path_that_is_no_input_differs() -> None:
    one, other = (f"{STORE_DIR}/{digit * 32}-pinned" for digit in "01")
    found = between(with_env(src=one), with_env(src=other))

    assert told(found.differences.causes[0]) == [("env", "src", one, other)]


def test_a_secret_is_masked_and_it_is_seen_that_it_changed() -> None:
    one, two = (with_env(API_TOKEN=value) for value in ("one", "two"))
    found = between(one, two)

    assert told(found.differences.causes[0]) == [("env", "API_TOKEN", "<masked #1>", "<masked #2>")]
    assert b'"one"' not in explanation_json(found)


def test_a_place_where_the_files_lay_during_the_run_is_not_told() -> None:
    world = make_world(with_env(dir="/run/1/stack/x"), STACK, STACK, new_expression=with_env(dir="/run/1/stack/y"))
    top = "/run/1/stack"
    found = explained(replace(world, base=replace(world.base, top=top), head=replace(world.head, top=top)))

    assert told(found.differences.causes[0]) == [("env", "dir", "./x", "./y")]


def renamed(name: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        platform = revision.derive(f"platform-{name}", [revision.source("platform")])
        return {"goinstance": revision.derive("goinstance-1.0", [], [platform])}

    return expression


def test_an_input_of_another_version_is_found_again_and_is_the_cause() -> None:
    (cause,) = between(renamed("1.0"), renamed("2.0")).differences.causes

    assert cause.route == ("platform-2.0", "goinstance")
    assert told(cause) == [("name", None, "platform-1.0", "platform-2.0")]


def test_an_input_of_another_name_is_given_as_gone_and_new() -> None:
    def other(revision: Revision) -> Roots:
        platform = revision.derive("stage-1.0", [revision.source("platform")])
        return {"goinstance": revision.derive("goinstance-1.0", [], [platform])}

    (cause,) = between(renamed("1.0"), other).differences.causes

    assert cause.name == "goinstance-1.0"
    assert [(one.name, one.before, one.after) for one in cause.own.inputs] == [
        ("platform-1.0", "out", None),
        ("stage-1.0", None, "out"),
    ]


def test_of_several_inputs_of_one_name_it_is_not_guessed_which_became_which() -> None:
    def twins(*values: str) -> Expression:
        def expression(revision: Revision) -> Roots:
            inputs = [revision.derive("lib-1.0", env={"value": value}) for value in values]
            return {"goinstance": revision.derive("goinstance-1.0", [], inputs)}

        return expression

    (cause,) = between(twins("a", "b"), twins("c", "d")).differences.causes

    assert sorted((one.name, one.before, one.after) for one in cause.own.inputs if one.before) == [
        ("lib-1.0", "out", None),
        ("lib-1.0", "out", None),
    ]
    assert len(cause.own.inputs) == 4


def frozen_modules(revision: Revision) -> Roots:
    modules = revision.derive("modules", [revision.source("goinstance")], fixed="the same")
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("platform")], [modules])}


def test_a_fixed_output_that_did_not_move_is_no_cause() -> None:
    edit = {"goinstance/main.go": "new\n", "platform/platform.txt": "new\n"}
    found = explained(make_world(frozen_modules, STACK, edited(STACK, edit)))

    assert causes(found) == ["goinstance-1.0"]
    (one,) = found.differences.no_causes
    assert (one.name, one.route) == ("modules", ("modules", "goinstance"))
    assert one.own.sources[0].paths == ("goinstance/main.go",)


def test_a_component_that_only_a_fixed_output_keeps_as_it_is_has_no_cause() -> None:
    found = explained(make_world(frozen_modules, STACK, edited(STACK, {"goinstance/main.go": "new\n"})))

    assert found.judged.verdict is Verdict.FROZEN
    assert causes(found) == []
    assert [one.name for one in found.differences.no_causes] == ["modules"]


def test_a_declared_hash_that_changed_is_a_cause() -> None:
    def modules(fixed: str) -> Expression:
        def expression(revision: Revision) -> Roots:
            return {"goinstance": revision.derive("goinstance-1.0", [], [revision.derive("modules", fixed=fixed)])}

        return expression

    (cause,) = between(modules("one"), modules("two")).differences.causes

    ((field, name, before, after),) = told(cause)
    assert (field, name) == ("output", "out")
    assert str(before).startswith("fixed, nar sha256:")
    assert before != after


STRUCTURED = [
    ('{"a":["x"],"b":1}', '{"a":["x","y"],"b":1}', [("a", '[\n  "x"\n]', '[\n  "x",\n  "y"\n]')]),
    ('{"a":"x"}', '{"b":"x"}', [("a", "x", None), ("b", None, "x")]),
    ('{"name":"x"}', '{"name":"y"}', []),
    ('{"env":{"API_TOKEN":"one"}}', '{"env":{}}', [("env", '{\n  "API_TOKEN": "<masked #1>"\n}', "{}")]),
    ("not JSON", "[]", [("", "not JSON", "[]")]),
    (None, '{"a":"x"}', [("a", None, "x")]),
]


@pytest.mark.parametrize(("before", "after", "expected"), STRUCTURED)
def test_structured_attributes_are_compared_one_by_one(
    before: str | None, after: str | None, expected: list[tuple[str, str | None, str | None]]
) -> None:
    comparison = make_world(stack, STACK, STACK).compare()
    derivation = next(one for one in comparison.after.graph.derivations.values() if one.name == "goinstance-1.0")
    comparer = FieldComparer(comparison.before, comparison.after, Masker())

    found = comparer.differences(
        replace(derivation, structured_attrs=before), replace(derivation, structured_attrs=after)
    )

    assert [(one.name, one.before, one.after) for one in found] == expected
    assert {one.field for one in found} <= {"attribute"}


def test_a_component_that_is_the_same_derivation_has_nothing_that_differs() -> None:
    found = explained(make_world(stack, STACK, edited(STACK, {"docs/operations.md": "new\n"})))

    assert found.differences.causes == ()
    assert "nothing that changed is in it" in explanation_text(found)


def test_a_component_that_only_head_has_is_explained_as_such() -> None:
    found = explained(make_world(lambda revision: {}, STACK, STACK, new_expression=stack))

    assert "no derivation on the other side" in explanation_text(found)


def test_the_text_gives_ownership_way_causes_and_what_to_do() -> None:
    def unwired(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        return {"goinstance": revision.derive("goinstance-1.0", [], [platform])}

    edit = {"goinstance/main.go": "new\n", "platform/platform.txt": "new\n"}
    text = " ".join(explanation_text(explained(make_world(unwired, STACK, edited(STACK, edit))), width=1000).split())

    assert text.startswith("goinstance: masked · base → HEAD")
    assert "whose inferred: named by the directory goinstance/" in text
    assert "trace goinstance/main.go └── ✗ no input source holds the change └── goinstance" in text
    assert "cause platform-1.0 (1 derivation away: platform-1.0 → goinstance)" in text
    assert "source platform: platform/platform.txt changed" in text
    assert "error[masked]" in text


def test_many_causes_are_folded_and_their_number_is_said() -> None:
    def many(value: str) -> Expression:
        def expression(revision: Revision) -> Roots:
            inputs = [revision.derive(f"lib{number}", env={"value": value}) for number in range(20)]
            return {"goinstance": revision.derive("goinstance-1.0", [], inputs)}

        return expression

    found = between(many("a"), many("b"))
    text = explanation_text(found)

    assert len(found.differences.causes) == 20
    assert "12 more causes: " in text
    assert "--format json has all" in text
    assert len(explanation_document(found)["causes"]) == 20


@pytest.mark.parametrize("width", [20, 60, 400])
def test_no_value_steers_the_terminal(width: int) -> None:
    found = between(with_env(**{"a\x1b[31m": "x\x1b[2J\ny"}), with_env(**{"a\x1b[31m": "z\x1b[2J\ny", "b": "\x1b\n"}))
    text = explanation_text(found, width=width)

    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert "\x1b[" in explanation_text(found, color=True)


@given(drawn_worlds(may_be_rewired=True))
def test_every_component_can_be_explained_and_what_moved_has_a_cause(drawn: Drawn) -> None:
    with drawn.world() as world:
        found = compared(world)
        every = [explanation(found, one) for one in found.comparison.judgement.components]
    schema = json.loads(explanation_schema())
    for one in every:
        jsonschema.validate(json.loads(explanation_json(one)), schema)
        component = one.judged.component
        if component.before and component.after and one.judged.moved.value == "yes":
            assert one.differences.causes, component.name
        if one.judged.moved.value == "no":
            assert not one.differences.causes, component.name


def test_the_schema_is_closed() -> None:
    description = json.loads(explanation_schema())

    jsonschema.Draft202012Validator.check_schema(description)
    for one in (description, *description["$defs"].values()):
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])


def test_a_mode_that_changed_is_a_changed_path_of_the_source() -> None:
    found = explained(make_world(stack, STACK, edited(STACK, {"goinstance/main.go": executable("package main\n")})))

    assert found.differences.causes[0].own.sources[0].paths == ("goinstance/main.go",)


def test_an_unknown_component_is_refused() -> None:
    comparison = make_world(stack, STACK, STACK).compare()
    components = [one.component for one in comparison.judgement.components]

    with pytest.raises(UsageError, match="no such component: zzz"):
        component_named("zzz", components)
