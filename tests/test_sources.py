"""Which repository path an input source is made from, by its store path and by its contents."""

from pathlib import Path

import pytest

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SYMLINK_MODE
from nixdrift.model import StorePath
from nixdrift.sources import Evidence, LocalSource, Prover, list_source, match_listing
from nixdrift.sources.proof import paths_named
from tests.worlds import STORE_DIR, Files, Revision, edited, executable, submodule, symlink, tree_of

FILES: Files = {
    "app/main.go": "package main\n",
    "app/run": executable("#!/bin/sh\n"),
    "app/latest": symlink("run"),
    "app/data/regions.txt": "eu\n",
    "lib/util.go": "package util\n",
    "strange/new\nline\udcff": "unusual\n",
}
NOWHERE = StorePath(f"{'0' * 32}-nowhere")


def proven(revision: Revision, source: StorePath, *paths: str, names: tuple[str, ...] = ()) -> LocalSource | None:
    prover = Prover(revision.blobs.__getitem__, STORE_DIR)
    return prover.prove(revision.tree, paths, [NOWHERE, source], names).get(source)


@pytest.mark.parametrize(
    "path", ["app", "app/main.go", "app/run", "app/latest", "app/data", "app/data/regions.txt", "strange"]
)
def test_a_store_path_proves_what_a_source_was_made_from(path: str) -> None:
    revision = Revision(FILES)

    found = proven(revision, revision.source(path), *revision.tree.entries)

    assert found is not None
    assert (found.evidence, found.origins, found.files, found.is_whole) == (Evidence.STORE_PATH, (path,), None, True)


def test_the_whole_repository_is_proven_under_the_names_that_flakes_give_it() -> None:
    revision = Revision(FILES)
    plain = revision.source("")
    named_twice = revision.source("", f"{plain[:32]}-source")

    for source in (plain, named_twice):
        found = proven(revision, source, "")
        assert found is not None
        assert found.origins == ("",)


def test_a_name_that_an_expression_gives_is_tried_if_it_is_known() -> None:
    revision = Revision(FILES)
    source = revision.source("app", "launcher")

    assert proven(revision, source, "app") is None
    assert proven(revision, source, "app", names=("launcher",)) is not None


def test_two_paths_with_one_name_and_content_are_both_where_a_source_may_come_from() -> None:
    revision = Revision({"a/x/f": "same\n", "b/x/f": "same\n"})

    found = proven(revision, revision.source("a/x"), "a/x", "b/x")

    assert found is not None
    assert found.origins == ("a/x", "b/x")


@pytest.mark.parametrize(
    "edit",
    [
        {"app/main.go": "package other\n"},
        {"app/run": "#!/bin/sh\n"},
        {"app/latest": symlink("main.go")},
        {"app/latest": "run"},
        {"app/data/regions.txt": None},
        {"app/data/new.txt": ""},
    ],
    ids=["content", "mode", "target", "type", "deleted", "added"],
)
def test_a_store_path_does_not_prove_anything_else(edit: Files) -> None:
    source = Revision(FILES).source("app")
    other = Revision(edited(FILES, edit))

    assert proven(other, source, *other.tree.entries) is None


def test_a_path_that_the_tree_does_not_have_proves_nothing() -> None:
    revision = Revision(FILES)

    assert proven(revision, revision.source("app"), "gone", "app/gone") is None


def test_a_submodule_is_an_empty_directory_in_its_source_and_is_never_held() -> None:
    revision = Revision({**FILES, "app/vendor": submodule("1" * 40)})
    found = proven(revision, revision.source("app"), "app", "app/vendor")

    assert found is not None
    assert found.holds("app/vendor", revision.tree) is None
    assert found.holds("app/main.go", revision.tree) is not None
    moved_on = Revision({**FILES, "app/vendor": submodule("2" * 40)})
    assert moved_on.source("app") == revision.source("app")


def test_a_source_of_a_path_holds_what_is_below_it_and_nothing_beside_it() -> None:
    revision = Revision(edited(FILES, {"application/x": "x\n"}))
    found = proven(revision, revision.source("app"), "app")

    assert found is not None
    assert found.holds("app/run", revision.tree) == revision.tree.entries["app/run"]
    assert found.holds("application/x", revision.tree) is None
    assert found.holds("lib/util.go", revision.tree) is None
    assert found.holds("app/gone", revision.tree) is None


