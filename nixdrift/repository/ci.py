"""What a CI service says of the change that it runs for: what was there before it. Pure, but for the event's file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nixdrift.errors import RepositoryError

TARGETS: Mapping[str, str] = {
    "GITHUB_ACTIONS": "GITHUB_BASE_REF",
    "GITLAB_CI": "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BUILDKITE": "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "JENKINS_URL": "CHANGE_TARGET",
}
"""Variable by which a service is known → its variable for the branch that a merge request is to be merged into."""


@dataclass(frozen=True, slots=True)
class Before:
    """A commit that was there before the change, and that the service names."""

    commit: str
    branch: str | None = None
    """Where it was pushed to; None: it is a merge request's, and has to be there."""


@dataclass(frozen=True, slots=True)
class Target:
    """A branch: what was there before is where the change left it."""

    branch: str
    merged: str | None = None
    """A commit that the service made by merging the change into the branch; its first parent was there before."""


@dataclass(frozen=True, slots=True)
class NewBranch:
    """A branch that was not there before."""

    default_branch: str | None
    """What it may have been made from; None: not known, or it is that one itself."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No service, or one that runs for no change."""


Asked = Before | Target | NewBranch | Nothing


class _MergeGroup(msgspec.Struct):
    base_sha: str | None = None


class _Repository(msgspec.Struct):
    default_branch: str | None = None


class _Event(msgspec.Struct):
    """What is read of an event of GitHub; the rest of it is passed over.

    Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
    """

    before: str | None = None
    merge_group: _MergeGroup | None = None
    repository: _Repository | None = None


def asked_base(head: str, environment: Mapping[str, str]) -> Asked:
    """Give what a service says was there before a commit.

    A push is that commit's only if it is the one that was pushed. Raises `RepositoryError` for an unreadable event.

    Source: https://docs.github.com/en/actions/reference/variables-reference and
    https://docs.gitlab.com/ci/variables/predefined_variables/
    """
    service = next((one for one in TARGETS if environment.get(one, "false") not in ("", "false")), None)
    if service == "GITLAB_CI" and (found := _of_merge_request(head, environment)):
        return found
    if service and (target := environment.get(TARGETS[service])):
        return Target(target, _merged_by_github(environment))
    if service == "GITHUB_ACTIONS" and environment.get("GITHUB_SHA") == head:
        return _of_github(environment)
    if service == "GITLAB_CI" and environment.get("CI_COMMIT_SHA") == head:
        return _of_gitlab(environment)
    return Nothing()


def _merged_by_github(environment: Mapping[str, str]) -> str | None:
    is_merged = re.fullmatch(r"refs/pull/\d+/merge", environment.get("GITHUB_REF", ""))
    return environment.get("GITHUB_SHA") if is_merged else None


def _of_merge_request(head: str, environment: Mapping[str, str]) -> Asked | None:
    target = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    is_merged = environment.get("CI_MERGE_REQUEST_EVENT_TYPE") in ("merged_result", "merge_train")
    if target and is_merged and environment.get("CI_COMMIT_SHA") == head:
        return Target(target, head)
    base = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    return Before(base) if base else None


def _of_github(environment: Mapping[str, str]) -> Asked:
    event = _event(environment)
    if event.merge_group and event.merge_group.base_sha:
        return Before(event.merge_group.base_sha)
    if environment.get("GITHUB_EVENT_NAME") != "push" or environment.get("GITHUB_REF_TYPE") == "tag":
        return Nothing()
    default_branch = event.repository.default_branch if event.repository else None
    return _pushed(event.before, environment.get("GITHUB_REF_NAME"), default_branch)


def _event(environment: Mapping[str, str]) -> _Event:
    file = environment.get("GITHUB_EVENT_PATH")
    if not file:
        return _Event()
    try:
        return msgspec.json.decode(Path(file).read_bytes(), type=_Event)
    except (OSError, ValueError, RecursionError) as error:
        raise RepositoryError(
            "the event that GITHUB_EVENT_PATH names cannot be read", hint="name the commit to compare with: --base REV"
        ) from error


def _of_gitlab(environment: Mapping[str, str]) -> Asked:
    if environment.get("CI_PIPELINE_SOURCE") != "push" or not (branch := environment.get("CI_COMMIT_BRANCH")):
        return Nothing()
    return _pushed(environment.get("CI_COMMIT_BEFORE_SHA"), branch, environment.get("CI_DEFAULT_BRANCH"))


def _pushed(before: str | None, branch: str | None, default_branch: str | None) -> Asked:
    if not before or not branch:
        return Nothing()
    if before.strip("0"):
        return Before(before, branch)
    return NewBranch(default_branch if default_branch != branch else None)
