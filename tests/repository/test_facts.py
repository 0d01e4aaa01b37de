"""What git says of the files of a revision, in real repositories."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from nixdrift.file_facts import FileFacts
from nixdrift.repository import PrivateRepository, file_facts, open_repository, private_repository
from tests.corpus import commit_all, git
from tests.repository.fingerprint import fingerprint

FILES = {
    "goinstance/main.go": "package main\n",
    "goinstance/data/regions.txt": "eu\n",
    "goinstance/version.txt": "$Format:%H$\n",
    "notes/größe ä\n.txt": "1\n",
}


@pytest.fixture(params=["sha1", "sha256"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    repository = tmp_path / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main", f"--object-format={request.param}")
    write(repository, FILES)
    return repository


def write(repository: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def opened(repository: Path, tmp_path: Path) -> Iterator[PrivateRepository]:
    commit_all(repository, "first")
    (tmp_path / "run").mkdir()
    with private_repository(open_repository(repository), tmp_path / "run") as private:
        yield private


def facts(opened: PrivateRepository, revision: str = "HEAD", *, is_working_tree: bool = False) -> FileFacts:
    commit = opened.user.resolve(revision)
    return file_facts(opened, commit, opened.tree(commit), is_working_tree=is_working_tree)


def attributed(repository: Path, files: Mapping[str, str], opened: PrivateRepository) -> FileFacts:
    write(repository, files)
    commit_all(repository, "attributes")
    return facts(opened)


LEFT_OUT = [
    ("goinstance/data export-ignore\n", {"goinstance/data"}),
    ("goinstance/data/ export-ignore\n", {"goinstance/data"}),
    ("*.txt export-ignore\n", {"goinstance/data/regions.txt", "goinstance/version.txt", "notes/größe ä\n.txt"}),
    ("*.txt export-ignore\ngoinstance/* -export-ignore\n", {"goinstance/data/regions.txt", "notes/größe ä\n.txt"}),
    ("nowhere export-ignore\n", set()),
    ("# goinstance export-ignore\n", set()),
]


@pytest.mark.parametrize(("attributes", "left_out"), LEFT_OUT)
def test_what_git_leaves_out_of_an_archive_is_known_by_its_attribute(
    attributes: str, left_out: set[str], repository: Path, opened: PrivateRepository
) -> None:
    found = attributed(repository, {".gitattributes": attributes}, opened)

    assert found.left_out == left_out
    assert found.rewritten == frozenset()


def test_a_path_below_one_that_is_left_out_is_left_out() -> None:
    found = FileFacts(left_out=frozenset({"goinstance/data"}))

    assert found.is_left_out("goinstance/data/regions.txt")
    assert found.is_left_out("goinstance/data")
    assert not found.is_left_out("goinstance/data2")


def test_what_git_rewrites_in_an_archive_is_known_by_its_attribute(repository: Path, opened: PrivateRepository) -> None:
    found = attributed(repository, {"goinstance/.gitattributes": "version.txt export-subst\n"}, opened)

    assert found == FileFacts(rewritten=frozenset({"goinstance/version.txt"}))


def test_the_attributes_are_those_of_the_commit(repository: Path, opened: PrivateRepository) -> None:
    attributed(repository, {".gitattributes": "goinstance export-ignore\n"}, opened)
    write(repository, {".gitattributes": "notes export-ignore\n"})

    assert facts(opened).left_out == {"goinstance"}
    assert facts(opened, "HEAD~1") == FileFacts()


def test_what_git_ignores_is_listed_of_the_working_tree_alone(repository: Path, opened: PrivateRepository) -> None:
    write(repository, {".gitignore": "*.local\nbuild/\n"})
    commit_all(repository, "ignoring")
    write(repository, {"goinstance/keys.local": "", "goinstance/build/one": "", "goinstance/build/two": "", "new": ""})
    (repository / ".git" / "info" / "exclude").write_text("never read again\n")

    assert facts(opened).ignored == ()
    assert facts(opened, is_working_tree=True).ignored == ("goinstance/build/", "goinstance/keys.local")


def test_asking_changes_nothing_in_the_repository(repository: Path, opened: PrivateRepository) -> None:
    write(repository, {".gitignore": "*.local\n", ".gitattributes": "*.txt export-ignore\n", "keys.local": ""})
    commit_all(repository, "all")
    before = fingerprint(repository)

    facts(opened, is_working_tree=True)

    assert fingerprint(repository) == before
