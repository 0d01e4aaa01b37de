"""A source that is pinned by its content: when the rule fires, and when it stays silent."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.evaluation import Position
from nixdrift.model import StorePath
from nixdrift.rules.old_sources import OldSource
from tests.rules.pasts import OLD, Remembered, at, audited, fired, found, past, remembering
from tests.worlds import STACK, STORE_DIR, Files, Revision, configured, edited, make_world, stack

MAIN = "goinstance/main.go"


def pinned(revision: Revision) -> Mapping[str, StorePath]:
    """Take goinstance as it was at base."""
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    source = (revision.base or revision).source("goinstance")
    return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source], [platform])}


def source_of(files: Files = STACK) -> StorePath:
    return Revision(files).source("goinstance")


def knowing(*changed: str, **more: object) -> Remembered:
    return Remembered({source_of(): past(STACK, "goinstance", *(changed or (MAIN,)), **more)})


FIRES = {
    "modified alone": ({MAIN: "package two\n"}, MAIN),
    "added alone": ({"goinstance/new.go": "package new\n"}, "goinstance/new.go"),
    "deleted alone": ({"goinstance/data/regions.txt": None}, "goinstance/data/regions.txt"),
    "masked": ({MAIN: "package two\n", "platform/platform.txt": "two\n"}, MAIN),
}


@pytest.mark.parametrize(("edits", "path"), FIRES.values(), ids=FIRES.keys())
def test_it_explains_a_missed_change(edits: dict[str, str | None], path: str) -> None:
    world = make_world(pinned, STACK, edited(STACK, edits))

    assert fired(found(world, knowing())) == [("pinned", "error", "goinstance", (path,))]


def test_it_names_the_commit_how_far_it_is_behind_and_what_came_since() -> None:
    world = make_world(pinned, STACK, edited(STACK, {MAIN: "package two\n"}))
    changed = ("docs/a.md", MAIN, MAIN, "platform/x", MAIN, MAIN)

    (finding,) = found(world, knowing(*changed))

    assert finding.reason.endswith(
        f"its input source goinstance is goinstance as of commit {OLD[:9]} (old), 6 commits behind HEAD; 4 of them "
        "changed goinstance: 000000000 (change 1), 000000000 (change 2), 000000000 (change 4) and 1 more"
    )


def test_it_names_the_place_where_the_hash_is_written() -> None:
    world = make_world(pinned, STACK, edited(STACK, {MAIN: "package two\n"}))

    (finding,) = found(world, knowing(pinned=at("nix/pins.nix", 7)))

    assert finding.location == at("nix/pins.nix", 7)
    assert "nix/pins.nix:7" in finding.remedy


def test_it_names_the_attribute_where_no_hash_is_written() -> None:
    world = make_world(pinned, STACK, edited(STACK, {MAIN: "package two\n"}))
    drv_path = next(root.drv_path for root in world.head.roots if root.name == "goinstance")
    placed = replace(world.head, positions={drv_path: {"name": Position("a.nix", 1), "src": Position("b.nix", 2)}})

    (finding,) = found(replace(world, head=placed), knowing())

    assert finding.location == at("b.nix", 2)


def test_it_finds_the_pin_of_what_a_component_is_built_from() -> None:
    def wrapped(revision: Revision) -> Mapping[str, StorePath]:
        inner = revision.derive("unwrapped", [(revision.base or revision).source("goinstance")])
        return {"goinstance": revision.derive("goinstance-1.0", (), [inner])}

    world = make_world(wrapped, STACK, edited(STACK, {MAIN: "package two\n"}))

    assert {one[:3] for one in fired(found(world, knowing()))} == {
        ("pinned", "error", "goinstance"),
        ("pinned", "error", "unwrapped"),
    }


def test_it_is_no_more_than_likely_where_something_else_may_hold_the_change(tmp_path: Path) -> None:
    older = edited(STACK, {MAIN: "package zero\n"})

    def moved(revision: Revision) -> Mapping[str, StorePath]:
        source = Revision(older, tmp_path).source("goinstance", "generated", is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    world = make_world(stack, STACK, edited(STACK, {MAIN: "package two\n"}), store=tmp_path, new_expression=moved)
    history = Remembered({Revision(older).source("goinstance", "generated"): past(older, "goinstance", MAIN)})

    assert [one for one in fired(found(world, history)) if one[0] == "pinned"] == [
        ("pinned", "warning", "goinstance", (MAIN,))
    ]


SILENT = {
    "the source follows the path": (stack, {MAIN: "package two\n"}, knowing()),
    "nobody knows the content": (pinned, {MAIN: "package two\n"}, Remembered()),
    "another path is pinned": (
        pinned,
        {MAIN: "package two\n"},
        Remembered({source_of(): past(STACK, "platform", MAIN)}),
    ),
    "a checkout beside has the content": (
        pinned,
        {MAIN: "package two\n"},
        Remembered({source_of(): past(STACK, "", MAIN, beside="library")}),
    ),
    "a commit is named": (pinned, {MAIN: "package two\n"}, knowing(named=at("default.nix"))),
}


@pytest.mark.parametrize(("expression", "edits", "history"), SILENT.values(), ids=SILENT.keys())
def test_it_stays_silent(expression: object, edits: dict[str, str], history: Remembered) -> None:
    assert callable(expression)
    world = make_world(expression, STACK, edited(STACK, edits))

    assert "pinned" not in {one.rule for one in found(world, history)}


def test_a_history_is_not_asked_where_every_source_is_proven() -> None:
    history = knowing()

    found(make_world(stack, STACK, edited(STACK, {MAIN: "package two\n"})), history)

    assert history.asked == []


def test_documentation_that_is_missed_is_worth_a_note() -> None:
    files = {**STACK, "goinstance/README.md": "# One\n"}
    world = make_world(pinned, files, edited(files, {"goinstance/README.md": "# Two\n"}))
    history = Remembered({source_of(files): past(files, "goinstance", "goinstance/README.md")})

    assert fired(found(world, history)) == [("pinned", "note", "goinstance", ("goinstance/README.md",))]


def test_documentation_that_is_declared_counts() -> None:
    files = {**STACK, "goinstance/README.md": "# One\n"}
    world = make_world(pinned, files, edited(files, {"goinstance/README.md": "# Two\n"}))
    history = Remembered({source_of(files): past(files, "goinstance", "goinstance/README.md")})
    config = configured('[components.goinstance]\nsources = ["goinstance/**"]\n')

    assert fired(found(world, history, config)) == [("pinned", "error", "goinstance", ("goinstance/README.md",))]


# Looked at by itself, and where it is new.

OLDER = edited(STACK, {MAIN: "package zero\n"})


def frozen(revision: Revision) -> Mapping[str, StorePath]:
    """Take goinstance as it was before base."""
    return {"goinstance": revision.derive("goinstance-1.0", [Revision(OLDER).source("goinstance")])}


def follows(revision: Revision) -> Mapping[str, StorePath]:
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")])}


def older(*changed: str) -> Remembered:
    return Remembered({source_of(OLDER): past(OLDER, "goinstance", *changed)})


def test_an_audit_finds_a_pin() -> None:
    world = make_world(frozen, STACK, STACK)

    assert fired(audited(world, older(MAIN), "pinned")) == [("pinned", "warning", "goinstance", (MAIN,))]


def test_an_audit_notes_a_pin_that_only_documentation_has_left() -> None:
    before = {**STACK, "goinstance/README.md": "# One\n"}
    world = make_world(
        lambda revision: {"goinstance": revision.derive("goinstance-1.0", [Revision(before).source("goinstance")])},
        STACK,
        edited(before, {"goinstance/README.md": "# Two\n"}),
    )
    history = Remembered({source_of(before): past(before, "goinstance", "goinstance/README.md")})

    assert fired(audited(world, history, "pinned")) == [("pinned", "note", "goinstance", ())]


def test_a_pin_that_is_new_is_found_and_one_that_stays_is_no_news() -> None:
    introduced = make_world(follows, STACK, STACK, new_expression=frozen)
    kept = make_world(frozen, STACK, edited(STACK, {"docs/operations.md": "# Two\n"}))

    assert fired(found(introduced, older(MAIN))) == [("pinned", "warning", "goinstance", (MAIN,))]
    assert fired(found(kept, older(MAIN))) == []


def test_what_a_verdict_says_is_not_said_twice() -> None:
    both = edited(STACK, {MAIN: "package two\n", "platform/platform.txt": "two\n"})

    assert len(found(make_world(pinned, STACK, both), knowing())) == 1


def test_a_fingerprint_is_that_of_the_commit_and_not_of_the_store() -> None:
    world = make_world(follows, STACK, STACK, new_expression=frozen)

    one, other = (found(world, older(*changed))[0].fingerprint for changed in ([MAIN], [MAIN, "docs/a.md"]))

    assert one == other


MENTIONS = [
    ("{src}", ("",)),
    ("{src}/", ("",)),
    ("{src}/goinstance", ("goinstance",)),
    ("cp -r {src}/goinstance/data/ {src}/platform .", ("goinstance/data", "platform")),
    ('"{src}/a b"', ("a",)),
    ("{src}/goinstance and {src}", ("",)),
    ("{src}.tar.gz", ("",)),
    ("", ("",)),
]


@pytest.mark.parametrize(("text", "uses"), MENTIONS)
def test_a_derivation_uses_what_it_names_in_a_source(text: str, uses: tuple[str, ...]) -> None:
    def expression(revision: Revision) -> Mapping[str, StorePath]:
        source = revision.source("", "source")
        env = {"src": "", "script": text.format(src=f"{STORE_DIR}/{source}")}
        return {"x": revision.derive("x", [source], env=env)}

    comparison = remembering(make_world(expression, STACK, STACK), Remembered())
    (derivation,) = comparison.after.graph.derivations.values()
    (source,) = derivation.input_sources

    assert OldSource(comparison.after, derivation.drv_path, source, past(STACK)).uses == uses
