"""What the past of a revision says of an input source: of which commit it is, how far behind, what came since."""

import base64
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from nixdrift.evaluation import Position
from nixdrift.history import History, Past
from nixdrift.model import StorePath
from nixdrift.repository import Commit, PrivateRepository, RevisionHistory, open_repository, private_repository
from nixdrift.repository import search as search_module
from nixdrift.sources import Prover, list_source
from nixdrift.store import base32
from nixdrift.store.paths import fixed_output_path, source_path
from tests.corpus import commit_all, git
from tests.repository.fingerprint import fingerprint, make_hostile

STORE_DIR = "/nix/store"
FILES = {"goinstance/main.go": "package main\n", "goinstance/run": "#!/bin/sh\n", "docs/a.md": "# A\n"}


def commit(repository: Path, files: dict[str, str], message: str = "more") -> str:
    """Write files, and commit them."""
    for path, text in files.items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text(text)
    return commit_all(repository, message)


def make_repository(directory: Path, files: dict[str, str]) -> Path:
    directory.mkdir()
    git(directory, "init", "--quiet", "--initial-branch=main")
    commit(directory, files, "first")
    return directory


@dataclass
class Place:
    """A repository, and a store with what was taken from it."""

    repository: Path
    store: Path
    private: PrivateRepository
    taken: list[StorePath] = field(default_factory=list)

    def commit(self, files: dict[str, str], message: str = "more") -> str:
        return commit(self.repository, files, message)

    def history(self, revision: str | Commit = "HEAD", *, listed: bool = True) -> History:
        found = self.private.user.resolve(revision) if isinstance(revision, str) else revision
        lister = partial(list_source, self.store, object_format="sha1") if listed else None
        return RevisionHistory(self.private, found, self.private.tree(found), self.prover, lister)

    @property
    def prover(self) -> Prover:
        return Prover(self.private.blob, STORE_DIR)

    def digest(self, path: str = "", revision: str = "HEAD") -> bytes:
        digest = self.prover.archive_digest(self.private.tree(self.private.user.resolve(revision)), path)
        assert digest is not None
        return digest

    def take(self, path: str, name: str, repository: Path | None = None) -> StorePath:
        """Put what a path is now into the store; of what is listed, the digest of the store path tells nothing."""
        source = StorePath(f"{len(self.taken):032}-{name}")
        self.taken.append(source)
        origin, target = (repository or self.repository) / path, self.store / source
        if origin.is_dir():
            shutil.copytree(origin, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        else:
            shutil.copy(origin, target)
        return source


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a repository with one commit."""
    repository = make_repository(tmp_path / "stack", FILES)
    (tmp_path / "run").mkdir()
    (tmp_path / "store").mkdir()
    with private_repository(open_repository(repository), tmp_path / "run") as private:
        yield Place(repository, tmp_path / "store", private)


def found(past: Past | None) -> Past:
    assert past is not None
    return past


def test_a_path_is_found_at_the_newest_commit_that_has_its_content(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    newest = place.commit({"docs/a.md": "# B\n"}, "docs")
    changed = place.commit({"goinstance/main.go": "package two\n"}, "two")

    past = found(place.history().find(source, ["goinstance"]))

    assert (past.commit.commit, past.commit.subject, past.path, past.behind) == (newest, "docs", "goinstance", 1)
    assert [(one.commit, one.subject, one.paths) for one in past.since] == [(changed, "two", {"goinstance/main.go"})]
    assert (
        past.tree.entries["goinstance/main.go"]
        != place.private.tree(place.private.user.resolve("HEAD")).entries["goinstance/main.go"]
    )


def test_a_single_file_is_found(place: Place) -> None:
    source = place.take("goinstance/run", "settings")
    place.commit({"goinstance/run": "#!/bin/bash\n"})

    assert found(place.history().find(source, ["goinstance/run"])).path == "goinstance/run"


def test_a_whole_tree_is_found_under_any_name(place: Place) -> None:
    source = place.take("", "stack")
    place.commit({"goinstance/run": "#!/bin/bash\n"})

    past = found(place.history().find(source, []))

    assert (past.path, past.commit.subject, past.beside) == ("", "first", None)


def test_what_the_revision_itself_has_is_not_of_the_past(place: Place) -> None:
    source, whole = place.take("goinstance", "goinstance"), place.take("", "source")

    assert place.history().find(source, ["goinstance"]) is None
    assert place.history().find(whole, []) is None


def test_what_changed_and_was_changed_back_is_as_it_was(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    place.commit({"goinstance/main.go": "package two\n"})
    place.commit({"goinstance/main.go": FILES["goinstance/main.go"]})

    assert place.history().find(source, ["goinstance"]) is None


def test_what_no_commit_had_is_not_found(place: Place) -> None:
    (place.repository / "goinstance" / "main.go").write_text("never committed\n")
    source = place.take("goinstance", "goinstance")
    git(place.repository, "checkout", "--", ".")

    assert place.history().find(source, ["goinstance"]) is None


def test_what_is_not_listed_is_found_by_its_store_path(place: Place) -> None:
    source = source_path(place.digest("goinstance"), "pinned", STORE_DIR)
    file = source_path(place.digest("goinstance/run"), "run", STORE_DIR)
    place.commit({"goinstance/main.go": "package two\n", "goinstance/run": "two\n"}, "two")

    history = place.history(listed=False)

    assert found(history.find(source, ["goinstance"])).commit.subject == "first"
    assert found(history.find(file, ["goinstance/run"])).path == "goinstance/run"
    assert history.find(source_path(place.digest("goinstance"), "pinned", STORE_DIR), ["goinstance"]) is None


def test_a_file_that_is_hashed_by_its_content_alone_is_found_by_its_store_path(place: Place) -> None:
    digest = list(place.prover.digests(place.private.tree(place.private.user.resolve("HEAD")), "goinstance/run"))[1]
    source = fixed_output_path("flat", "sha256", digest.hex(), "run", STORE_DIR)
    place.commit({"goinstance/run": "two\n"})

    assert found(place.history(listed=False).find(source, ["goinstance/run"])).path == "goinstance/run"


def test_a_whole_tree_that_is_not_listed_is_found_where_its_commit_is_named(place: Place) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    source = source_path(place.digest(), "source", STORE_DIR)
    place.commit({"default.nix": "{ }\n"})

    assert place.history(listed=False).find(source, []) is None
    place.commit({"default.nix": f'{{\n  rev = "{first}";\n}}\n'})
    past = found(place.history(listed=False).find(source, []))
    assert (past.commit.commit, past.named) == (first, Position("default.nix", 2))


@pytest.mark.parametrize(("file", "text"), [("pin.json", '{{"rev": "{}"}}'), ("flake.lock", '"rev": "{}"')])
def test_a_commit_that_is_named_speaks_before_the_newest(file: str, text: str, place: Place) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    source = place.take("goinstance", "goinstance")
    place.commit({file: text.format(first)})
    place.commit({"goinstance/main.go": "package two\n"})

    past = found(place.history().find(source, ["goinstance"]))

    assert (past.commit.commit, past.behind, past.named) == (first, 2, Position(file, 1))


def test_a_longer_number_is_no_commit_s_name(place: Place) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    source = source_path(place.digest(), "source", STORE_DIR)
    place.commit({"default.nix": f'"{first}{first[:24]}"\n'})

    assert place.history(listed=False).find(source, []) is None


def test_a_commit_of_another_branch_is_found_where_it_is_named(place: Place) -> None:
    git(place.repository, "checkout", "--quiet", "-b", "other")
    other = place.commit({"goinstance/main.go": "package other\n"}, "other")
    source = place.take("", "source")
    git(place.repository, "checkout", "--quiet", "main")
    place.commit({"default.nix": f'"{other}"\n'}, "pin")

    past = found(place.history().find(source, []))

    assert (past.commit.commit, past.behind, [one.subject for one in past.since]) == (other, 1, ["pin"])


SPELLINGS = {
    "in hexadecimal": lambda digest: digest.hex(),
    "in base32": base32.encode,
    "in SRI": lambda digest: f"sha256-{base64.b64encode(digest).decode()}",
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_where_the_hash_of_the_content_is_written_is_where_it_is_pinned(spelled: object, place: Place) -> None:
    assert callable(spelled)
    source = place.take("goinstance", "goinstance")
    place.commit({"default.nix": f'{{\n  sha256 = "{spelled(place.digest("goinstance"))}";\n}}\n'})
    place.commit({"goinstance/main.go": "package two\n"})

    assert found(place.history().find(source, ["goinstance"])).pinned == Position("default.nix", 2)


def test_where_the_store_path_is_written_is_where_it_is_pinned(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    place.commit({"default.nix": f'builtins.storePath "{STORE_DIR}/{source}"\n'})
    place.commit({"goinstance/main.go": "package two\n"})

    assert found(place.history().find(source, ["goinstance"])).pinned == Position("default.nix", 1)


def test_what_a_filter_may_have_left_is_taken_for_a_pin_only_where_one_is_written(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    place.commit({"goinstance/new.go": "package new\n"})

    assert place.history().find(source, ["goinstance"]) is None
    place.commit({"default.nix": place.digest("goinstance", "HEAD^").hex()})
    assert found(place.history().find(source, ["goinstance"])).commit.subject == "first"


def test_what_is_not_for_export_is_missed_by_nobody(place: Place) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    source = place.take("", "source")
    shutil.rmtree(place.store / source / "docs")
    place.commit({"goinstance/main.go": "package two\n", "default.nix": f'"{first}"'})

    assert found(place.history().find(source, [])).commit.commit == first


def test_what_lies_too_far_back_is_not_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "MOST_COMMITS", 3)
    source = place.take("goinstance", "goinstance")
    place.commit({"goinstance/main.go": "package two\n"})
    place.commit({"docs/a.md": "# 2\n"})
    assert found(place.history().find(source, ["goinstance"])).behind == 2

    place.commit({"docs/a.md": "# 3\n"})

    assert place.history().find(source, ["goinstance"]) is None


def test_all_later_commits_are_counted_and_the_newest_of_them_described(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "MOST_COMMITS", 2)
    first = git(place.repository, "rev-parse", "HEAD")
    for number in range(4):
        place.commit({"docs/a.md": f"# {number}\n"}, str(number))

    past = found(place.history().commit(first))

    assert (past.behind, [one.subject for one in past.since]) == (4, ["3", "2"])


def test_a_merge_changes_nothing_that_its_branches_did_not(place: Place) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    git(place.repository, "checkout", "--quiet", "-b", "side")
    place.commit({"goinstance/main.go": "package side\n"}, "side")
    git(place.repository, "checkout", "--quiet", "main")
    place.commit({"docs/a.md": "# Main\n"}, "main")
    git(place.repository, "merge", "--quiet", "--no-ff", "--message", "merge", "side")

    past = found(place.history().commit(first))

    assert past.behind == 3
    assert [one.subject for one in past.touching(["goinstance"])] == ["side"]


def test_a_commit_that_is_not_there_is_not_known(place: Place) -> None:
    assert place.history().commit("0" * 40) is None
    assert place.history().commit(git(place.repository, "rev-parse", "HEAD^{tree}")) is None


def test_the_working_tree_is_as_far_from_the_past_as_its_commit(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    (place.repository / "goinstance" / "main.go").write_text("package edited\n")
    edited = place.private.working_tree(untracked=True)

    past = found(place.history(edited).find(source, ["goinstance"]))

    assert (past.commit.commit, past.behind, past.since) == (git(place.repository, "rev-parse", "HEAD"), 0, ())


def test_paths_and_subjects_of_any_kind_are_read(place: Place) -> None:
    source = place.take("goinstance", "goinstance")
    place.commit({"goinstance/new\nline": "x", "größe": "y", "*": "z"}, "Größer\x1b[31m als")

    past = found(place.history().commit(git(place.repository, "rev-parse", "HEAD^")))

    assert past.since[0].paths == {"goinstance/new\nline", "größe", "*"}
    assert past.since[0].subject == "Größer [31m als"
    assert place.history().find(source, ["new\nline", "*"]) is None


# A checkout beside the repository.


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Give another repository, beside the first."""
    return make_repository(tmp_path / "library", {"library.go": "package library\n"})


@pytest.mark.parametrize("written", ["file://{}", "{}", "../library", "git+file://{}?rev="])
def test_a_checkout_beside_is_searched_where_its_place_is_written(written: str, place: Place, library: Path) -> None:
    source = place.take("", "source", library)
    commit(library, {"library.go": "package two\n"}, "two")
    assert place.history().find(source, []) is None

    place.commit({"default.nix": f'"{written.format(library)}"\n'})
    past = found(place.history().find(source, []))

    assert (past.beside, past.path, past.behind) == ("library", "", 1)
    assert [one.subject for one in past.since] == ["two"]


def test_a_checkout_beside_that_has_not_moved_on_is_not_of_the_past(place: Place, library: Path) -> None:
    source = place.take("", "source", library)
    place.commit({"default.nix": f'"{library}"\n'})

    assert place.history().find(source, []) is None


def test_a_directory_of_a_checkout_beside_is_found(place: Place, library: Path) -> None:
    commit(library, {"inner/a.go": "package a\n"})
    source = place.take("inner", "source", library)
    commit(library, {"inner/a.go": "package b\n"})
    place.commit({"flake.lock": f'"path": "{library}/inner"\n'})

    assert found(place.history().find(source, [])).path == "inner"


def test_a_commit_of_a_checkout_beside_is_looked_up_by_its_place(place: Place, library: Path) -> None:
    first = git(library, "rev-parse", "HEAD")
    commit(library, {"library.go": "package two\n"})

    assert found(place.history().commit(first, str(library))).beside == "library"
    assert place.history().commit(first) is None
    assert place.history().commit(first, str(library.parent)) is None
    assert place.history().commit(first, str(library / "absent")) is None


def test_another_work_tree_of_the_same_repository_is_not_beside_it(place: Place, tmp_path: Path) -> None:
    first = git(place.repository, "rev-parse", "HEAD")
    git(place.repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))

    assert place.history().commit(first, str(tmp_path / "linked")) is None


def test_a_hostile_checkout_beside_is_only_read(place: Place, library: Path, tmp_path: Path) -> None:
    source = place.take("", "source", library)
    marker, home = tmp_path / "marker", tmp_path / "home"
    home.mkdir()
    make_hostile(library, home, marker)
    place.commit({"default.nix": f'"{library}"\n'})
    marker.unlink(missing_ok=True)
    before = fingerprint(library), fingerprint(place.repository)

    past = found(place.history().find(source, []))

    assert past.beside == "library"
    assert (fingerprint(library), fingerprint(place.repository)) == before
    assert not marker.exists()


def test_a_repository_knows_its_place_and_its_remotes(place: Place) -> None:
    git(place.repository, "remote", "add", "origin", "git@github.com:me/stack.git")
    git(place.repository, "remote", "add", "local", "../elsewhere")

    assert place.history().top == str(place.repository)
    assert place.history().remotes == {"github.com/me/stack"}


def test_a_repository_without_remotes_has_none(place: Place) -> None:
    assert place.history().remotes == frozenset()
