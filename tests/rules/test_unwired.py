"""The rule about the commit that takes a component's own paths from it: when it fires, and when it stays silent."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from nixdrift.config import Config
from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from tests.worlds import STACK, Expression, File, Files, Keep, Revision, World, configured, edited, make_world

Edits = Mapping[str, File | str | None]
Takes = Sequence[tuple[str, Keep | None]]
"""What a derivation takes: directory or file, and a filter (None: all of it)."""

FILES: Files = {**STACK, "goinstance/README.md": "# goinstance\n", "gateway/main.go": "package main\n"}


def stack(*goinstance: tuple[str, Keep | None], platform: Takes = (("platform", None),)) -> Expression:
    """Give a stack in which goinstance is built on the platform, and each takes some sources."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        base = revision.derive("platform-1.0", _sources(revision, platform))
        return {
            "platform": base,
            "goinstance": revision.derive("goinstance-1.0", _sources(revision, goinstance), [base]),
        }

    return expression


def _sources(revision: Revision, takes: Takes) -> list[StorePath]:
    return [
        revision.source(path, None if path else "stack", keep=keep, is_listed=keep is not None) for path, keep in takes
    ]


def without(*parts: str) -> Keep:
    return lambda path: not path.startswith(parts)


OWN = ("goinstance", None)
ALL = ("", None)


def changed(
    before: Expression, after: Expression, store: Path, edits: Edits | None = None, files: Files = FILES
) -> World:
    return make_world(before, files, edited(files, edits or {}), store=store, new_expression=after)


def found(world: World, config: Config | None = None) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(one.level.value, one.component, one.paths) for one in findings(world, config)]


def findings(world: World, config: Config | None = None) -> list[Finding]:
    return [one for one in apply_rules(world.compare(config)) if one.rule == "unwired"]


FIRES = [
    (stack(OWN), stack(), "error", ("goinstance",)),
    (stack(OWN), stack(("platform", None)), "error", ("goinstance",)),
    (stack(OWN), stack(("", without("goinstance"))), "error", ("goinstance",)),
    (stack(ALL), stack(("", without("goinstance"))), "error", ("goinstance",)),
    (stack(("", without("docs"))), stack(("", without("docs", "goinstance"))), "error", ("goinstance",)),
    (stack(OWN), stack(("goinstance", without("data"))), "warning", ("goinstance/data",)),
    (stack(ALL), stack(("", without("goinstance/data"))), "warning", ("goinstance/data",)),
    (stack(OWN), stack(("goinstance/data", None)), "warning", ("goinstance/main.go",)),
    (stack(("goinstance/main.go", None)), stack(), "warning", ("goinstance/main.go",)),
    # By way of another component only.
    (stack(platform=[ALL]), stack(), "warning", ("goinstance",)),
]


@pytest.mark.parametrize(("before", "after", "level", "paths"), FIRES)
def test_it_fires(before: Expression, after: Expression, level: str, paths: tuple[str, ...], tmp_path: Path) -> None:
    assert found(changed(before, after, tmp_path)) == [(level, "goinstance", paths)]


SILENT = [
    # Nothing is taken away.
    (stack(OWN), stack(OWN)),
    (stack(), stack(OWN)),
    (stack(), stack()),
    (stack(OWN), stack(ALL)),
    (stack(OWN), stack(("", without("docs")))),
    (stack(ALL), stack(OWN)),
    (stack(OWN, ALL), stack(OWN)),
    # What is taken away is another's, or documentation.
    (stack(ALL), stack(("", without("platform", "gateway", "docs")))),
    (stack(OWN, ("platform", None)), stack(OWN)),
    (stack(OWN), stack(("goinstance", without("README.md")))),
    # It is held by another way.
    (stack(OWN), stack(("goinstance", without("data")), ("goinstance/data", None))),
    (stack(OWN, ("goinstance/data", None)), stack(("goinstance", without("data")), ("goinstance/data", None))),
    (stack(OWN, ("goinstance/data", None)), stack(OWN)),
    (stack(OWN), stack(platform=[("platform", None), OWN])),
    # Only the platform's taking of it was by chance, and goinstance takes a part of it itself.
    (stack(("goinstance/main.go", None), platform=[ALL]), stack(("goinstance/main.go", None))),
]


@pytest.mark.parametrize(("before", "after"), SILENT)
def test_it_stays_silent(before: Expression, after: Expression, tmp_path: Path) -> None:
    assert [one for one in found(changed(before, after, tmp_path)) if one[1] == "goinstance"] == []


MOVED: Mapping[str, tuple[Expression, Edits]] = {
    "deleted": (stack(), {path: None for path in FILES if path.startswith("goinstance/")}),
    "moved": (
        stack(("launcher", None)),
        {path: None for path in FILES if path.startswith("goinstance/")}
        | {path.replace("goinstance", "launcher"): text for path, text in FILES.items() if "goinstance" in path},
    ),
}


@pytest.mark.parametrize("how", MOVED)
def test_it_stays_silent_where_the_paths_are_gone(how: str, tmp_path: Path) -> None:
    after, edits = MOVED[how]

    assert findings(changed(stack(OWN), after, tmp_path, edits)) == []


def test_what_stays_behind_when_a_directory_moves_is_a_note(tmp_path: Path) -> None:
    edits = {"goinstance/main.go": None, "services/goinstance/main.go": "package main\n"}
    world = changed(stack(OWN), stack(("services/goinstance", None)), tmp_path, edits)

    assert found(world) == [("note", "goinstance", ("goinstance",))]


