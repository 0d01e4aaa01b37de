"""The rule about files that git does not export: when it fires, and when it stays silent."""

from pathlib import Path

import pytest

from nixdrift.file_facts import FileFacts
from nixdrift.model import StorePath
from tests.rules.unseen import compared, found, in_short
from tests.worlds import STACK, Expression, Files, Revision, edited, make_world, stack

DATA = FileFacts(left_out=frozenset({"goinstance/data"}))
REGIONS = "goinstance/data/regions.txt"


def exported(*left_out: str) -> Expression:
    """Give a stack in which goinstance is built from what git exports of the repository."""

    def expression(revision: Revision) -> dict[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        source = revision.source("", keep=lambda path: path not in left_out, is_listed=True)
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source], [platform])}

    return expression


FIRES = [
    {REGIONS: "us\n"},
    {REGIONS: "us\n", "platform/platform.txt": "two\n"},
    {REGIONS: "us\n", "goinstance/main.go": "new\n"},
]


@pytest.mark.parametrize("edit", FIRES)
def test_it_explains_why_a_change_of_what_git_leaves_out_is_missed(edit: Files, tmp_path: Path) -> None:
    world = make_world(exported(REGIONS), STACK, edited(STACK, edit), store=tmp_path)

    comparison = compared(world, base=DATA, head=DATA)

    assert in_short("export-ignored", comparison) == [("error", "goinstance", (REGIONS,))]


def test_it_explains_why_it_is_not_proven_what_came_of_what_git_rewrites(tmp_path: Path) -> None:
    facts = FileFacts(rewritten=frozenset({"goinstance/version.txt"}))
    before = edited(STACK, {"goinstance/version.txt": "$Format:%H$\n"})
    after = edited(before, {"goinstance/version.txt": "$Format:%H$ $Format:%d$\n"})

    def expression(revision: Revision) -> dict[str, StorePath]:
        rewritten = Revision(
            edited(revision.files, {"goinstance/version.txt": revision.tree.entries[""].object_id}), tmp_path
        )
        source = rewritten.source("goinstance", is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    comparison = compared(make_world(expression, before, after, store=tmp_path), base=facts, head=facts)

    assert in_short("export-ignored", comparison) == [("warning", "goinstance", ("goinstance/version.txt",))]


SILENT = [
    # It is taken as it is.
    (stack, {REGIONS: "us\n"}, DATA),
    # What changes has no such attribute.
    (exported(REGIONS), {"goinstance/main.go": "new\n"}, DATA),
    (exported(REGIONS), {REGIONS: "us\n"}, FileFacts()),
    # A filter leaves it out, and keeps others that git would not export.
    (
        exported(REGIONS),
        {REGIONS: "us\n"},
        FileFacts(left_out=frozenset({"goinstance/data", "platform/platform.txt"})),
    ),
]


@pytest.mark.parametrize(("expression", "edit", "facts"), SILENT)
def test_it_is_silent(expression: Expression, edit: Files, facts: FileFacts, tmp_path: Path) -> None:
    world = make_world(expression, STACK, edited(STACK, edit), store=tmp_path)

    assert [one.level.value for one in found("export-ignored", compared(world, base=facts, head=facts))] == []


def test_it_is_silent_where_git_was_not_asked(tmp_path: Path) -> None:
    world = make_world(exported(REGIONS), STACK, edited(STACK, {REGIONS: "us\n"}), store=tmp_path)

    assert found("export-ignored", compared(world)) == []


def test_it_notes_that_git_leaves_something_out_from_this_commit_on(tmp_path: Path) -> None:
    world = make_world(
        exported(),
        STACK,
        edited(STACK, {".gitattributes": "goinstance/data export-ignore\n"}),
        store=tmp_path,
        new_expression=exported(REGIONS),
    )

    comparison = compared(world, base=FileFacts(), head=DATA)

    assert in_short("export-ignored", comparison) == [("note", "goinstance", (REGIONS,))]


def test_it_does_not_note_what_a_filter_leaves_out_as_well(tmp_path: Path) -> None:
    world = make_world(
        exported(),
        STACK,
        edited(STACK, {".gitattributes": "goinstance/data export-ignore\n"}),
        store=tmp_path,
        new_expression=exported(REGIONS, "docs/operations.md"),
    )

    assert found("export-ignored", compared(world, base=FileFacts(), head=DATA)) == []
