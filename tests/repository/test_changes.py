"""What git says of a change, read from real repositories: every kind, every name, both hashes."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nixdrift.changes import Change, parse_name_status
from nixdrift.errors import NixdriftError
from nixdrift.repository import PrivateRepository, open_repository, private_repository
from tests.corpus import commit_all, git

UNUSUAL = ("with space", "new\nline", "tab\there", 'quo"te', "back\\slash", "größe", "latin-\udce9", "-dash", "*", ":x")


@pytest.fixture(params=["sha1", "sha256"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a repository with a commit, named by each of the two hashes that git has."""
    repository = tmp_path / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main", f"--object-format={request.param}")
    (repository / "file").write_text("before\n")
    (repository / "program").write_text("#!/bin/sh\n")
    (repository / "link").symlink_to("file")
    (repository / "folder").mkdir()
    (repository / "folder" / "inside").write_text("inside\n")
    commit_all(repository, "base")
    return repository


@pytest.fixture
def opened(repository: Path, tmp_path: Path) -> Iterator[PrivateRepository]:
    """Open the repository as a run does."""
    (tmp_path / "run").mkdir()
    with private_repository(open_repository(repository), tmp_path / "run") as private:
        yield private


def added(repository: Path) -> None:
    (repository / "new").write_text("new\n")


def removed(repository: Path) -> None:
    (repository / "file").unlink()


def modified(repository: Path) -> None:
    (repository / "file").write_text("after\n")


def made_executable(repository: Path) -> None:
    (repository / "program").chmod(0o755)


def group_readable(repository: Path) -> None:
    (repository / "program").chmod(0o640)


def link_moved(repository: Path) -> None:
    (repository / "link").unlink()
    (repository / "link").symlink_to("folder")


def link_became_a_file(repository: Path) -> None:
    (repository / "link").unlink()
    (repository / "link").write_text("file")


def file_became_a_directory(repository: Path) -> None:
    (repository / "file").unlink()
    (repository / "file").mkdir()
    (repository / "file" / "inside").write_text("before\n")


def renamed(repository: Path) -> None:
    (repository / "folder").rename(repository / "directory")


def nothing(_repository: Path) -> None:
    pass


def submodule_added(repository: Path) -> None:
    module = repository / "module"
    module.mkdir()
    object_format = git(repository, "rev-parse", "--show-object-format")
    git(module, "init", "--quiet", f"--object-format={object_format}")
    git(module, "commit", "--quiet", "--allow-empty", "--message", "module")


KINDS: dict[Callable[[Path], None], list[tuple[str, str, str | None, str | None]]] = {
    nothing: [],
    added: [("new", "added", None, "100644")],
    removed: [("file", "removed", "100644", None)],
    modified: [("file", "modified", "100644", "100644")],
    made_executable: [("program", "modified", "100644", "100755")],
    group_readable: [],
    link_moved: [("link", "modified", "120000", "120000")],
    link_became_a_file: [("link", "modified", "120000", "100644")],
    file_became_a_directory: [("file", "removed", "100644", None), ("file/inside", "added", None, "100644")],
    renamed: [("directory/inside", "added", None, "100644"), ("folder/inside", "removed", "100644", None)],
    submodule_added: [("module", "added", None, "160000")],
}


def described(changes: tuple[Change, ...]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (
            change.path,
            change.kind.value,
            change.before.mode if change.before else None,
            change.after.mode if change.after else None,
        )
        for change in changes
    ]


@pytest.mark.parametrize("edit", KINDS, ids=lambda edit: edit.__name__)
def test_a_change_of_every_kind_is_found_between_commits_and_in_the_work_tree(
    edit: Callable[[Path], None], repository: Path, opened: PrivateRepository
) -> None:
    base = opened.user.resolve("HEAD")
    edit(repository)
    assert described(opened.changes(base, opened.working_tree(untracked=True))) == KINDS[edit]
    commit_all(repository, "head")
    assert described(opened.changes(base, opened.user.resolve("HEAD"))) == KINDS[edit]


def test_a_submodule_that_moves_on_is_one_modified_path(repository: Path, opened: PrivateRepository) -> None:
    submodule_added(repository)
    commit_all(repository, "with a module")
    git(repository / "module", "commit", "--quiet", "--allow-empty", "--message", "more")
    base = opened.user.resolve("HEAD")
    assert described(opened.changes(base, opened.working_tree(untracked=True))) == [
        ("module", "modified", "160000", "160000")
    ]


def test_any_name_that_git_allows_is_kept_and_read_back(repository: Path, opened: PrivateRepository) -> None:
    base = opened.user.resolve("HEAD")
    for name in UNUSUAL:
        (repository / name).write_text(name, errors="surrogateescape")
    head = opened.working_tree(untracked=True)
    changes = opened.changes(base, head)
    assert [change.path for change in changes] == sorted(UNUSUAL)
    tree = opened.tree(head)
    contents = {change.path: opened.blob(tree.entries[change.path].object_id) for change in changes}
    assert contents == {name: os.fsencode(name) for name in UNUSUAL}


