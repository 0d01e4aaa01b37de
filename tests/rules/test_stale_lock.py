"""A lock file that holds an earlier tree: when the rule fires, and when it stays silent."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from nixdrift.model import StorePath
from nixdrift.sources import Prover
from nixdrift.store.paths import source_path
from tests.rules.pasts import OLD, TOP, Remembered, at, audited, fired, found, past
from tests.worlds import STACK, STORE_DIR, Expression, File, Files, Revision, World, edited, make_world, tree_of

MAIN = "goinstance/main.go"
FLAKE = '{ inputs.stack.url = "git+file:///home/somebody/stack"; outputs = x: x; }'


def lock(**inputs: dict[str, Any]) -> str:
    nodes = {"root": {"inputs": {name: name for name in inputs}}, **inputs}
    return json.dumps({"nodes": nodes, "root": "root", "version": 7}, indent=2)


def git(url: str, revision: str = OLD, files: Files | None = None, **asked: str) -> dict[str, Any]:
    locked = {"type": "git", "url": url, "rev": revision, "narHash": nar_hash(OLDER if files is None else files)}
    return {"original": {"type": "git", "url": url, **asked}, "locked": locked}


def nar_hash(files: Files, path: str = "") -> str:
    return f"sha256-{base64.b64encode(digest_of(files, path)).decode()}"


def digest_of(files: Files, path: str = "") -> bytes:
    tree, blobs = tree_of(files)
    digest = Prover(blobs.__getitem__, STORE_DIR).archive_digest(tree, path)
    assert digest is not None
    return digest


OLDER = edited(STACK, {"platform/platform.txt": "zero\n"})
"""The tree that is locked."""
OWN: Files = {**STACK, "flake.nix": FLAKE, "flake.lock": lock(stack=git(f"file://{TOP}"))}


def from_input(inside: str = "/goinstance", files: Files = OLDER) -> Expression:
    """Take goinstance from the tree that an input is locked to."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        source = Revision(files).source("", "source")
        env = {"src": f"{STORE_DIR}/{source}{inside}"}
        return {"goinstance": revision.derive("goinstance-1.0", [source], env=env)}

    return expression


def knowing(*changed: str, files: Files = OLDER, **more: object) -> Remembered:
    old = past(files, "", *changed, named=at("flake.lock", 11))
    return Remembered({Revision(files).source("", "source"): old}, {OLD: old}, **more)  # type: ignore[arg-type]


def on(world: World, release: str | None) -> World:
    """Let a world have been evaluated by another release of Nix."""
    base, head = (replace(one, nix_version=release) for one in (world.base, world.head))
    return replace(world, base=base, head=head)


# This repository as an input of itself.


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("2.8.0", "nix flake lock --update-input stack"),
        ("2.18.1", "nix flake lock --update-input stack"),
        ("2.19.0", "nix flake update stack"),
        ("2.34.8", "nix flake update stack"),
        ("3.0", "nix flake update stack"),
        (None, "nix flake update stack"),
    ],
)
def test_it_explains_a_missed_change_and_names_the_command_of_the_release(release: str | None, command: str) -> None:
    world = on(make_world(from_input(), OWN, edited(OWN, {MAIN: "package two\n"})), release)

    (finding,) = found(world, knowing(MAIN))

    assert fired([finding]) == [("stale-lock", "error", "goinstance", (MAIN,))]
    assert "1 commit behind HEAD; 1 of them changed goinstance" in finding.reason
    assert finding.remedy == command
    assert finding.location == at("flake.lock", 11)


def test_where_one_revision_is_asked_for_that_comes_first() -> None:
    files = {**OWN, "flake.lock": lock(stack=git(f"file://{TOP}", rev=OLD))}
    world = make_world(from_input(), files, edited(files, {MAIN: "package two\n"}))

    (finding,) = found(world, knowing(MAIN))

    assert finding.remedy == "refresh the revision of stack in flake.nix, then nix flake update stack"


HOME = {
    "its place": (git(f"file://{TOP}"), {}),
    "its place, with a slash": (git(f"file://{TOP}/"), {}),
    "its own directory of git": (git(f"file://{TOP}/.git"), {}),
    "a remote": (git("https://example.org/me/stack.git"), {"remotes": frozenset({"example.org/me/stack"})}),
    "a forge": (
        {
            "original": {"type": "github", "owner": "me", "repo": "stack"},
            "locked": {"type": "github", "owner": "me", "repo": "stack", "rev": OLD, "narHash": nar_hash(OLDER)},
        },
        {"remotes": frozenset({"github.com/me/stack"})},
    ),
}


