"""The rule about files that git does not track: when it fires, and when it stays silent."""

from dataclasses import replace

import pytest

from nixdrift.changes import Change, ChangeKind, FileState
from tests.rules.unseen import compared, found, in_short
from tests.worlds import FILE_MODE, STACK, Files, World, edited, make_world, stack

NEW = Change("goinstance/data/zones.txt", ChangeKind.ADDED, None, FileState(FILE_MODE, "f" * 40))


def untracked(after: Files, *changes: Change) -> World:
    """Give a working tree with some files that are not evaluated."""
    world = make_world(stack, STACK, after)
    return replace(world, changes=(*world.changes, *changes))


FIRES = [
    STACK,
    edited(STACK, {"platform/platform.txt": "two\n"}),
    edited(STACK, {"goinstance/main.go": "new\n"}),
]


@pytest.mark.parametrize("after", FIRES)
def test_it_explains_why_an_untracked_file_is_missed(after: Files) -> None:
    comparison = compared(untracked(after, NEW), of_flake=True)

    assert in_short("untracked", comparison) == [("warning", "goinstance", (NEW.path,))]


def test_it_explains_it_where_what_else_differs_could_not_be_traced() -> None:
    world = make_world(
        stack,
        STACK,
        STACK,
        new_expression=lambda revision: {
            "goinstance": revision.derive("goinstance-1.1", [revision.source("goinstance")], env={"read": "anything"})
        },
    )
    comparison = compared(replace(world, changes=(*world.changes, NEW)), of_flake=True)

    assert in_short("untracked", comparison) == [("warning", "goinstance", (NEW.path,))]


SILENT = [
    untracked(edited(STACK, {NEW.path: "tracked\n"})),
    untracked(STACK, replace(NEW, path="misc/notes.txt")),
    untracked(STACK, replace(NEW, path="goinstance/NOTES.md")),
    untracked(edited(STACK, {"goinstance/data/regions.txt": None})),
]


@pytest.mark.parametrize("world", SILENT)
def test_it_is_silent(world: World) -> None:
    assert found("untracked", compared(world, of_flake=True)) == []


def test_several_untracked_files_are_one_finding() -> None:
    world = untracked(STACK, NEW, replace(NEW, path="goinstance/data/more.txt"))

    (finding,) = found("untracked", compared(world, of_flake=True))

    assert finding.paths == ("goinstance/data/more.txt", NEW.path)
    assert "git add" in finding.remedy
