"""Lock files: what each input is locked to, in every version."""

import json
from typing import Any

import pytest

from nixdrift.flakes import LockedInput, line_of, parse_lock

REVISION = "8e2a9348d5848c15698233968b5491a1784acaa1"
GIT = {"type": "git", "url": "https://example.org/a"}


def lock(nodes: dict[str, Any], version: int = 7) -> bytes:
    return json.dumps({"nodes": nodes, "root": "root", "version": version}).encode()


def test_an_input_has_what_was_asked_for_and_what_was_got() -> None:
    locked = {**GIT, "rev": REVISION, "narHash": "sha256-x"}
    found = parse_lock(lock({"root": {"inputs": {"a": "a_2"}}, "a_2": {"original": GIT, "locked": locked}}))

    assert found == (LockedInput(("a",), GIT, locked),)
    assert (found[0].title, found[0].revision, found[0].nar_hash) == ("a", REVISION, "sha256-x")


def test_inputs_of_inputs_come_after_theirs_and_have_its_name_first() -> None:
    node = {"original": GIT, "locked": GIT}
    nodes = {"root": {"inputs": {"child": "child", "z": "z"}}, "child": {**node, "inputs": {"a": "z"}}, "z": node}

    assert [one.title for one in parse_lock(lock(nodes)) or ()] == ["child", "child/a", "z"]


def test_an_input_that_follows_another_is_not_given_twice() -> None:
    node = {"original": GIT, "locked": GIT}
    nodes = {"root": {"inputs": {"a": "a", "b": "b"}}, "a": node, "b": {**node, "inputs": {"a": ["a"]}}}

    assert [one.title for one in parse_lock(lock(nodes)) or ()] == ["a", "b"]


@pytest.mark.parametrize("version", [5, 6])
def test_earlier_versions_keep_the_hash_in_a_record_of_its_own(version: int) -> None:
    node = {"original": GIT, "locked": {**GIT, "rev": REVISION}, "info": {"narHash": "sha256-x"}}
    (found,) = parse_lock(lock({"root": {"inputs": {"a": "a"}}, "a": node}, version)) or ()

    assert (found.revision, found.nar_hash) == (REVISION, "sha256-x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        lock({"root": {}}, 4),
        lock({"root": {}}, 8),
        lock({"root": {"inputs": {"a": "absent"}}}),
        lock({"root": {"inputs": {"a": "a"}}, "a": {"original": GIT}}),
        lock({"root": {"inputs": ["a"]}}),
    ],
)
def test_what_is_no_lock_file_as_known_is_none(content: bytes) -> None:
    assert parse_lock(content) is None


def test_a_lock_file_that_leads_into_itself_ends() -> None:
    node = {"original": GIT, "locked": GIT, "inputs": {"a": "a"}}

    assert len(parse_lock(lock({"root": {"inputs": {"a": "a"}}, "a": node})) or ()) == 16


def test_a_flake_without_inputs_has_none() -> None:
    assert parse_lock(lock({"root": {}})) == ()


def test_the_line_of_a_text_is_its_first_one() -> None:
    assert line_of(b"a\nb\nb\n", "b") == 2
    assert line_of(b"a\nb\n", "c") == 1
