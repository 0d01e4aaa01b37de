"""A source that is fetched from an earlier commit: when the rule fires, and when it stays silent."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from nixdrift.model import StorePath
from tests.rules.pasts import Remembered, at, audited, fired, found, past
from tests.worlds import STACK, STORE_DIR, Expression, Files, Revision, configured, edited, make_world

MAIN = "goinstance/main.go"
OLDER = edited(STACK, {"docs/operations.md": "# Older\n"})


def fetched(files: Files = OLDER, inside: str = "", name: str = "source") -> Expression:
    """Take goinstance from the tree of a commit, all of it or a part."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        source = Revision(files).source("", name)
        env = {"src": f"{STORE_DIR}/{source}{inside}"}
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source], [platform], env=env)}

    return expression


def direct(revision: Revision) -> Mapping[str, StorePath]:
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")])}


def knowing(*changed: str, files: Files = OLDER, name: str = "source", **more: object) -> Remembered:
    return Remembered({Revision(files).source("", name): past(files, "", *changed, **more)})


FIRES = {
    "a part is taken, and modified": ("/goinstance", {MAIN: "package two\n"}, MAIN),
    "the whole is taken, and the component's directory modified": ("", {MAIN: "package two\n"}, MAIN),
    "masked": ("/goinstance", {MAIN: "package two\n", "platform/platform.txt": "two\n"}, MAIN),
    "added": ("", {"goinstance/new.go": "package new\n"}, "goinstance/new.go"),
    "deleted": ("/goinstance", {"goinstance/data/regions.txt": None}, "goinstance/data/regions.txt"),
}


@pytest.mark.parametrize(("inside", "edits", "path"), FIRES.values(), ids=FIRES.keys())
def test_it_explains_a_missed_change(inside: str, edits: dict[str, str | None], path: str) -> None:
    world = make_world(fetched(inside=inside), STACK, edited(STACK, edits))

    assert fired(found(world, knowing(path, named=at("default.nix", 3)))) == [
        ("old-commit", "error", "goinstance", (path,))
    ]


def test_it_says_where_the_commit_is_named_and_which_later_ones_changed_what_is_taken() -> None:
    world = make_world(fetched(inside="/goinstance"), STACK, edited(STACK, {MAIN: "package two\n"}))

    (finding,) = found(world, knowing("docs/a.md", MAIN, "platform/x", named=at("nix/pins.json", 3)))

    assert "3 commits behind HEAD; 1 of them changed goinstance: 000000000 (change 1)" in finding.reason
    assert finding.location == at("nix/pins.json", 3)
    assert "nix/pins.json:3" in finding.remedy


def test_it_says_of_the_working_tree_that_it_went_on() -> None:
    world = make_world(fetched(inside="/goinstance"), STACK, edited(STACK, {MAIN: "package two\n"}))

    (finding,) = found(world, knowing())

    assert finding.reason.endswith("which the working tree has left behind")


def test_a_tree_that_was_fetched_by_a_tag_is_one_of_a_commit_too() -> None:
    world = make_world(fetched(), STACK, edited(STACK, {MAIN: "package two\n"}))

    assert [one[0] for one in fired(found(world, knowing(MAIN)))] == ["old-commit"]


def test_a_tree_whose_hash_is_written_is_pinned_by_its_content() -> None:
    world = make_world(fetched(name="stack"), STACK, edited(STACK, {MAIN: "package two\n"}))

    assert [one[0] for one in fired(found(world, knowing(MAIN, name="stack", pinned=at("default.nix"))))] == ["pinned"]


def test_a_part_of_a_named_commit_is_of_that_commit() -> None:
    before = edited(STACK, {MAIN: "package two\n"})

    def imported(revision: Revision) -> Mapping[str, StorePath]:
        return {"goinstance": revision.derive("goinstance-1.0", [Revision(STACK).source("goinstance")])}

    world = make_world(imported, STACK, before)
    history = Remembered(
        {Revision(STACK).source("goinstance"): past(STACK, "goinstance", MAIN, named=at("default.nix"))}
    )

    assert fired(found(world, history)) == [("old-commit", "error", "goinstance", (MAIN,))]


def test_what_else_is_in_the_tree_and_missed_is_worth_a_note(tmp_path: Path) -> None:
    Revision(OLDER, tmp_path).source("", "source", is_listed=True)
    edits = {MAIN: "package two\n", "docs/operations.md": "# Two\n", "platform/platform.txt": "two\n"}
    world = make_world(fetched(inside="/goinstance"), STACK, edited(STACK, edits), store=tmp_path)

    missed = fired(found(world, knowing(MAIN)))

    assert missed == [
        ("old-commit", "error", "goinstance", (MAIN,)),
        ("old-commit", "note", "goinstance", ("docs/operations.md",)),
    ]


SILENT = {
    "the path is taken directly": (direct, {MAIN: "package two\n"}, knowing(MAIN)),
    "nobody knows the tree": (fetched(), {MAIN: "package two\n"}, Remembered()),
    "only another component changed": (
        fetched(inside="/goinstance"),
        {"platform/platform.txt": "two\n"},
        knowing("platform/platform.txt"),
    ),
    "only documentation changed": (
        fetched(inside="/goinstance"),
        {"docs/operations.md": "# Two\n"},
        knowing("docs/operations.md"),
    ),
}


