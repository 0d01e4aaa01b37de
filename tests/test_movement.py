"""Which inputs moved a component, by the names that a person knows them by."""

from collections.abc import Mapping, Sequence

import pytest

from nixdrift.judgement import Causes
from nixdrift.model import StorePath
from tests.worlds import STACK, Expression, Files, Revision, edited, judged, make_world

Roots = Mapping[str, StorePath]


def app(version: str = "1.0", *, modules: str = "same", env: Mapping[str, str] | None = None) -> Expression:
    """Give an application that takes its code, a library, and what is fetched for it."""

    def expression(revision: Revision) -> Roots:
        library = revision.derive("library-2.0", [revision.source("platform")])
        fetched = revision.derive("modules", [revision.source("docs")], fixed=modules)
        code = revision.source("goinstance")
        return {"app": revision.derive(f"app-{version}", [code], [library, fetched], env=env), "modules": fetched}

    return expression


def causes(edit: Files, new_expression: Expression | None = None, name: str = "app") -> Sequence[str]:
    world = make_world(app(), STACK, edited(STACK, edit), new_expression=new_expression)
    return judged(world.judge(), name).causes


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"goinstance/main.go": "new\n"}, ("goinstance",)),
        ({"platform/platform.txt": "two\n"}, ("library",)),
        ({"goinstance/main.go": "new\n", "platform/platform.txt": "two\n"}, ("goinstance", "library")),
        ({"docs/operations.md": "new\n"}, ()),
        ({}, ()),
    ],
    ids=["source", "input derivation", "both", "behind a fixed output", "nothing"],
)
def test_a_component_is_moved_by_the_inputs_whose_content_reached_it(edit: Files, expected: tuple[str, ...]) -> None:
    assert causes(edit) == expected


def test_a_fixed_output_whose_hash_was_refreshed_moves_what_is_built_from_it() -> None:
    assert causes({}, app(modules="other")) == ("modules",)


def test_a_fixed_output_is_moved_by_its_hash() -> None:
    assert causes({}, app(modules="other"), name="modules") == ("its fixed output hash",)


def test_a_fixed_output_of_another_name_and_the_same_hash_is_moved_by_its_name_alone() -> None:
    def fetched(name: str) -> Expression:
        return lambda revision: {"modules": revision.derive(name, fixed="same")}

    world = make_world(fetched("modules-1"), STACK, STACK, new_expression=fetched("modules-2"))

    (cause,) = judged(world.judge(), "modules").causes
    assert "modules-1" in cause
    assert "modules-2" in cause


@pytest.mark.parametrize(
    ("new", "told"),
    [(app("1.1"), "app-1.1"), (app(env={"EXTRA": "1"}), "EXTRA")],
    ids=["version", "new variable"],
)
def test_what_the_expression_changed_of_the_derivation_itself_is_named(new: Expression, told: str) -> None:
    (cause,) = causes({}, new)

    assert told in cause


def test_a_variable_that_has_another_value_is_named() -> None:
    world = make_world(app(env={"MODE": "slow"}), STACK, STACK, new_expression=app(env={"MODE": "fast"}))

    (cause,) = judged(world.judge(), "app").causes
    assert "MODE" in cause


def test_an_output_that_is_known_only_after_a_build_moves_by_its_derivation() -> None:
    def expression(revision: Revision) -> Roots:
        library = revision.derive("library-2.0", [revision.source("platform")], floating=True)
        return {"app": revision.derive("app-1.0", [], [library])}

    world = make_world(expression, STACK, edited(STACK, {"platform/platform.txt": "two\n"}))

    assert judged(world.judge(), "app").causes == ("library",)


def test_what_moved_a_component_is_looked_for_once_and_only_if_it_is_asked_for() -> None:
    asked: list[str] = []
    found = Causes(lambda: (asked.append("asked"), ("a", "b", "c"))[1])

    assert asked == []
    assert found == ("a", "b", "c")
    assert found == ("a", "b", "c")
    assert (len(found), found[0], found[1:], list(found)) == (3, "a", ("b", "c"), ["a", "b", "c"])
    assert found == Causes(lambda: ("a", "b", "c"))
    assert found != Causes(lambda: ("a",))
    assert asked == ["asked"]