@pytest.mark.parametrize(("node", "more"), HOME.values(), ids=HOME.keys())
def test_an_audit_finds_this_repository_however_it_is_named(node: dict[str, Any], more: dict[str, Any]) -> None:
    files = {**STACK, "flake.nix": "{ }", "flake.lock": lock(stack=node)}
    world = make_world(from_input(""), files, files)

    assert [one[1] for one in fired(audited(world, knowing("platform/x", **more), "stale-lock"))] == []
    before = edited(STACK, {MAIN: "package zero\n"})
    world = make_world(from_input("", before), files, files)
    (finding,) = audited(world, knowing(MAIN, files=before, **more), "stale-lock")
    assert (finding.level.value, finding.component, finding.paths) == ("warning", None, (MAIN,))
    assert "goinstance is built from it" in finding.message


ELSEWHERE = {
    "another repository": git("https://example.org/you/stack.git"),
    "another place": git(f"file://{TOP}-2"),
    "a commit that is not known": git(f"file://{TOP}", "2" * 40),
    "a tarball": {
        "original": {"type": "tarball", "url": "https://x"},
        "locked": {"type": "tarball", "url": "https://x"},
    },
}


@pytest.mark.parametrize("node", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_an_audit_says_nothing_of_what_is_elsewhere(node: dict[str, Any]) -> None:
    files = {**STACK, "flake.nix": "{ }", "flake.lock": lock(stack=node)}
    history = knowing(MAIN)
    unknown = Remembered({}, history.commits, frozenset({"example.org/me/stack"}))

    assert audited(make_world(from_input(), files, files), unknown, "stale-lock") == []


def test_what_nothing_takes_of_a_locked_tree_does_not_count() -> None:
    world = make_world(from_input(), OWN, OWN)

    assert audited(world, knowing("platform/platform.txt"), "stale-lock") == []


def test_a_tree_that_no_derivation_takes_counts_as_a_whole_but_for_its_expressions() -> None:
    def nothing(revision: Revision) -> Mapping[str, StorePath]:
        return {"goinstance": revision.derive("goinstance-1.0")}

    world = make_world(nothing, OWN, OWN)
    same = {**OWN, "flake.lock": "{}", "default.nix": "{ }", "README.md": "# Old\n"}

    assert [one[3] for one in fired(audited(world, knowing("x"), "stale-lock"))] == [("platform/platform.txt",)]
    assert audited(world, knowing("x", files=same), "stale-lock") == []


def test_a_check_finds_a_lock_that_is_new_and_says_nothing_of_one_that_stays() -> None:
    before = edited(STACK, {MAIN: "package zero\n"})
    history = knowing(MAIN, files=before)
    locked = edited(OWN, {"flake.lock": None})
    fresh = make_world(lambda r: {"x": r.derive("x")}, locked, OWN, new_expression=from_input(files=before))
    kept = make_world(from_input(files=before), OWN, edited(OWN, {"platform/platform.txt": "two\n"}))

    assert [one[:3] for one in fired(found(fresh, history)) if one[0] == "stale-lock"] == [
        ("stale-lock", "warning", None)
    ]
    assert [one for one in fired(found(kept, history)) if one[0] == "stale-lock"] == []


# A flake inside of the repository.

CHILD: Files = {
    **STACK,
    "flake.nix": '{ inputs.child.url = "path:./child"; outputs = x: x; }',
    "child/flake.nix": "{ outputs = x: x; }",
    "child/main.c": "int main;\n",
    "child/README.md": "# Child\n",
}


def inner(files: Files = CHILD, path: str = "./child") -> dict[str, Any]:
    locked = {"type": "path", "path": path, "narHash": nar_hash(files, "child"), "lastModified": 1}
    return {"original": {"type": "path", "path": path}, "locked": locked}


LOCKED: Files = {**CHILD, "flake.lock": lock(child=inner())}
TAKEN = source_path(digest_of(CHILD, "child"), "source", STORE_DIR)


def with_child(revision: Revision) -> Mapping[str, StorePath]:
    return {"child": revision.derive("child-1.0", [TAKEN]), "reader": revision.derive("reader-1.0")}


def of_child(*changed: str) -> Remembered:
    return Remembered({TAKEN: past(CHILD, "child", *changed)})


def test_a_change_that_an_inner_flake_misses_is_explained_by_its_lock() -> None:
    world = on(make_world(with_child, LOCKED, edited(LOCKED, {"child/main.c": "int two;\n"})), "2.8.0")

    (finding,) = found(world, of_child("child/main.c"))

    assert fired([finding]) == [("stale-lock", "error", "child", ("child/main.c",))]
    assert "1 of them changed child" in finding.reason


@pytest.mark.parametrize("release", ["2.26.3", "2.34.8"])
def test_later_releases_follow_the_commit_whatever_is_locked(release: str) -> None:
    def follows(revision: Revision) -> Mapping[str, StorePath]:
        return {"child": revision.derive("child-1.0", [revision.source("child")])}

    world = on(make_world(follows, LOCKED, edited(LOCKED, {"child/main.c": "int two;\n"})), release)

    assert found(world, of_child("child/main.c")) == ()


@pytest.mark.parametrize(("edits", "number"), [({"child/flake.nix": "{ }"}, 1), ({"child/README.md": "# Two\n"}, 0)])
def test_an_inner_flake_is_found_where_anything_in_it_but_documentation_changed(
    edits: dict[str, str | File | None], number: int
) -> None:
    world = on(make_world(lambda r: {"x": r.derive("x")}, LOCKED, edited(LOCKED, edits)), "2.8.0")

    assert len(found(world, of_child(*edits))) == number


def test_an_inner_flake_whose_commit_nobody_knows_is_found_all_the_same() -> None:
    world = on(make_world(lambda r: {"x": r.derive("x")}, LOCKED, edited(LOCKED, {"child/main.c": "two\n"})), "2.8.0")

    (finding,) = found(world, Remembered())

    assert "another tree than child/ has now" in finding.reason


def test_an_inner_flake_by_its_absolute_path_is_held_in_every_release() -> None:
    files = {**CHILD, "flake.lock": lock(child=inner(path=f"{TOP}/child"))}
    world = make_world(lambda r: {"x": r.derive("x")}, files, edited(files, {"child/main.c": "int two;\n"}))

    assert [one[:2] for one in fired(found(world, of_child("child/main.c")))] == [("stale-lock", "warning")]


def test_an_inner_flake_that_is_locked_as_it_is_is_silent() -> None:
    edits = {"child/main.c": "int two;\n"}
    after = edited(LOCKED, edits)
    after = {**after, "flake.lock": lock(child=inner(after))}

    assert found(on(make_world(lambda r: {"x": r.derive("x")}, LOCKED, after), "2.8.0"), Remembered()) == ()


# Another input than the lock was made for.


def asking(rev: str, where: str = "flake.nix") -> Files:
    return {where: f'{{ inputs.a.url = "github:o/a/{rev}"; outputs = x: x; }}'}


A = {"original": {"type": "github", "owner": "o", "repo": "a", "rev": OLD}, "locked": {"type": "github", "rev": OLD}}


def nothing(revision: Revision) -> Mapping[str, StorePath]:
    return {"x": revision.derive("x")}


def test_a_flake_that_asks_for_another_input_is_found() -> None:
    before = {**asking(OLD), "flake.lock": lock(a=A)}
    world = make_world(nothing, before, {**before, **asking("2" * 40)})

    (finding,) = found(world, Remembered())

    assert fired([finding]) == [("stale-lock", "warning", None, ("flake.lock", "flake.nix"))]
    assert finding.remedy == "nix flake lock"
    assert finding.location == at("flake.lock", 13)


def test_an_inner_flake_that_asks_for_another_input_is_an_error() -> None:
    child = {**inner(), "inputs": {"a": "a"}}
    text = json.loads(lock(child=child, a=A))
    text["nodes"]["root"]["inputs"].pop("a")
    before = {**CHILD, **asking(OLD, "child/flake.nix"), "flake.lock": json.dumps(text)}
    world = make_world(nothing, before, {**before, **asking("2" * 40, "child/flake.nix")})

    (finding,) = found(world, Remembered())

    assert fired([finding]) == [("stale-lock", "error", None, ("child/flake.nix", "flake.lock"))]
    assert finding.remedy == "nix flake update child"


UNCHANGED = {
    "both were edited": (
        asking(OLD),
        {**asking("2" * 40), "flake.lock": lock(a={**A, "original": {**A["original"], "rev": "2" * 40}})},
    ),
    "it was so before": (asking("2" * 40), {**asking("2" * 40), "x": "x"}),
    "the edit was taken back": (asking("2" * 40), asking(OLD)),
    "the lock cannot be read": (asking(OLD), {**asking("2" * 40), "flake.lock": "{"}),
    "there is no lock": (asking(OLD), {**asking("2" * 40), "flake.lock": None}),
}


@pytest.mark.parametrize(("before", "edits"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_an_edit_stays_silent(before: Files, edits: dict[str, str | File | None]) -> None:
    files = {**before, "flake.lock": lock(a=A)}

    assert found(make_world(nothing, files, edited(files, edits)), Remembered()) == ()


# A checkout beside the repository.


def beside(*changed: str) -> Remembered:
    return Remembered(commits={OLD: past({"library.go": "x"}, "", *changed, beside="library")})


@pytest.mark.parametrize(("changed", "number"), [(["library.go"], 1), (["README.md"], 0), ([], 0)])
def test_a_checkout_beside_that_has_moved_on_is_found(changed: list[str], number: int) -> None:
    files = {"flake.nix": "{ }", "flake.lock": lock(library=git("file:///home/somebody/library"))}

    findings = audited(make_world(nothing, files, files), beside(*changed), "stale-lock")

    assert [one.level.value for one in findings] == ["warning"] * number
    assert "/home/somebody" not in repr(findings)


def test_without_a_repository_nothing_is_said() -> None:
    world = make_world(from_input(), OWN, edited(OWN, {MAIN: "package two\n"}))

    assert "stale-lock" not in {one.rule for one in world.report().findings}
