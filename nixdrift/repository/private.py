"""A private repository that borrows the user's objects: all that has to be written is written here.

Observed with Nix 2.8, 2.26 and 2.34: ``git+file://PRIVATE?rev=…`` evaluates any commit of the user's repository, and
a worktree that is linked to it is listed in it alone.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from nixdrift.changes import Change, FileState, parse_raw_diff
from nixdrift.errors import RepositoryError
from nixdrift.repository.git import PARTIAL_HINT, Git, call, initialise, isolated
from nixdrift.repository.revisions import Commit, UserRepository
from nixdrift.tree import Tree, parse_tree

_RAW_CONTENT = "* -text -eol -ident -filter -working-tree-encoding\n"
"""What is committed is what is evaluated and hashed: no conversion on the way in or out."""

_SHA1_LENGTH = 40

_DIFF = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")


@dataclass(frozen=True, slots=True)
class PrivateRepository:
    """A repository in the run's own directory, with the user's objects as its alternates."""

    repo: Git
    user: UserRepository
    directory: Path

    @property
    def fresh(self) -> Path:
        """The directory of objects that are written without a look at the user's."""
        return self.directory / ".git" / "fresh"

    def changes(self, base: Commit, head: Commit) -> tuple[Change, ...]:
        """List what differs between two commits, sorted by path; a rename is a removal and an addition."""
        return parse_raw_diff(call(self.repo, *_DIFF, base.tree, head.tree))

    def tree(self, commit: Commit) -> Tree:
        """List a commit's whole tree."""
        listing = call(self.repo, "ls-tree", "-r", "-t", "-z", "--full-tree", commit.tree)
        return parse_tree(listing, commit.tree)

    def blob(self, object_id: str) -> bytes:
        """Read a blob, through one ``git cat-file --batch`` that stays open."""
        if len(object_id) != _SHA1_LENGTH:
            # GitPython's open process knows no other hash.
            return call(self.repo, "cat-file", "blob", object_id)
        try:
            content: bytes = self.repo.get_object_data(object_id)[3]
        except ValueError as error:
            raise RepositoryError(f"object {object_id} is missing", hint=PARTIAL_HINT) from error
        return content

    def flake_url(self, commit: Commit, directory: str) -> str:
        """Give the URL by which Nix evaluates the flake in a directory of a commit."""
        # Nix 2.8 asks git about HEAD even where the revision is given.
        call(self.repo, "update-ref", "refs/heads/master", commit.commit)
        url = f"git+file://{quote(os.fsencode(self.directory))}?rev={commit.commit}"
        url += f"&dir={quote(os.fsencode(directory))}" if directory else ""
        return url + ("&shallow=1" if self.user.is_shallow else "")

    def checkout(self, commit: Commit) -> Path:
        """Put a commit into the linked worktree, which has the same path and base name for every commit.

        A source's store path depends on the base name of its directory, and ``.git`` may be part of a source:
        as a linked worktree's file it is the same for every commit.
        """
        worktree = self.directory.parent / "worktree" / self.user.top.name
        if not worktree.exists():
            call(self.repo, "worktree", "add", "--quiet", "--detach", "--no-checkout", str(worktree), commit.commit)
        linked = isolated(worktree)
        call(linked, "checkout", "--quiet", "--force", "--detach", commit.commit)
        call(linked, "clean", "--quiet", "-ffdx")
        return worktree

    def _edited(self, untracked: bool) -> bytes:
        """List what the index has otherwise, then what it lacks: a directory may be where a file was."""
        listed = call(self.repo, "ls-files", "-z", "--modified")
        if untracked:
            listed += self._others()
        # A repository inside of this one is listed as a directory; like a submodule, it is recorded as a link.
        return listed.replace(b"/\0", b"\0")

    def _others(self, *options: str) -> bytes:
        ignoring = ("-c", f"core.excludesFile={self.user.excludes_file}")
        return call(self.repo, *ignoring, "ls-files", "-z", "--others", "--exclude-standard", *options)

    def ignored(self) -> frozenset[str]:
        """List what git ignores in the user's working tree; a directory of nothing else is one name, with a slash."""
        with self.repo.custom_environment(**self._with_index_of_user()):
            listed = self._others("--ignored", "--directory")
        return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)

    def _with_index_of_user(self) -> Mapping[str, str]:
        """Copy the user's index, and give the environment in which git uses the copy, for the user's working tree.

        The index is copied, not used: its cached file times spare the unchanged files a read.
        """
        index = self.directory / ".git" / "nixdrift-index"
        original = self.user.git_path("index")
        # A split index is two files, of which git looks for the second beside its own repository's index.
        for file in (original, *original.parent.glob("sharedindex.*")):
            with suppress(FileNotFoundError):
                shutil.copy2(file, index if file == original else index.with_name(file.name))
        redirected = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(self.user.top)}
        with self.repo.custom_environment(**redirected):
            # A sparse index names trees, which are only found among the user's objects: write them out. And a file that
            # was edited in the second in which the index was written is found only if it is looked into before.
            call(self.repo, "update-index", "-q", "--unmerged", "--refresh", "--force-write-index")
        return redirected

    def working_tree(self, *, untracked: bool) -> Commit:
        """Record the user's working tree as a commit of the private repository: staged, unstaged, untracked.

        What is written goes where the user's objects cannot be seen: git renews the file time of an object that it
        finds.
        """
        redirected = self._with_index_of_user()
        with self.repo.custom_environment(**redirected):
            paths = self._edited(untracked)
        with self.repo.custom_environment(**redirected, GIT_OBJECT_DIRECTORY=str(self.fresh)):
            # Unlike `git add`, this does not run git in submodules, whose configuration is the user's.
            call(self.repo, "update-index", "--add", "--remove", "-z", "--stdin", stdin=paths)
            tree = call(self.repo, "write-tree", "--missing-ok").decode().strip()
        parent = self.user.resolve("HEAD").commit
        return replace(self._commit(tree, parent, "working tree"), onto=parent)

    def edited(self, commit: Commit, files: Mapping[str, FileState | None], revision: str) -> Commit:
        """Record a commit's tree with other files at some paths (None: nothing there), as a commit of this repository.

        The contents have to be among the objects already. ``revision`` is what messages call it.
        """
        index = {"GIT_INDEX_FILE": str(self.directory / ".git" / "nixdrift-edited-index")}
        with self.repo.custom_environment(**index):
            call(self.repo, "read-tree", commit.tree)
        # What is removed goes first: a directory may come where a file was.
        ordered = sorted(files.items(), key=lambda one: one[1] is not None)
        records = b"".join(_index_record(path, state, commit.tree) for path, state in ordered)
        with self.repo.custom_environment(**index, GIT_OBJECT_DIRECTORY=str(self.fresh)):
            call(self.repo, "update-index", "--add", "--replace", "-z", "--index-info", stdin=records)
            tree = call(self.repo, "write-tree", "--missing-ok").decode().strip()
        return self._commit(tree, commit.commit, revision)

    def write_blob(self, content: bytes) -> str:
        """Write a blob into this repository, and give its id."""
        with self.repo.custom_environment(GIT_OBJECT_DIRECTORY=str(self.fresh)):
            return call(self.repo, "hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def _commit(self, tree: str, parent: str, revision: str) -> Commit:
        commit = call(self.repo, *_IDENTITY, "commit-tree", tree, "-p", parent, "-m", revision)
        return Commit(revision, commit.decode().strip(), tree)


def _index_record(path: str, state: FileState | None, some_id: str) -> bytes:
    """Write what ``git update-index --index-info`` reads: of what is to be removed, the id only has to look like one.

    Source: https://git-scm.com/docs/git-update-index#_using_index_info
    """
    head = f"{state.mode} {state.object_id}" if state else f"0 {'0' * len(some_id)}"
    return head.encode() + b"\t" + os.fsencode(path) + b"\0"


_IDENTITY = ("-c", "user.name=nixdrift", "-c", "user.email=nixdrift@localhost")


@contextmanager
def private_repository(user: UserRepository, parent: Path) -> Iterator[PrivateRepository]:
    """Make a private repository in a directory that belongs to this run; its processes end with the block."""
    directory = parent / "repository"
    initialise(directory, user.object_format)
    repo = isolated(directory)
    git_directory = directory / ".git"
    (git_directory / "objects" / "info").mkdir(parents=True, exist_ok=True)
    # By a link: git and libgit2 read differently what is unusual in a path.
    borrowed = git_directory / "borrowed"
    borrowed.symlink_to(user.object_directory)
    private = PrivateRepository(repo, user, directory)
    private.fresh.mkdir()
    alternates = b"".join(os.fsencode(path) + b"\n" for path in (borrowed, private.fresh))
    (git_directory / "objects" / "info" / "alternates").write_bytes(alternates)
    (git_directory / "info").mkdir(exist_ok=True)
    (git_directory / "info" / "attributes").write_text(_RAW_CONTENT)
    for name in ("shallow", "info/exclude"):
        with suppress(FileNotFoundError):
            shutil.copyfile(user.git_path(name), git_directory / name)
    try:
        yield private
    finally:
        repo.clear_cache()
