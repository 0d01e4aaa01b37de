"""The user's repository: what a revision means there. Nothing in it is ever written."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import git

from nixdrift.errors import RepositoryError, UsageError
from nixdrift.repository.git import READ_ONLY, call

_SHALLOW_HINT = (
    "this clone is shallow: fetch the history (`git fetch --unshallow`; on GitHub `fetch-depth: 0`, "
    "on GitLab `GIT_DEPTH: 0`)"
)


@dataclass(frozen=True, slots=True)
class Commit:
    """A revision and what it resolves to."""

    revision: str
    """What the user typed."""
    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class UserRepository:
    """A repository that is only read."""

    repo: git.Repo
    top: Path
    """The real path of the work tree."""
    directory: str
    """Where in it the user stands, relative to ``top``; ``""`` is the top itself."""

    @property
    def object_directory(self) -> Path:
        """The directory that holds the objects, shared by all linked worktrees."""
        return self.git_path("objects").resolve()

    @property
    def object_format(self) -> str:
        """The hash that names objects: ``sha1`` or ``sha256``."""
        return call(self.repo, "rev-parse", "--show-object-format").decode().strip()

    @property
    def is_shallow(self) -> bool:
        """Whether the history is cut off."""
        return call(self.repo, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def git_path(self, name: str) -> Path:
        """Give the path of a file of git's own, such as ``index`` or ``shallow``."""
        path = os.fsdecode(call(self.repo, "rev-parse", "--git-path", name).rstrip(b"\n"))
        return Path(self.repo.working_dir, path)

    def resolve(self, revision: str) -> Commit:
        """Find the commit that a revision names.

        Raises `UsageError` for one that git would take for an option, `RepositoryError` for an unknown one.
        """
        if revision.startswith("-") or not revision or "\0" in revision:
            raise UsageError(f"not a revision: {revision!r}", hint="a revision is a commit, a branch or a tag")
        try:
            commit = call(self.repo, "rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
            tree = call(self.repo, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()
        except RepositoryError as error:
            raise self._unknown(revision, error) from error
        return Commit(revision, commit, tree)

    def _unknown(self, revision: str, error: RepositoryError) -> RepositoryError:
        if "dubious ownership" in error.message:
            return RepositoryError(
                f"git does not trust {self.top}: it belongs to somebody else",
                hint=f"git config --global --add safe.directory {self.top}",
            )
        if not self.repo.head.is_valid():
            return RepositoryError(
                f"the branch has no commit yet, so {revision!r} names nothing", hint="commit first, then check"
            )
        hint = _SHALLOW_HINT if self.is_shallow else "see `git log --oneline` for what there is"
        return RepositoryError(f"unknown revision: {revision!r}", hint=hint)

    def default_base(self, head: Commit, environment: Mapping[str, str]) -> Commit:
        """Choose what to compare with: in CI the merge request's target, else the first parent."""
        diff_base = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
        if diff_base:
            return self.resolve(diff_base)
        target = environment.get("GITHUB_BASE_REF") or environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
        if target:
            return self._merge_base(target, head)
        return self._first_parent(head)

    def _merge_base(self, target: str, head: Commit) -> Commit:
        tip = self._target_tip(target)
        try:
            common = call(self.repo, "merge-base", tip.commit, head.commit).decode().strip()
        except RepositoryError as error:
            hint = _SHALLOW_HINT if self.is_shallow else "name the commit to compare with: --base REV"
            raise RepositoryError(f"no common history of {target!r} and {head.revision!r}", hint=hint) from error
        return self.resolve(common)

    def _target_tip(self, target: str) -> Commit:
        try:
            return self.resolve(f"refs/remotes/origin/{target}")
        except RepositoryError:
            return self.resolve(target)

    def _first_parent(self, head: Commit) -> Commit:
        try:
            return self.resolve(f"{head.revision}^1")
        except RepositoryError as error:
            hint = _SHALLOW_HINT if self.is_shallow else "name the commit to compare with: --base REV"
            raise RepositoryError(f"{head.revision!r} has no parent to compare with", hint=hint) from error


def open_repository(path: Path) -> UserRepository:
    """Open the repository that a path lies in.

    Raises `RepositoryError` where there is none, or one without a work tree.
    """
    try:
        repo = git.Repo(path, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise RepositoryError(
            f"not a git repository: {path}", hint="run inside a repository, or name one: --repository PATH"
        ) from error
    if repo.bare:
        raise RepositoryError(f"a bare repository has no work tree: {path}", hint="clone it, and run in the clone")
    repo.git.update_environment(**READ_ONLY)
    top = Path(repo.working_dir).resolve()
    directory = path.resolve().relative_to(top).as_posix() if path.resolve() != top else ""
    return UserRepository(repo, top, directory)
