"""What is compared with when nobody says: the merge request's target in CI, else the first parent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from nixdrift.errors import NixdriftError
from nixdrift.repository import Commit, UserRepository, open_repository
from nixdrift.repository import default_base as chosen
from tests.corpus import commit_all, git

GITHUB = {"GITHUB_ACTIONS": "true"}
GITLAB = {"GITLAB_CI": "true"}


def chosen_base(
    user: UserRepository, head: Commit, environment: Mapping[str, str], warned: list[str] | None = None
) -> Commit:
    return chosen(user, head, environment, [].append if warned is None else warned.append)


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
    "Buildkite's pull request": (
        "at-topic",
        {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
        "at-fork",
    ),
    "Buildkite's push": ("merge", {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": ""}, "at-main"),
    "Jenkins' change": ("at-topic", {"JENKINS_URL": "https://ci.example/", "CHANGE_TARGET": "main"}, "at-fork"),
    "another CI": ("merge", {"CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "topic"}, "at-main"),
}


@pytest.mark.parametrize("what", CHOICES)
def test_the_base_is_what_the_merge_request_or_the_history_says(what: str, merged: UserRepository) -> None:
    head, environment, expected = CHOICES[what]
    base = chosen_base(merged, merged.resolve(head), environment)
    assert base.commit == merged.resolve(expected).commit


@pytest.mark.parametrize("revision", ["HEAD", "topic", "@{0}", "HEAD~0", ":/topic", "topic^{commit}"])
def test_the_first_parent_is_found_however_the_head_is_named(revision: str, merged: UserRepository) -> None:
    base = chosen_base(merged, merged.resolve(revision), {})
    assert (base.revision, base.commit) == (f"{revision}^1", merged.resolve("at-fork").commit)


def test_a_target_that_is_not_there_is_said(merged: UserRepository) -> None:
    with pytest.raises(NixdriftError, match="unknown revision: 'release'"):
        chosen_base(merged, merged.resolve("HEAD"), {**GITHUB, "GITHUB_BASE_REF": "release"})


def test_a_target_without_common_history_is_said(merged: UserRepository) -> None:
    git(merged.top, "checkout", "--quiet", "--orphan", "island")
    commit_all(merged.top, "island")
    with pytest.raises(NixdriftError, match="no common history of 'main' and 'HEAD'"):
        chosen_base(merged, merged.resolve("HEAD"), {**GITHUB, "GITHUB_BASE_REF": "main"})


NOTHING = "0" * 40

PUSHES: Mapping[str, tuple[str, str | None, str, str]] = {
    "a push of several commits": ("at-topic", "at-first", "topic", "at-first"),
    "a push that went another way": ("at-topic", "at-main", "topic", "at-main"),
    "a new branch": ("at-topic", None, "topic", "at-fork"),
    "the first push of the default branch": ("at-main", None, "main", "at-fork"),
}
"""What is pushed, what was there before (None: nothing), the branch, and what is compared with."""


def on_github(tmp_path: Path, head: str, event: object, **more: str) -> Mapping[str, str]:
    file = tmp_path / "event.json"
    file.write_bytes(orjson.dumps(event))
    return {**GITHUB, "GITHUB_SHA": head, "GITHUB_EVENT_PATH": str(file), **more}


def pushed(tmp_path: Path, service: str, head: str, before: str, branch: str) -> Mapping[str, str]:
    if service == "github":
        event: Any = {"before": before, "after": head, "repository": {"default_branch": "main"}}
        return on_github(tmp_path, head, event, GITHUB_EVENT_NAME="push", GITHUB_REF_NAME=branch)
    return {
        **GITLAB,
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_SHA": head,
        "CI_COMMIT_BEFORE_SHA": before,
        "CI_COMMIT_BRANCH": branch,
        "CI_DEFAULT_BRANCH": "main",
    }


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize("what", PUSHES)
def test_the_base_of_a_push_is_what_was_there_before(
    what: str, service: str, merged: UserRepository, tmp_path: Path
) -> None:
    head, before, branch, expected = PUSHES[what]
    known = merged.resolve(before).commit if before else NOTHING
    environment = pushed(tmp_path, service, merged.resolve(head).commit, known, branch)
    warned: list[str] = []

    assert chosen_base(merged, merged.resolve(head), environment, warned).commit == merged.resolve(expected).commit
    assert warned == []
    another = chosen_base(merged, merged.resolve("merge"), environment)
    assert another.commit == merged.resolve("at-main").commit, "what was pushed is another commit"


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_what_a_forced_push_threw_away_is_said_to_be_missing(
    service: str, merged: UserRepository, tmp_path: Path
) -> None:
    head = merged.resolve("at-topic")
    warned: list[str] = []
    base = chosen_base(merged, head, pushed(tmp_path, service, head.commit, "a" * 40, "topic"), warned)

    assert base.commit == merged.resolve("at-fork").commit
    assert [one for one in warned if "aaaaaaaaaaaa, which topic was before this push, is not in this clone" in one]


def test_a_new_branch_of_which_the_origin_is_not_here_is_judged_by_its_last_commit(
    merged: UserRepository, tmp_path: Path
) -> None:
    head = merged.resolve("at-topic")
    environment = {**pushed(tmp_path, "gitlab", head.commit, NOTHING, "topic"), "CI_DEFAULT_BRANCH": "trunk"}
    warned: list[str] = []

    assert chosen_base(merged, head, environment, warned).commit == merged.resolve("at-fork").commit
    assert [one for one in warned if "where it left trunk is not in this clone" in one]


def test_the_base_of_a_merge_queue_is_what_it_merges_onto(merged: UserRepository, tmp_path: Path) -> None:
    head, base = merged.resolve("merge"), merged.resolve("at-fork").commit
    event = {"action": "checks_requested", "merge_group": {"head_sha": head.commit, "base_sha": base}}
    environment = on_github(tmp_path, head.commit, event, GITHUB_EVENT_NAME="merge_group", GITHUB_BASE_REF="")

    assert chosen_base(merged, head, environment).commit == base


MERGED = {
    "GitHub's": lambda head: {
        **GITHUB,
        "GITHUB_SHA": head,
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_BASE_REF": "not-fetched",
    },
    "GitLab's train": lambda head: {
        **GITLAB,
        "CI_COMMIT_SHA": head,
        "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "at-first",
    },
}


@pytest.mark.parametrize("service", MERGED)
def test_a_merge_that_the_service_made_is_compared_with_what_it_merged_into(
    service: str, merged: UserRepository
) -> None:
    head = merged.resolve("merge")
    assert chosen_base(merged, head, MERGED[service](head.commit)).commit == merged.resolve("at-main").commit


def test_a_push_that_pre_commit_is_asked_about_begins_where_it_says(merged: UserRepository) -> None:
    head, first = merged.resolve("at-topic"), merged.resolve("at-first").commit
    asked = {"PRE_COMMIT_FROM_REF": first, "PRE_COMMIT_TO_REF": head.commit}

    assert chosen_base(merged, head, asked).commit == first
    named = {"PRE_COMMIT_FROM_REF": "at-first", "PRE_COMMIT_TO_REF": "topic"}
    assert chosen_base(merged, head, named).commit == first
    assert chosen_base(merged, merged.resolve("merge"), asked).commit == merged.resolve("at-main").commit


def test_an_event_that_cannot_be_read_is_said(merged: UserRepository, tmp_path: Path) -> None:
    head = merged.resolve("merge")
    for name in ("missing", "event.json"):
        (tmp_path / "event.json").write_text('{"before": 7}')
        environment = {**GITHUB, "GITHUB_SHA": head.commit, "GITHUB_EVENT_PATH": str(tmp_path / name)}
        with pytest.raises(NixdriftError, match="the event that GITHUB_EVENT_PATH names cannot be read"):
            chosen_base(merged, head, environment)