def test_paths_are_found_by_the_names_of_sources() -> None:
    tree, _blobs = tree_of({"a/x/f": "1\n", "b/x": "2\n", "x/y": "3\n"})

    assert set(paths_named(tree, [StorePath(f"{'0' * 32}-x")])) == {"a/x", "b/x", "x"}


# By contents


def listed(revision: Revision, source: StorePath) -> LocalSource | None:
    assert revision.store is not None
    listing = list_source(revision.store, source, "sha1")
    assert listing is not None
    return match_listing(source, listing, revision.tree)


def keep_code(path: str) -> bool:
    return not path.startswith("data")


def test_a_listing_has_the_mode_and_blob_of_every_file(tmp_path: Path) -> None:
    revision = Revision(FILES, tmp_path)

    listing = list_source(tmp_path, revision.source("app", is_listed=True), "sha1")

    assert listing == {
        path.removeprefix("app/"): state
        for path, state in revision.tree.entries.items()
        if path.startswith("app/") and path != "app/data"
    }
    assert {state.mode for state in listing.values()} == {FILE_MODE, EXECUTABLE_MODE, SYMLINK_MODE}


def test_a_listing_knows_the_ids_of_a_sha256_repository(tmp_path: Path) -> None:
    source = Revision(FILES, tmp_path).source("lib/util.go", is_listed=True)

    listing = list_source(tmp_path, source, "sha256")

    assert listing is not None
    assert len(listing[""].object_id) == 64


def test_a_source_that_is_not_in_the_store_has_no_listing(tmp_path: Path) -> None:
    assert list_source(tmp_path, NOWHERE, "sha1") is None


def test_names_of_any_bytes_are_listed_as_git_has_them(tmp_path: Path) -> None:
    revision = Revision(FILES, tmp_path)

    found = listed(revision, revision.source("strange", is_listed=True))

    assert found is not None
    assert found.holds("strange/new\nline\udcff", revision.tree) is not None


def test_a_filtered_source_is_traced_file_by_file(tmp_path: Path) -> None:
    revision = Revision(FILES, tmp_path)

    found = listed(revision, revision.source("app", keep=keep_code, is_listed=True))

    assert found is not None
    assert (found.evidence, found.origins, found.is_whole) == (Evidence.CONTENTS, ("app",), True)
    assert found.holds("app/main.go", revision.tree) == revision.tree.entries["app/main.go"]
    assert found.holds("app/data/regions.txt", revision.tree) is None


def test_a_single_file_is_traced_to_the_path_with_its_name(tmp_path: Path) -> None:
    revision = Revision({"a/one": "same\n", "b/two": "same\n"}, tmp_path)

    found = listed(revision, revision.source("b/two", is_listed=True))

    assert found is not None
    assert found.origins == ("b/two",)


def test_a_source_that_holds_what_the_tree_does_not_is_traced_in_part(tmp_path: Path) -> None:
    source = Revision(FILES, tmp_path).source("app", is_listed=True)
    other = Revision(edited(FILES, {"app/main.go": "changed\n"}), tmp_path)

    found = listed(other, source)

    assert found is not None
    assert not found.is_whole
    assert found.holds("app/main.go", other.tree) == Revision(FILES).tree.entries["app/main.go"]


def test_a_source_of_which_the_tree_holds_nothing_is_none_of_its_own(tmp_path: Path) -> None:
    source = Revision({"x": "elsewhere\n"}, tmp_path).source("", is_listed=True)

    assert listed(Revision(FILES, tmp_path), source) is None


def test_what_git_itself_keeps_in_a_directory_does_not_make_a_source_foreign(tmp_path: Path) -> None:
    revision = Revision(FILES, tmp_path)
    source = revision.source("", "stack", is_listed=True)
    (tmp_path / source / ".git").write_text("gitdir: elsewhere\n")

    found = listed(revision, source)

    assert found is not None
    assert (found.origins, found.is_whole) == (("",), True)


def test_content_that_is_all_over_the_tree_says_nothing_about_where_a_source_comes_from(tmp_path: Path) -> None:
    revision = Revision({f"d{number}/__init__.py": "" for number in range(40)}, tmp_path)

    assert listed(revision, revision.source("d3", is_listed=True)) is None
