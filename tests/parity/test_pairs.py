"""Which inputs are counterparts, what is on one side only, and what a value refers to that is absent."""

import json

import pytest

from nixdrift.model import StorePath, output_path
from tests.parity.roots import Roots, parity, reference, referring, told, with_env
from tests.worlds import STORE_DIR, Revision


def test_variables_that_differ_or_are_on_one_side_only_are_given_with_both_values() -> None:
    found = parity(with_env({"REGION": "eu", "OLD": "x", "SAME": "s"}, {"REGION": "us", "NEW": "y", "SAME": "s"}))

    assert told(found) == [("env.NEW", None, "y"), ("env.OLD", "x", None), ("env.REGION", "eu", "us")]


def test_roots_whose_names_alone_differ_do_not_differ() -> None:
    found = parity(with_env({"pname": "staging-app"}, {"pname": "production-app"}))

    assert (told(found), found.census.pairs) == ([], 1)


def test_another_version_is_a_difference_in_the_name() -> None:
    found = parity(lambda revision: {name: revision.derive(f"{name}-{version}") for name, version in VERSIONS.items()})

    assert told(found) == [("name", "staging-1.0", "production-2.0")]


VERSIONS = {"staging": "1.0", "production": "2.0"}


def test_a_variable_that_says_the_version_says_it_once() -> None:
    found = parity(
        lambda revision: {
            name: revision.derive(f"{name}-{version}", env={"version": version}) for name, version in VERSIONS.items()
        }
    )

    assert told(found) == [("env.version", "1.0", "2.0")]


def test_json_in_a_variable_is_compared_by_its_keys() -> None:
    staging, production = ({"CONFIG": json.dumps({"a": {"image": name, "same": 1}})} for name in ("x", "y"))

    assert told(parity(with_env(staging, production))) == [("env.CONFIG.a.image", "x", "y")]


def test_inputs_whose_names_differ_as_the_roots_do_are_compared_and_no_difference_by_themselves() -> None:
    def expression(revision: Revision) -> Roots:
        def root(name: str, region: str) -> StorePath:
            below = revision.derive(f"{name}-config-1.0", env={"region": region})
            path = f"{STORE_DIR}/{output_path(revision.derivations[below].outputs['out'])}"
            return revision.derive(f"{name}-app-1.0", [], [below], env={"config": f"{path}/etc"})

        return {"staging": root("staging", "eu"), "production": root("production", "us")}

    (difference,) = parity(expression).differences

    assert (difference.address, difference.mirrored) == ("staging-config: env.region", "production-config: env.region")
    assert (difference.a, difference.b, difference.route) == ("eu", "us", ("staging-config-1.0", "staging"))


EMPTY = {"inputs": ""}


def test_an_input_on_one_side_only_is_given_and_so_is_what_refers_to_it() -> None:
    def expression(revision: Revision) -> Roots:
        metrics = revision.derive("metrics-1.0")
        return {
            "staging": revision.derive(
                "staging", [], [metrics], env={"inputs": "", "use": reference(revision, metrics)}
            ),
            "production": revision.derive("production", env={"inputs": "", "use": ""}),
        }

    found = parity(expression)

    assert told(found) == [("env.use", "/nix/store/…-metrics/bin", ""), ("input.metrics", "out", None)]
    assert referring(found, "env.use") == referring(found, "input.metrics") == [("a", "metrics-1.0", "a")]


def test_an_input_that_the_other_side_has_elsewhere_is_not_absent_there() -> None:
    def expression(revision: Revision) -> Roots:
        metrics = revision.derive("metrics-1.0")
        inner = revision.derive("inner", [], [metrics])
        return {
            "staging": revision.derive("staging", [], [metrics], env={"inputs": ""}),
            "production": revision.derive("production", [], [inner], env={"inputs": ""}),
        }

    found = parity(expression)

    assert referring(found, "input.metrics") == []
    assert referring(found, "input.inner") == [("b", "inner", "b")]


def test_a_value_that_names_nothing_while_the_others_does_is_said_to() -> None:
    def expression(revision: Revision) -> Roots:
        image = revision.derive("stack-7")
        return {
            "staging": revision.derive("staging", [], [image], env={"inputs": "", "IMAGE": "stack-7"}),
            "production": revision.derive("production", [], [image], env={"inputs": "", "IMAGE": "stack-8"}),
        }

    assert referring(parity(expression), "env.IMAGE") == [("b", "stack-8", None)]


def test_a_value_that_names_what_only_the_other_side_has_is_said_to() -> None:
    def expression(revision: Revision) -> Roots:
        seven, eight = revision.derive("stack-7"), revision.derive("image-8")
        return {
            "staging": revision.derive("staging", [], [seven, eight], env={"inputs": "", "IMAGE": "stack-7"}),
            "production": revision.derive("production", [], [seven], env={"inputs": "", "IMAGE": "image-8"}),
        }

    assert referring(parity(expression), "env.IMAGE") == [("b", "image-8", "a")]


@pytest.mark.parametrize(
    "values", [("a", "b"), ("stack-7", "stack-6"), ("", "stack-7"), ("see stack-7", "stack-8"), ("no image", "stack-7")]
)
def test_no_value_is_guessed_to_be_a_name(values: tuple[str, str]) -> None:
    def expression(revision: Revision) -> Roots:
        images = [revision.derive("stack-7"), revision.derive("stack-6")]
        one, other = ({"inputs": "", "IMAGE": value} for value in values)
        return {
            "staging": revision.derive("staging", [], images, env=one),
            "production": revision.derive("production", [], images, env=other),
        }

    assert referring(parity(expression), "env.IMAGE") == []


def test_of_several_inputs_of_one_name_it_is_not_guessed_which_is_which() -> None:
    def expression(revision: Revision) -> Roots:
        def root(name: str, *values: str) -> StorePath:
            twins = [revision.derive("lib-1.0", env={"value": value}) for value in values]
            return revision.derive(name, [], twins, env={"inputs": ""})

        return {"staging": root("staging", "a", "b"), "production": root("production", "c", "d")}

    found = parity(expression)

    assert sorted(told(found), key=str) == [*[("input.lib", "out", None)] * 2, *[("input.lib", None, "out")] * 2]
    assert found.census.unpaired == 4


def test_inputs_of_one_name_are_told_apart_by_the_variables_that_name_them() -> None:
    def expression(revision: Revision) -> Roots:
        def root(name: str, *values: str) -> StorePath:
            twins = [revision.derive("lib-1.0", env={"value": value}) for value in values]
            named = {f"use{number}": reference(revision, twin) for number, twin in enumerate(twins)}
            return revision.derive(name, [], twins, env={"inputs": "", **named})

        return {"staging": root("staging", "a", "b"), "production": root("production", "a", "c")}

    assert told(parity(expression)) == [("lib: env.value", "b", "c")]


def test_what_a_fixed_output_is_fetched_from_is_no_difference_if_it_is_the_same_output() -> None:
    def expression(revision: Revision) -> Roots:
        fetched = {url: revision.derive("modules", fixed="the same", env={"url": url}) for url in ("one", "other")}
        return {
            "staging": revision.derive("staging", [], [fetched["one"]]),
            "production": revision.derive("production", [], [fetched["other"]]),
        }

    found = parity(expression)

    assert told(found) == []
    assert (found.census.pairs, found.census.same_outputs) == (2, 1)
