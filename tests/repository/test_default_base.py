"""What is compared with when nobody says: the merge request's target in CI, else the first parent."""

from pathlib import Path

import pytest

from nixdrift.errors import NixdriftError
from nixdrift.repository import UserRepository, open_repository
from tests.corpus import commit_all, git

GITHUB = {"GITHUB_ACTIONS": "true"}
GITLAB = {"GITLAB_CI": "true"}


@pytest.fixture
def merged(tmp_path: Path) -> UserRepository:
    """Give a clone whose branch ``topic`` left ``main`` at the tag ``fork``; both have gone on since.

    ``merge`` is a merge of ``topic`` into ``main``, and so has two parents.
    """
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    for name in ("first", "fork", "topic", "main"):
        if name in ("topic", "main"):
            git(origin, "checkout", "--quiet", *(["-b", "topic"] if name == "topic" else ["main"]))
        (origin / name).write_text(name)
        commit_all(origin, name)
        git(origin, "tag", f"at-{name}")
    git(origin, "merge", "--quiet", "--no-ff", "-m", "merge", "topic")
    git(origin, "tag", "merge")
    git(origin, "reset", "--quiet", "--hard", "at-main")
    git(tmp_path, "clone", "--quiet", "--branch=topic", str(origin), "clone")
    return open_repository(tmp_path / "clone")


CHOICES = {
    "the first parent": ("at-topic", {}, "at-fork"),
    "the first parent of a merge": ("merge", {}, "at-main"),
    "GitHub's pull request": ("at-topic", {**GITHUB, "GITHUB_BASE_REF": "main"}, "at-fork"),
    "GitHub's merged pull request": ("merge", {**GITHUB, "GITHUB_BASE_REF": "main"}, "at-main"),
    "GitHub's push": ("at-topic", {**GITHUB, "GITHUB_BASE_REF": ""}, "at-fork"),
    "GitLab's merge request": ("at-topic", {**GITLAB, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, "at-fork"),
    "GitLab's own base": (
        "at-topic",
        {
            **GITLAB,
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": "at-first",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        },
        "at-first",
    ),
    "a variable of GitHub elsewhere": ("at-main", {"GITHUB_BASE_REF": "topic"}, "at-fork"),
    "GitHub's variable on GitLab": ("merge", {**GITLAB, "GITHUB_BASE_REF": "topic"}, "at-main"),
    "a variable of GitLab elsewhere": ("merge", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "at-first"}, "at-main"),
    "another CI": ("merge", {"CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "topic"}, "at-main"),
}


@pytest.mark.parametrize("what", CHOICES)
def test_the_base_is_what_the_merge_request_or_the_history_says(what: str, merged: UserRepository) -> None:
    head, environment, expected = CHOICES[what]
    base = merged.default_base(merged.resolve(head), environment)
    assert base.commit == merged.resolve(expected).commit


@pytest.mark.parametrize("revision", ["HEAD", "topic", "@{0}", "HEAD~0", ":/topic", "topic^{commit}"])
def test_the_first_parent_is_found_however_the_head_is_named(revision: str, merged: UserRepository) -> None:
    base = merged.default_base(merged.resolve(revision), {})
    assert (base.revision, base.commit) == (f"{revision}^1", merged.resolve("at-fork").commit)


def test_a_target_that_is_not_there_is_said(merged: UserRepository) -> None:
    with pytest.raises(NixdriftError, match="unknown revision: 'release'"):
        merged.default_base(merged.resolve("HEAD"), {**GITHUB, "GITHUB_BASE_REF": "release"})


def test_a_target_without_common_history_is_said(merged: UserRepository) -> None:
    git(merged.top, "checkout", "--quiet", "--orphan", "island")
    commit_all(merged.top, "island")
    with pytest.raises(NixdriftError, match="no common history of 'main' and 'HEAD'"):
        merged.default_base(merged.resolve("HEAD"), {**GITHUB, "GITHUB_BASE_REF": "main"})
