"""The user's repository: what a revision means there. Nothing in it is ever written."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.errors import RepositoryError, UsageError
from nixdrift.repository.git import PARTIAL_HINT, Git, call, read_only

_NAME_ONE = "run inside a repository, or name one: --repository PATH"

SHALLOW_HINT = (
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
    onto: str | None = None
    """Of a commit that was made of the working tree: the user's commit that it was made on."""


@dataclass(frozen=True, slots=True)
class UserRepository:
    """A repository that is only read."""

    repo: Git
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

    @property
    def excludes_file(self) -> str:
        """The file of patterns that the user ignores in every repository, whether it exists or not."""
        usual = os.path.expanduser(f"{os.environ.get('XDG_CONFIG_HOME') or '~/.config'}/git/ignore")  # noqa: PTH111
        return _line(call(self.repo, "config", "--type=path", f"--default={usual}", "--get", "core.excludesFile"))

    @property
    def remotes(self) -> tuple[str, ...]:
        """The URLs of the remotes."""
        listed = call(self.repo, "config", "-z", "--get-regexp", r"^remote\..*\.url$", nothing=1)
        return tuple(os.fsdecode(one.partition(b"\n")[2]) for one in listed.split(b"\0")[:-1])

    @property
    def has_commits(self) -> bool:
        """Whether the branch that is checked out has a commit."""
        try:
            return bool(self._object("HEAD^{commit}"))
        except RepositoryError:
            return False

    def git_path(self, name: str) -> Path:
        """Give the path of a file of git's own, such as ``index`` or ``shallow``."""
        return self.top / _line(call(self.repo, "rev-parse", "--git-path", name))

    def resolve(self, revision: str) -> Commit:
        """Find the commit that a revision names.

        Raises `UsageError` for one that git would take for an option, `RepositoryError` for an unknown one.
        """
        if revision.startswith("-") or not revision or "\0" in revision:
            raise UsageError(f"not a revision: {revision!r}", hint="a revision is a commit, a branch or a tag")
        try:
            # Step by step: what follows `:/` is a pattern to its end.
            found = self._object(revision)
            commit = self._object(f"{found}^{{commit}}")
        except RepositoryError as error:
            raise self._unknown(revision) from error
        return Commit(revision, commit, self._tree(revision, commit))

    def _tree(self, revision: str, commit: str) -> str:
        try:
            return self._object(f"{commit}^{{tree}}")
        except RepositoryError as error:
            raise RepositoryError(f"the tree of {revision!r} is missing", hint=PARTIAL_HINT) from error

    def _object(self, name: str) -> str:
        return call(self.repo, "rev-parse", "--verify", name).decode().strip()

    def _unknown(self, revision: str) -> RepositoryError:
        if not self.has_commits:
            return RepositoryError(
                f"the branch has no commit yet, so {revision!r} names nothing", hint="commit first, then check"
            )
        hint = SHALLOW_HINT if self.is_shallow else self._meant(revision)
        return RepositoryError(f"unknown revision: {revision!r}", hint=hint)

    def _meant(self, revision: str) -> str:
        names = call(self.repo, "for-each-ref", "--format=%(refname:short)").decode("utf-8", "replace").split("\n")
        meant = difflib.get_close_matches(revision, filter(None, names), n=1, cutoff=0.75)
        return f"did you mean {meant[0]}?" if meant else "see `git log --oneline` for what there is"

    def default_base(self, head: Commit, environment: Mapping[str, str]) -> Commit:
        """Choose what to compare with: in CI the merge request's target, else the first parent.

        Source: https://docs.github.com/en/actions/reference/variables-reference and
        https://docs.gitlab.com/ci/variables/predefined_variables/
        """
        on_github = environment.get("GITHUB_ACTIONS") == "true"
        on_gitlab = environment.get("GITLAB_CI") == "true"
        if on_gitlab and (diff_base := environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")):
            return self.resolve(diff_base)
        if on_github and (target := environment.get("GITHUB_BASE_REF")):
            return self._merge_base(target, head)
        if on_gitlab and (target := environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")):
            return self._merge_base(target, head)
        return self._first_parent(head)

    def _merge_base(self, target: str, head: Commit) -> Commit:
        tip = self._target_tip(target)
        try:
            common = call(self.repo, "merge-base", tip.commit, head.commit).decode().strip()
        except RepositoryError as error:
            hint = SHALLOW_HINT if self.is_shallow else "name the commit to compare with: --base REV"
            raise RepositoryError(f"no common history of {target!r} and {head.revision!r}", hint=hint) from error
        return self.resolve(common)

    def _target_tip(self, target: str) -> Commit:
        try:
            return self.resolve(f"refs/remotes/origin/{target}")
        except RepositoryError:
            return self.resolve(target)

    def _first_parent(self, head: Commit) -> Commit:
        try:
            # By its id: not to every way of naming a revision can `^1` be added.
            return replace(self.resolve(f"{head.commit}^1"), revision=f"{head.revision}^1")
        except RepositoryError as error:
            hint = SHALLOW_HINT if self.is_shallow else "name the commit to compare with: --base REV"
            raise RepositoryError(f"{head.revision!r} has no parent to compare with", hint=hint) from error


def open_repository(path: Path) -> UserRepository:
    """Open the repository that a path lies in.

    Raises `RepositoryError` where there is none, or one without a work tree.
    """
    # GitPython runs git elsewhere where it may not enter the directory.
    if not path.is_dir() or not os.access(path, os.X_OK):
        raise RepositoryError(f"no directory to look for a repository in: {path}", hint=_NAME_ONE)
    here = read_only(path)
    try:
        top = _line(call(here, "rev-parse", "--show-toplevel"))
    except RepositoryError as error:
        raise _unusable(path, here, error) from error
    directory = _line(call(here, "rev-parse", "--show-prefix"))
    return UserRepository(read_only(Path(top)), Path(top).resolve(), directory.rstrip("/"))


def _line(output: bytes) -> str:
    return os.fsdecode(output.removesuffix(b"\n"))


def _unusable(path: Path, here: Git, error: RepositoryError) -> RepositoryError:
    if "not a git repository" in error.message:
        return RepositoryError(f"not a git repository: {path}", hint=_NAME_ONE)
    if "dubious ownership" in error.message:
        where = error.message.rpartition(" at ")[2].strip("'")
        return RepositoryError(
            f"git does not trust the repository at {where}: it belongs to somebody else",
            hint=f"git config --global --add safe.directory {where}",
        )
    if "must be run in a work tree" in error.message:
        if _line(call(here, "rev-parse", "--is-bare-repository")) == "true":
            return RepositoryError(f"a bare repository has no work tree: {path}", hint="clone it, and run in the clone")
        return RepositoryError(f"not in a work tree: {path}", hint=_NAME_ONE)
    return error
