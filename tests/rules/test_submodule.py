"""The rule about submodules: when it fires, and when it stays silent."""

import pytest

from nixdrift.model import StorePath
from tests.rules.unseen import compared, found, in_short
from tests.worlds import STACK, Expression, Files, Revision, edited, make_world, stack, submodule

ONE, TWO = submodule("1" * 40), submodule("2" * 40)
HOLDING = edited(STACK, {"goinstance/assets": ONE})
WHOLE = {"goinstance": ONE, "platform/platform.txt": "one\n"}

FIRES = [
    (HOLDING, edited(HOLDING, {"goinstance/assets": TWO}), "goinstance/assets"),
    (HOLDING, edited(HOLDING, {"goinstance/assets": TWO, "platform/platform.txt": "two\n"}), "goinstance/assets"),
    (STACK, HOLDING, "goinstance/assets"),
    (edited(STACK, {"goinstance/assets": "a file\n"}), HOLDING, "goinstance/assets"),
    (WHOLE, edited(WHOLE, {"goinstance": TWO}), "goinstance"),
    (WHOLE, edited(WHOLE, {"goinstance": TWO, "platform/platform.txt": "two\n"}), "goinstance"),
]


@pytest.mark.parametrize(("before", "after", "path"), FIRES)
@pytest.mark.parametrize(("of_flake", "level"), [(True, "error"), (None, "error"), (False, "warning")])
def test_it_explains_why_a_change_of_a_submodule_is_missed(
    before: Files, after: Files, path: str, of_flake: bool | None, level: str
) -> None:
    comparison = compared(make_world(stack, before, after), of_flake=of_flake)

    assert in_short("submodule", comparison) == [(level, "goinstance", (path,))]


SILENT = [
    (HOLDING, edited(HOLDING, {"goinstance/main.go": "new\n"})),
    (HOLDING, STACK),
    (HOLDING, edited(STACK, {"goinstance/assets/logo": "a file\n"})),
    (HOLDING, edited(HOLDING, {"goinstance/assets": "a file\n"})),
    (edited(STACK, {"vendor/assets": ONE}), edited(STACK, {"vendor/assets": TWO})),
    (STACK, edited(STACK, {"goinstance/main.go": "new\n"})),
]


@pytest.mark.parametrize(("before", "after"), SILENT)
def test_it_is_silent(before: Files, after: Files) -> None:
    assert found("submodule", compared(make_world(stack, before, after))) == []


def taking(path: str) -> Expression:
    def expression(revision: Revision) -> dict[str, StorePath]:
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source(path)])}

    return expression


@pytest.mark.parametrize(("of_flake", "level"), [(True, "warning"), (False, "note")])
def test_it_fires_where_a_component_comes_to_take_a_directory_with_one(of_flake: bool, level: str) -> None:
    after = edited(HOLDING, {"goinstance/main.go": "new\n"})
    world = make_world(taking("goinstance/main.go"), HOLDING, after, new_expression=taking("goinstance"))

    assert in_short("submodule", compared(world, of_flake=of_flake)) == [(level, "goinstance", ("goinstance/assets",))]


def test_the_remedy_is_that_of_what_is_evaluated() -> None:
    world = make_world(stack, HOLDING, edited(HOLDING, {"goinstance/assets": TWO}))

    assert "inputs.self.submodules" in found("submodule", compared(world, of_flake=True))[0].remedy
    assert "--recurse-submodules" in found("submodule", compared(world, of_flake=False))[0].remedy
