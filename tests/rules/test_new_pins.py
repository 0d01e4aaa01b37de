"""The rule about pins, where a merge brings one: when it fires, and when it stays silent."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from nixdrift.store import base32
from nixdrift.store.nar import nar_digest
from tests.worlds import STACK, STORE_DIR, Files, Keep, Revision, World, edited, make_world

Written = Callable[[Revision], str]
"""How a pin names goinstance/, as it is at a revision."""


def _digest(revision: Revision) -> bytes:
    return nar_digest(revision._node("goinstance", "", None))


WAYS: Mapping[str, Written] = {
    "SRI": lambda revision: f"sha256-{base64.b64encode(_digest(revision)).decode()}",
    "base32": lambda revision: base32.encode(_digest(revision)),
    "prefixed": lambda revision: f"sha256:{base32.encode(_digest(revision))}",
    "hexadecimal": lambda revision: _digest(revision).hex(),
    "base64": lambda revision: binascii.b2a_base64(_digest(revision), newline=False).decode(),
    "a store path": lambda revision: f"{STORE_DIR}/{revision.source('goinstance')}",
}


def taking(name: str | None = None, keep: Keep | None = None) -> Callable[[Revision], Mapping[str, StorePath]]:
    def expression(revision: Revision) -> Mapping[str, StorePath]:
        source = revision.source("goinstance", name, keep=keep, is_listed=keep is not None)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    return expression


def pinning(written: str, line: int = 3, path: str = "default.nix") -> Files:
    return {path: "\n" * (line - 1) + f'  src = builtins.path {{ path = ./goinstance; sha256 = "{written}"; }};\n'}


def found(world: World) -> list[tuple[str, str | None, tuple[str, ...], str | None]]:
    findings = [one for one in apply_rules(world.compare()) if one.rule == "pinned"]
    return [(one.level.value, one.component, one.paths, str(one.location and one.location.line)) for one in findings]


def merged(before: Files, after: Files, name: str | None = None) -> World:
    return make_world(taking(name), {**STACK, **before}, {**STACK, **after})


@pytest.mark.parametrize("way", WAYS)
def test_it_fires_where_a_merge_pins_what_is_there(way: str) -> None:
    world = merged({"default.nix": "src = ./goinstance;\n"}, pinning(WAYS[way](Revision(STACK))))

    assert found(world) == [("warning", "goinstance", ("goinstance",), "3")]


def test_it_fires_where_the_content_is_changed_and_pinned_at_once() -> None:
    after = edited(STACK, {"goinstance/main.go": "package main // changed\n"})
    world = make_world(taking(), STACK, {**after, **pinning(WAYS["SRI"](Revision(after)))})

    assert found(world) == [("warning", "goinstance", ("goinstance",), "3")]


def test_it_fires_where_the_source_has_another_name() -> None:
    assert len(found(merged({}, pinning(WAYS["SRI"](Revision(STACK))), "goinstance-source"))) == 1


def _other(_revision: Revision) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(b'another').digest()).decode()}"


SILENT: Mapping[str, tuple[Files, Files]] = {
    "nothing is pinned": ({}, pinning("")),
    "another content is named": ({}, pinning(_other(Revision(STACK)))),
    "it was pinned before": (pinning(WAYS["SRI"](Revision(STACK))), pinning(WAYS["SRI"](Revision(STACK)), line=5)),
    "it is pinned in another notation": (
        pinning(WAYS["SRI"](Revision(STACK))),
        pinning(WAYS["base32"](Revision(STACK))),
    ),
    "the pin moved to another file": (
        pinning(WAYS["SRI"](Revision(STACK))),
        pinning(WAYS["SRI"](Revision(STACK)), path="nix/goinstance.nix"),
    ),
    "it is named where nothing is evaluated": ({}, pinning(WAYS["SRI"](Revision(STACK)), path="docs/operations.md")),
}


@pytest.mark.parametrize("why", SILENT)
def test_it_stays_silent_where(why: str) -> None:
    assert found(merged(*SILENT[why])) == []


def test_it_stays_silent_where_a_pin_is_refreshed() -> None:
    after = edited(STACK, {"goinstance/main.go": "package main // changed\n"})
    old, new = (pinning(WAYS["SRI"](Revision(files))) for files in (STACK, after))

    assert found(make_world(taking(), {**STACK, **old}, {**after, **new})) == []


def test_it_fires_where_a_component_begins_with_a_pin() -> None:
    def nothing(revision: Revision) -> Mapping[str, StorePath]:
        return {"platform": revision.derive("platform-1.0", [revision.source("platform")])}

    world = make_world(nothing, STACK, {**STACK, **pinning(WAYS["SRI"](Revision(STACK)))}, new_expression=taking())

    assert found(world) == [("warning", "goinstance", ("goinstance",), "3")]


def test_a_filtered_source_is_found_by_its_files(tmp_path: Path) -> None:
    keep: Keep = lambda path: path == "main.go"  # noqa: E731
    files = {**STACK, **{path: text for path, text in STACK.items() if path != "goinstance/data/regions.txt"}}
    node = Revision(files)._node("goinstance", "", keep)
    written = f"sha256-{base64.b64encode(nar_digest(node)).decode()}"

    world = make_world(taking(keep=keep), files, {**files, **pinning(written)}, store=tmp_path)

    assert found(world) == [("warning", "goinstance", ("goinstance",), "3")]


def test_it_fires_where_what_is_pinned_is_inside_of_a_root() -> None:
    def deployed(revision: Revision) -> Mapping[str, StorePath]:
        inside = revision.derive("goinstance-1.0", [revision.source("goinstance")])
        return {"deployment": revision.derive("deployment-1.0", (), [inside])}

    world = make_world(deployed, STACK, {**STACK, **pinning(WAYS["SRI"](Revision(STACK)))})

    assert found(world) == [("warning", "goinstance", ("goinstance",), "3")]
