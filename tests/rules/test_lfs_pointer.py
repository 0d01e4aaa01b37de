"""The rule about pointers of git LFS: when it fires, and when it stays silent."""

import pytest

from nixdrift.rules import inspect
from nixdrift.rules.inspection import Inspection
from tests.rules.unseen import compared, found, in_short
from tests.worlds import STACK, Files, edited, executable, make_world, stack, symlink

ONE = "version https://git-lfs.github.com/spec/v1\noid sha256:1111\nsize 12\n"
TWO = ONE.replace("1111", "2222")
PATH = "goinstance/data/model.bin"
HOLDING = edited(STACK, {PATH: ONE})

FIRES = [
    (STACK, HOLDING),
    (HOLDING, edited(STACK, {PATH: TWO})),
    (edited(STACK, {PATH: "the content\n"}), HOLDING),
    (STACK, edited(STACK, {PATH: executable(ONE)})),
    (STACK, edited(HOLDING, {"platform/platform.txt": "two\n"})),
]


@pytest.mark.parametrize(("before", "after"), FIRES)
@pytest.mark.parametrize(("of_flake", "level"), [(True, "warning"), (None, "warning"), (False, "note")])
def test_it_fires(before: Files, after: Files, of_flake: bool | None, level: str) -> None:
    comparison = compared(make_world(stack, before, after), of_flake=of_flake)

    assert in_short("lfs-pointer", comparison) == [(level, "goinstance", (PATH,))]


SILENT = [
    (HOLDING, edited(HOLDING, {"goinstance/main.go": "new\n"})),
    (HOLDING, edited(HOLDING, {PATH: "the content\n"})),
    (HOLDING, STACK),
    (STACK, edited(STACK, {"misc/model.bin": ONE})),
    (STACK, edited(STACK, {PATH: f"# {ONE}"})),
    (STACK, edited(STACK, {PATH: symlink(ONE)})),
]


@pytest.mark.parametrize(("before", "after"), SILENT)
def test_it_is_silent(before: Files, after: Files) -> None:
    assert found("lfs-pointer", compared(make_world(stack, before, after))) == []


def test_an_audit_looks_at_every_pointer() -> None:
    files = edited(HOLDING, {"platform/image.bin": ONE, "misc/image.bin": ONE})
    world = make_world(stack, files, edited(files, {"goinstance/main.go": "new\n", "platform/platform.txt": "two\n"}))
    comparison = compared(world)
    derivations = frozenset(comparison.after.graph.derivations)
    paths = frozenset(world.head_tree.entries)
    everything = Inspection(comparison.after, comparison.config, comparison.evidence, derivations, paths)

    found = [(one.component, one.paths) for one in inspect(everything) if one.rule == "lfs-pointer"]

    assert found == [("goinstance", (PATH,)), ("platform", ("platform/image.bin",))]
