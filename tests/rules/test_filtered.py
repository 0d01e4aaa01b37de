"""The rule about filters that leave a change out: when it fires, and when it stays silent."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.config import Config
from nixdrift.evaluation import Position
from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from tests.worlds import (
    STACK,
    Expression,
    File,
    Files,
    Keep,
    Revision,
    World,
    configured,
    edited,
    make_world,
    submodule,
)

Edits = Mapping[str, File | str | None]

MAIN: Edits = {"goinstance/main.go": "new\n"}
DATA: Edits = {"goinstance/data/regions.txt": "us\n"}
NEW: Edits = {"goinstance/zones.txt": "a\n"}
PLATFORM: Edits = {"platform/platform.txt": "two\n"}


def taking(path: str, keep: Keep, *, name: str | None = None, is_listed: bool = True) -> Expression:
    """Give a stack in which goinstance takes what a filter keeps of a directory."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        source = revision.source(path, name, keep=keep, is_listed=is_listed)
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source], [platform])}

    return expression


def without(*parts: str) -> Keep:
    return lambda path: not path.startswith(parts)


def only(*paths: str) -> Keep:
    return lambda path: path in paths


def inside(*, is_root: bool = False, is_fixed: bool = False) -> Expression:
    """Give a stack in which a derivation inside of goinstance takes it without its data."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        source = revision.source("goinstance", keep=without("data"), is_listed=True)
        inner = revision.derive("parts-1.0", [source], fixed="declared" if is_fixed else None)
        roots = {"goinstance": revision.derive("goinstance-1.0", [], [inner])}
        return {**roots, "parts": inner} if is_root else roots

    return expression


def world(expression: Expression, edits: Edits, store: Path, files: Files = STACK) -> World:
    return make_world(expression, files, edited(files, edits), store=store)


def found(world: World, config: Config | None = None) -> list[Finding]:
    return [one for one in apply_rules(world.compare(config)) if one.rule == "filtered"]


WHOLE = taking("", without("goinstance", "docs"), name="stack")
CODE = taking("goinstance", only("main.go"))

FIRES = [
    (
        WHOLE,
        MAIN,
        "goinstance/main.go",
        "is made from the repository, and leaves goinstance/ out",
        "add goinstance/ to",
    ),
    (WHOLE, {**MAIN, **PLATFORM}, "goinstance/main.go", "leaves goinstance/ out", "add goinstance/ to the filter"),
    (WHOLE, NEW, "goinstance/zones.txt", "leaves goinstance/ out", "add goinstance/ to the filter of stack"),
    (WHOLE, {"goinstance/main.go": None}, "goinstance/main.go", "leaves goinstance/ out", "add goinstance/ to"),
    (CODE, DATA, "goinstance/data/regions.txt", "is made from goinstance/, and leaves goinstance/data/", "add goin"),
    (
        CODE,
        {"goinstance/data/regions.txt": None},
        "goinstance/data/regions.txt",
        "leaves",
        "never held goinstance/data/",
    ),
    (CODE, NEW, "goinstance/zones.txt", "leaves goinstance/zones.txt out", "add goinstance/zones.txt to the filter"),
    (CODE, {**NEW, **MAIN}, "goinstance/zones.txt", "leaves goinstance/zones.txt out", "add goinstance/zones.txt to"),
    (
        inside(),
        DATA,
        "goinstance/data/regions.txt",
        "input source of parts-1.0 (goinstance) is made",
        "add goinstance/data/",
    ),
]


@pytest.mark.parametrize(("expression", "edits", "path", "reason", "remedy"), FIRES)
def test_it_fires(expression: Expression, edits: Edits, path: str, reason: str, remedy: str, tmp_path: Path) -> None:
    (finding,) = found(world(expression, edits, tmp_path))

    assert (finding.component, finding.level.value, finding.paths) == ("goinstance", "error", (path,))
    assert reason in finding.reason
    assert remedy in finding.remedy


SILENT = [
    # It passes.
    (WHOLE, PLATFORM),
    (CODE, MAIN),
    # No source is made from a directory above.
    (taking("platform", only("platform.txt"), name="code"), MAIN),
    (taking("goinstance/data", only("regions.txt")), MAIN),
    # What a root or a fixed output inside takes is its own affair.
    (inside(is_root=True), DATA),
    (inside(is_fixed=True), DATA),
    # Nothing is known of what the source holds.
    (taking("goinstance", only("main.go"), is_listed=False), DATA),
    # Documentation.
    (CODE, {"goinstance/README.md": "# New\n"}),
]


@pytest.mark.parametrize(("expression", "edits"), SILENT)
def test_it_stays_silent(expression: Expression, edits: Edits, tmp_path: Path) -> None:
    assert [one for one in found(world(expression, edits, tmp_path)) if one.component == "goinstance"] == []


def test_it_stays_silent_about_what_is_pinned(tmp_path: Path) -> None:
    def pinned(revision: Revision) -> Mapping[str, StorePath]:
        source = (revision.base or revision).source("goinstance", keep=without("data"), is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    assert found(world(pinned, {**MAIN, **DATA}, tmp_path)) == []


def test_it_stays_silent_about_submodules(tmp_path: Path) -> None:
    files = {**STACK, "goinstance/lib": submodule("1" * 40)}

    assert found(world(CODE, {"goinstance/lib": submodule("2" * 40)}, tmp_path, files)) == []


def test_it_stays_silent_about_what_is_declared_ignored(tmp_path: Path) -> None:
    config = configured('[components.goinstance]\nignore = ["goinstance/data/**"]\n')

    assert found(world(CODE, DATA, tmp_path), config) == []


def test_all_that_one_filter_leaves_out_is_one_finding_that_names_each_of_them(tmp_path: Path) -> None:
    (finding,) = found(world(CODE, {**DATA, **NEW, "goinstance/data/more.txt": "more\n"}, tmp_path))

    assert len(finding.paths) == 3
    assert "add goinstance/data/, goinstance/zones.txt to the filter" in finding.remedy


def test_where_all_that_there_was_is_held_it_may_as_well_be_pinned(tmp_path: Path) -> None:
    (finding,) = found(world(taking("goinstance", only("main.go", "data/regions.txt")), NEW, tmp_path))

    assert "or refresh the hash that it is pinned by" in finding.remedy


def nothing(revision: Revision) -> Mapping[str, StorePath]:
    """Give a stack in which nothing passes the filter of goinstance."""
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"goinstance": revision.derive("goinstance-1.0", [revision.empty_source("goinstance")], [platform])}


@pytest.mark.parametrize("edits", [MAIN, {**MAIN, **PLATFORM}])
def test_a_filter_that_nothing_passes_is_named(edits: Edits, tmp_path: Path) -> None:
    (finding,) = found(world(nothing, edits, tmp_path))

    assert "an empty directory" in finding.reason
    assert "which nothing passes" in finding.remedy


def test_an_empty_source_says_nothing_where_there_are_submodules(tmp_path: Path) -> None:
    files = {**STACK, "vendor/lib": submodule("1" * 40)}

    assert found(world(nothing, MAIN, tmp_path, files)) == []


def test_the_place_of_the_source_is_named_where_evaluation_could_tell(tmp_path: Path) -> None:
    made = world(WHOLE, MAIN, tmp_path)
    (root,) = [root for root in made.head.roots if root.name == "goinstance"]
    places = {root.drv_path: {"src": Position("default.nix", 14)}}

    (finding,) = found(replace(made, head=replace(made.head, positions=places)))

    assert finding.location == Position("default.nix", 14)
    assert "add goinstance/ to the filter at default.nix:14" in finding.remedy


def test_a_report_names_no_digest_of_a_flake(tmp_path: Path) -> None:
    (finding,) = found(world(taking("", without("goinstance"), name=f"{'0' * 32}-source"), MAIN, tmp_path))

    assert "0" * 32 not in f"{finding.message}{finding.remedy}"
    assert "input source of goinstance (source)" in finding.reason
