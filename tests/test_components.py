"""What each component of base became at head."""

from collections.abc import Mapping

from nixdrift.comparison.components import pair_derivations, pair_roots
from nixdrift.comparison.side import Side
from nixdrift.graph import build_graph
from nixdrift.judgement import Component, Pairing
from nixdrift.model import StorePath, name_of
from tests.worlds import STACK, Expression, Revision, World, edited, make_world

Roots = Mapping[str, StorePath]


def sides(world: World) -> tuple[Side, Side]:
    made = [
        Side(one, build_graph(one.derivations, source="the world"), tree, {})
        for one, tree in ((world.base, world.base_tree), (world.head, world.head_tree))
    ]
    return made[0], made[1]


def plain(**names: str) -> Expression:
    """Give roots: each is a derivation of some name that takes what changed."""

    def expression(revision: Revision) -> Roots:
        source = revision.source("platform")
        return {root: revision.derive(name, [source]) for root, name in names.items()}

    return expression


def paired(before: Expression, after: Expression, edit: str = "two\n") -> dict[str, Component]:
    world = make_world(before, STACK, edited(STACK, {"platform/platform.txt": edit}), new_expression=after)
    return {component.name: component for component in pair_roots(*sides(world))}


def names(component: Component) -> tuple[str | None, str | None]:
    return tuple(path and name_of(path).removesuffix(".drv") for path in (component.before, component.after))  # type: ignore[return-value]


def test_roots_are_paired_by_their_names_whatever_their_derivations_are_called() -> None:
    found = paired(plain(app="app-1.0"), plain(app="other-2.0"))

    assert names(found["app"]) == ("app-1.0", "other-2.0")
    assert found["app"].pairing is Pairing.ROOT


def test_a_root_that_was_renamed_is_found_again_by_its_derivations_name_without_version() -> None:
    found = paired(plain(old="app-1.0"), plain(new="app-2.0"))

    assert names(found["new"]) == ("app-1.0", "app-2.0")
    assert found["new"].pairing is Pairing.NAME


def test_what_has_no_counterpart_is_on_one_side_only() -> None:
    found = paired(plain(old="former-1.0"), plain(new="latter-1.0"))

    assert names(found["old"]) == ("former-1.0", None)
    assert names(found["new"]) == (None, "latter-1.0")


def test_roots_of_one_stem_that_all_changed_their_names_are_ambiguous() -> None:
    found = paired(plain(a="app-1.0", b="app-2.0"), plain(c="app-3.0", d="app-4.0"))

    assert found.keys() == {"app"}
    assert found["app"].pairing is Pairing.AMBIGUOUS
    assert (len(found["app"].candidates_before), len(found["app"].candidates_after)) == (2, 2)


def test_roots_that_are_one_derivation_on_both_sides_are_one_component_under_the_most_telling_name() -> None:
    def expression(revision: Revision) -> Roots:
        app = revision.derive("app-1.0", [revision.source("platform")])
        return {"packages.default": app, "packages.app": app, "a.longer.name": app}

    (component,) = paired(expression, expression).values()

    assert component.name == "packages.app"
    assert component.aliases == ("a.longer.name", "packages.default")


def test_roots_that_are_one_derivation_on_one_side_only_are_two_components() -> None:
    def together(revision: Revision) -> Roots:
        app = revision.derive("app-1.0", [revision.source("platform")])
        return {"a": app, "b": app}

    assert paired(together, plain(a="app-1.0", b="app-2.0")).keys() == {"a", "b"}


def inner(*parts: str) -> Expression:
    """Give an application of some parts, which are no roots and take what changed."""

    def expression(revision: Revision) -> Roots:
        made = [
            revision.derive(name, [revision.source("platform")], env={"number": str(number)})
            for number, name in enumerate(parts)
        ]
        return {"app": revision.derive("app-1.0", [], made)}

    return expression


def paired_inside(before: Expression, after: Expression) -> list[Component]:
    world = make_world(before, STACK, edited(STACK, {"platform/platform.txt": "two\n"}), new_expression=after)
    base, head = sides(world)
    chosen = [[path for path in side.graph.derivations if path not in side.root_paths] for side in (base, head)]
    return list(pair_derivations(base, head, *chosen, taken=["app"]))


def test_derivations_inside_are_paired_by_name_and_then_without_version() -> None:
    found = paired_inside(inner("lib-1.0", "tool-1.0"), inner("lib-1.0", "tool-2.0"))

    assert sorted(names(one) for one in found) == [("lib-1.0", "lib-1.0"), ("tool-1.0", "tool-2.0")]


def test_one_that_is_among_the_given_on_one_side_only_is_searched_for_on_the_other() -> None:
    world = make_world(inner("lib-1.0"), STACK, edited(STACK, {"platform/platform.txt": "two\n"}))
    base, head = sides(world)
    given = [path for path in head.graph.derivations if path not in head.root_paths]

    (component,) = pair_derivations(base, head, [], given, taken=[])

    assert names(component) == ("lib-1.0", "lib-1.0")


def test_derivations_of_one_name_are_ambiguous_where_all_of_them_differ() -> None:
    (component,) = paired_inside(inner("lib-1.0", "lib-1.0"), inner("lib-1.0", "lib-1.0"))

    assert component.pairing is Pairing.AMBIGUOUS
    assert component.name == "lib"


def test_a_name_that_is_taken_is_numbered() -> None:
    found = paired_inside(inner("app"), inner("app"))

    assert [one.name for one in found] == ["app#2"]


def test_a_root_that_does_not_evaluate_on_the_other_side_is_paired_with_nothing() -> None:
    def failing(revision: Revision) -> Roots:
        revision.fail("old")
        return plain(new="app-2.0")(revision)

    found = paired(plain(old="app-1.0"), failing)

    assert names(found["old"]) == ("app-1.0", None)
    assert names(found["new"]) == (None, "app-2.0")