@pytest.mark.parametrize("options", [(), ("-z",), ("-z", "--no-renames"), ("--no-renames",)])
def test_a_list_of_changes_says_the_same_as_the_repository(
    options: tuple[str, ...], repository: Path, opened: PrivateRepository, tmp_path: Path
) -> None:
    base = opened.user.resolve("HEAD")
    for name in UNUSUAL:
        (repository / name).write_text(f"{name!r} is a name\n")
    for edit in (removed, made_executable, link_moved, renamed):
        edit(repository)
    head = commit_all(repository, "head")
    listing = tmp_path / "changes"
    git(repository, "diff", "--name-status", *options, f"--output={listing}", base.commit, head)
    expected = [(change.path, change.kind) for change in opened.changes(base, opened.user.resolve(head))]
    found = parse_name_status(listing.read_bytes(), source="changes")
    assert [(change.path, change.kind) for change in found] == expected


def test_an_ignored_file_is_no_change_and_a_tracked_one_is_though_it_is_ignored(
    repository: Path, opened: PrivateRepository
) -> None:
    (repository / ".gitignore").write_text("*.log\nfile\n")
    base_commit = commit_all(repository, "ignores")
    (repository / "debug.log").write_text("ignored\n")
    modified(repository)
    changes = opened.changes(opened.user.resolve(base_commit), opened.working_tree(untracked=True))
    assert [change.path for change in changes] == ["file"]


def test_what_the_user_ignores_everywhere_is_ignored(
    repository: Path, opened: PrivateRepository, tmp_path: Path
) -> None:
    (tmp_path / "ignore").write_text("*.swp\n")
    git(repository, "config", "core.excludesFile", str(tmp_path / "ignore"))
    (repository / "file.swp").write_text("ignored\n")
    added(repository)
    changes = opened.changes(opened.user.resolve("HEAD"), opened.working_tree(untracked=True))
    assert [change.path for change in changes] == ["new"]


@pytest.mark.parametrize("command", [("update-index", "--split-index"), ("update-index", "--untracked-cache")])
def test_an_index_in_another_form_is_read(
    command: tuple[str, ...], repository: Path, opened: PrivateRepository
) -> None:
    git(repository, *command)
    modified(repository)
    added(repository)
    changes = opened.changes(opened.user.resolve("HEAD"), opened.working_tree(untracked=True))
    assert [change.path for change in changes] == ["file", "new"]


def test_a_sparse_work_tree_has_not_removed_what_it_leaves_out(repository: Path, opened: PrivateRepository) -> None:
    git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "absent")
    assert not (repository / "folder").exists()
    modified(repository)
    changes = opened.changes(opened.user.resolve("HEAD"), opened.working_tree(untracked=True))
    assert [change.path for change in changes] == ["file"]


def test_a_change_of_the_same_size_in_the_second_of_the_commit_is_seen_in_a_later_one(
    repository: Path, opened: PrivateRepository
) -> None:
    file = repository / "file"
    for _attempt in range(50):
        file.write_text("one\n")
        commit_all(repository, "one")
        committed = file.stat()
        file.write_text("two\n")
        # By its size and its time in seconds, git cannot tell it from what was committed.
        if int(file.stat().st_ctime) == int(committed.st_ctime):
            break
    while int(time.time()) <= int(file.stat().st_ctime):
        time.sleep(0.01)
    changes = opened.changes(opened.user.resolve("HEAD"), opened.working_tree(untracked=True))
    assert [change.path for change in changes] == ["file"]


def test_a_conflict_is_judged_as_the_work_tree_has_it(repository: Path, opened: PrivateRepository) -> None:
    base = opened.user.resolve("HEAD")
    git(repository, "checkout", "--quiet", "-b", "topic")
    modified(repository)
    commit_all(repository, "topic")
    git(repository, "checkout", "--quiet", "main")
    (repository / "file").write_text("otherwise\n")
    commit_all(repository, "main")
    with pytest.raises(Exception, match="merge"):
        git(repository, "merge", "--quiet", "topic")
    head = opened.working_tree(untracked=True)
    assert [change.path for change in opened.changes(base, head)] == ["file"]
    assert b"<<<<<<<" in opened.blob(opened.tree(head).entries["file"].object_id)


def test_an_empty_repository_inside_of_this_one_is_said(repository: Path, opened: PrivateRepository) -> None:
    git(repository / "folder", "init", "--quiet", "unborn")
    with pytest.raises(NixdriftError, match="folder"):
        opened.working_tree(untracked=True)
