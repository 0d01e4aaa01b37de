"""What to compare with when nobody says: in CI what was there before the change, else the first parent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import assert_never

from nixdrift.errors import RepositoryError
from nixdrift.repository.ci import Before, NewBranch, Nothing, Target, asked_base
from nixdrift.repository.git import call
from nixdrift.repository.revisions import SHALLOW_HINT, Commit, UserRepository

Warn = Callable[[str], None]


def default_base(user: UserRepository, head: Commit, environment: Mapping[str, str], warn: Warn) -> Commit:
    """Choose what to compare with; ``warn`` gets what a person should know of the choice.

    Raises `RepositoryError` where it is not there.
    """
    asked = _of_pre_commit(user, head, environment) or asked_base(head.commit, environment)
    match asked:
        case Before(commit, branch):
            return user.resolve(commit) if branch is None else _before_push(user, head, asked, warn)
        case Target(branch, merged):
            is_merge = merged == head.commit and _is_merge(user, head)
            return first_parent(user, head) if is_merge else merge_base(user, branch, head)
        case NewBranch():
            return _of_new_branch(user, head, asked, warn)
        case Nothing():
            return first_parent(user, head)
        case _:
            assert_never(asked)


def _of_pre_commit(user: UserRepository, head: Commit, environment: Mapping[str, str]) -> Before | None:
    """Give where the commits begin that pre-commit is asked about; it names both ends as the user did."""
    before, after = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    is_asked = before and after and user.resolve(after).commit == head.commit
    return Before(before) if before and is_asked else None


def _before_push(user: UserRepository, head: Commit, asked: Before, warn: Warn) -> Commit:
    """Give what a branch was before a push, or the first parent where a push has thrown that away."""
    try:
        return user.resolve(asked.commit)
    except RepositoryError:
        if user.is_shallow:
            raise
    warn(
        f"{asked.commit[:12]}, which {asked.branch} was before this push, is not in this clone (the push was forced?): "
        "the last commit alone is judged; fetch that one, or name another: --base REV"
    )
    return first_parent(user, head)


def _of_new_branch(user: UserRepository, head: Commit, asked: NewBranch, warn: Warn) -> Commit:
    if asked.default_branch is None:
        return first_parent(user, head)
    try:
        return merge_base(user, asked.default_branch, head)
    except RepositoryError:
        warn(
            f"a new branch, and where it left {asked.default_branch} is not in this clone: "
            "the last commit alone is judged; fetch the whole history, or name a commit: --base REV"
        )
        return first_parent(user, head)


def merge_base(user: UserRepository, target: str, head: Commit) -> Commit:
    """Give the commit at which head left a branch; raises `RepositoryError` where there is none."""
    tip = _target_tip(user, target)
    try:
        common = call(user.repo, "merge-base", tip.commit, head.commit).decode().strip()
    except RepositoryError as error:
        raise RepositoryError(f"no common history of {target!r} and {head.revision!r}", hint=_hint(user)) from error
    return user.resolve(common)


def _target_tip(user: UserRepository, target: str) -> Commit:
    try:
        return user.resolve(f"refs/remotes/origin/{target}")
    except RepositoryError:
        return user.resolve(target)


def first_parent(user: UserRepository, head: Commit) -> Commit:
    """Give the first parent of a commit; raises `RepositoryError` where it has none here."""
    try:
        # By its id: not to every way of naming a revision can `^1` be added.
        return replace(user.resolve(f"{head.commit}^1"), revision=f"{head.revision}^1")
    except RepositoryError as error:
        raise RepositoryError(f"{head.revision!r} has no parent to compare with", hint=_hint(user)) from error


def _is_merge(user: UserRepository, head: Commit) -> bool:
    parents = call(user.repo, "rev-list", "--parents", "--max-count=1", head.commit).decode().split()[1:]
    return len(parents) > 1


def _hint(user: UserRepository) -> str:
    return SHALLOW_HINT if user.is_shallow else "name the commit to compare with: --base REV"