@pytest.mark.parametrize(("expression", "edits", "history"), SILENT.values(), ids=SILENT.keys())
def test_it_stays_silent(expression: Expression, edits: dict[str, str], history: Remembered) -> None:
    world = make_world(expression, STACK, edited(STACK, edits))

    assert [one for one in fired(found(world, history)) if one[0] == "old-commit" and one[1] != "note"] == []


def test_an_audit_finds_what_has_changed_since_in_what_is_taken() -> None:
    before = edited(STACK, {MAIN: "package zero\n", "platform/platform.txt": "zero\n"})
    world = make_world(fetched(before, "/goinstance"), STACK, STACK)

    assert fired(audited(world, knowing(MAIN, files=before), "old-commit")) == [
        ("old-commit", "warning", "goinstance", (MAIN,))
    ]


def test_an_audit_notes_a_commit_that_has_the_same_of_it() -> None:
    world = make_world(fetched(inside="/goinstance"), STACK, STACK)

    assert fired(audited(world, knowing("docs/operations.md"), "old-commit")) == [
        ("old-commit", "note", "goinstance", ())
    ]


def test_the_directory_of_its_name_stands_for_what_a_component_takes_of_a_whole_tree() -> None:
    before = edited(STACK, {"platform/platform.txt": "zero\n"})
    world = make_world(fetched(before), STACK, STACK)

    assert [one[1] for one in fired(audited(world, knowing("platform/x", files=before), "old-commit"))] == ["note"]


def test_what_the_configuration_ignores_does_not_count() -> None:
    before = edited(STACK, {MAIN: "package zero\n"})
    world = make_world(fetched(before, "/goinstance"), STACK, STACK)
    config = configured('ignore = ["goinstance/main.go"]\n')

    assert [one[1] for one in fired(audited(world, knowing(MAIN, files=before), "old-commit", config))] == ["note"]


def test_the_merge_that_brings_a_commit_is_told_though_nothing_is_missed_yet() -> None:
    history = knowing(files=OLDER, named=at("default.nix", 3))
    world = make_world(direct, STACK, STACK, new_expression=fetched(inside="/goinstance"))

    (finding,) = found(world, history)

    assert (finding.level.value, finding.component, finding.paths) == ("warning", "goinstance", ("goinstance",))
    assert finding.message.endswith("no later change of goinstance will act")
    assert finding.location == at("default.nix", 3)


def test_a_commit_that_replaces_another_one_is_no_news_while_nothing_is_missed() -> None:
    newer = edited(STACK, {"docs/operations.md": "# Newer\n"})
    commits = [knowing(files=files, named=at("default.nix", 3)) for files in (OLDER, newer)]
    history = Remembered({**commits[0].sources, **commits[1].sources})
    world = make_world(fetched(OLDER, "/goinstance"), STACK, STACK, new_expression=fetched(newer, "/goinstance"))

    assert [one for one in fired(found(world, history)) if one[1] != "note"] == []


def test_a_commit_that_is_new_is_found_and_one_that_stays_is_no_news() -> None:
    before = edited(STACK, {MAIN: "package zero\n"})
    history = knowing(MAIN, files=before)
    introduced = make_world(direct, STACK, STACK, new_expression=fetched(before, "/goinstance"))
    kept = make_world(fetched(before, "/goinstance"), STACK, edited(STACK, {"platform/platform.txt": "two\n"}))

    assert ("old-commit", "warning", "goinstance", (MAIN,)) in fired(found(introduced, history))
    assert [one for one in fired(found(kept, history)) if one[0] == "old-commit"] == []


# A checkout beside the repository.

LIBRARY: Files = {"library.go": "package library\n", "README.md": "# Library\n"}


def with_library(revision: Revision) -> Mapping[str, StorePath]:
    source = Revision(LIBRARY).source("", "source")
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance"), source])}


def beside(*changed: str) -> Remembered:
    return Remembered({Revision(LIBRARY).source("", "source"): past(LIBRARY, "", *changed, beside="library")})


@pytest.mark.parametrize(
    ("changed", "level"),
    [(["library.go"], "warning"), (["README.md", "library.go"], "warning"), (["README.md"], "note")],
)
def test_a_checkout_beside_that_has_moved_on_is_found(changed: list[str], level: str) -> None:
    world = make_world(with_library, STACK, STACK)

    (finding,) = audited(world, beside(*changed), "old-commit")

    assert (finding.level.value, finding.paths) == (level, ())
    assert "an earlier commit of library" in finding.message
    assert f"{len(changed)} commit{'s' if len(changed) > 1 else ''} behind its HEAD" in finding.reason


def test_a_checkout_beside_explains_no_change_of_this_repository() -> None:
    def filtered(revision: Revision) -> Mapping[str, StorePath]:
        source = Revision(LIBRARY).source("", "source")
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source], [platform])}

    world = make_world(filtered, STACK, edited(STACK, {MAIN: "package two\n"}))

    assert [one[0] for one in fired(found(world, beside("library.go")))] == ["stale"]