def test_another_directory_of_the_same_name_is_no_substitute(tmp_path: Path) -> None:
    files = {**FILES, "legacy/goinstance/main.go": "package legacy\n"}

    world = changed(stack(OWN), stack(("legacy/goinstance", None)), tmp_path, files=files)

    assert found(world) == [("error", "goinstance", ("goinstance",))]


def test_a_namesake_of_the_directory_that_is_kept_is_a_note(tmp_path: Path) -> None:
    files = {**FILES, "tests/goinstance/case.txt": "case\n"}

    assert found(changed(stack(ALL), stack(OWN), tmp_path, files=files)) == [
        ("note", "goinstance", ("tests/goinstance",))
    ]


def test_what_is_its_own_only_as_everything_is_is_a_note(tmp_path: Path) -> None:
    files = {"go.mod": "module example.org/goinstance\n", "main.go": "package main\n", "tools/run.txt": "run\n"}

    def stack_of(keep: Keep | None) -> Expression:
        return lambda revision: {
            "goinstance": revision.derive("goinstance-1.0", [revision.source("", "stack", keep=keep, is_listed=True)])
        }

    world = changed(stack_of(None), stack_of(without("tools")), tmp_path, files=files)

    assert found(world) == [("note", "goinstance", ("tools",))]


def test_what_is_declared_is_its_own_whatever_it_is_called(tmp_path: Path) -> None:
    config = configured('[components.goinstance]\nsources = ["gateway/**"]\n')
    world = changed(stack(OWN, ("gateway", None)), stack(OWN), tmp_path)

    assert found(world) == []
    assert found(world, config) == [("error", "goinstance", ("gateway",))]


@pytest.mark.parametrize(
    "text",
    ['ignore = ["goinstance/data/**"]', '[components.goinstance]\nignore = ["goinstance/data/**"]'],
)
def test_it_stays_silent_about_what_is_declared_ignored(text: str, tmp_path: Path) -> None:
    world = changed(stack(OWN), stack(("goinstance", without("data"))), tmp_path)

    assert found(world, configured(text)) == []


def versioned(*fields: tuple[str, Takes]) -> Expression:
    """Give two versions of goinstance, each with what it takes."""
    return lambda revision: {
        f"goinstance_{version[0]}": revision.derive(f"goinstance-{version}", _sources(revision, takes))
        for version, takes in fields
    }


def test_it_stays_silent_where_another_version_holds_it(tmp_path: Path) -> None:
    patch = ("goinstance/data", None)
    before = versioned(("1.0", [OWN]), ("2.0", [("goinstance/main.go", None), patch]))
    after = versioned(("1.0", [OWN]), ("2.0", [("goinstance/main.go", None)]))

    assert found(changed(before, after, tmp_path)) == []


def test_it_stays_silent_where_another_component_has_come_to_take_just_that(tmp_path: Path) -> None:
    def with_regions(revision: Revision) -> Mapping[str, StorePath]:
        own = stack(("goinstance", without("data")))(revision)
        return {**own, "regions": revision.derive("regions-1.0", [revision.source("goinstance/data")])}

    assert found(changed(stack(OWN), with_regions, tmp_path)) == []


def test_it_stays_silent_where_a_component_comes_or_goes(tmp_path: Path) -> None:
    def alone(revision: Revision) -> Mapping[str, StorePath]:
        return {"platform": revision.derive("platform-1.0", [revision.source("platform")])}

    assert found(changed(stack(OWN), alone, tmp_path)) == []
    assert found(changed(alone, stack(OWN), tmp_path)) == []


def test_it_stays_silent_where_it_is_not_known_what_a_source_holds(tmp_path: Path) -> None:
    def unlisted(revision: Revision) -> Mapping[str, StorePath]:
        source = revision.source("goinstance", keep=without("data"))
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    assert found(changed(stack(OWN), unlisted, tmp_path)) == []


def test_a_wrapper_loses_what_is_inside_of_it(tmp_path: Path) -> None:
    def wrapped(source: str) -> Expression:
        return lambda revision: {
            "goinstance": revision.derive(
                "goinstance-1.0", [], [revision.derive("parts-1.0", [revision.source(source)])]
            )
        }

    assert found(changed(wrapped("goinstance"), wrapped("platform"), tmp_path)) == [
        ("error", "goinstance", ("goinstance",))
    ]


def test_a_derivation_inside_of_a_root_is_found_though_no_path_of_its_own_changed(tmp_path: Path) -> None:
    def system(keep: Keep) -> Expression:
        def expression(revision: Revision) -> Mapping[str, StorePath]:
            source = revision.source("", "stack", keep=keep, is_listed=True)
            return {"system": revision.derive("system", [], [revision.derive("goinstance-1.0", [source])])}

        return expression

    world = changed(system(without("docs")), system(without("docs", "goinstance")), tmp_path)

    assert found(world) == [("error", "goinstance-1.0", ("goinstance",))]


def test_a_finding_names_the_source_the_number_of_paths_and_what_to_do(tmp_path: Path) -> None:
    (finding,) = findings(changed(stack(OWN), stack(), tmp_path))

    assert finding.message == "goinstance is not made from goinstance/ any more, which is still there"
    assert finding.reason == "at base an input source of it (goinstance) held 2 paths there; at head none does"
    assert "components.goinstance.ignore" in finding.remedy
    assert [step.kind for step in finding.trace] == ["path", "break", "component"]
