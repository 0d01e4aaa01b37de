"""The rule about components that take the whole repository: when it says so, and when it does not."""

from collections.abc import Mapping

import pytest

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import Finding, Level
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules, inspect, inspections
from tests.worlds import STACK, Expression, File, Revision, World, edited, make_world

Edits = Mapping[str, File | str | None]


def stack(goinstance: str = "", platform: str = "", version: str = "1.0") -> Expression:
    """Give a stack in which each takes the whole repository, or a directory."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        sources = [revision.source(path, None if path else "stack") for path in (platform, goinstance)]
        base = revision.derive(f"platform-{version}", sources[:1])
        return {"platform": base, "goinstance": revision.derive("goinstance-1.0", sources[1:], [base])}

    return expression


def world(edits: Edits, before: Expression, after: Expression | None = None) -> World:
    return make_world(before, STACK, edited(STACK, edits), new_expression=after)


def found(comparison: Comparison) -> list[Finding]:
    return [one for one in apply_rules(comparison) if one.rule == "over-broad"]


MAIN: Edits = {"goinstance/main.go": "new\n"}
DOCS: Edits = {"docs/operations.md": "# New\n"}
PLATFORM: Edits = {"platform/platform.txt": "two\n"}

MOVED_FOR_NOTHING = [
    (DOCS, stack(), "2 components are made from the whole repository, and moved for nothing: goinstance, platform"),
    (DOCS, stack(platform="platform"), "1 component is made from the whole repository, and moved for nothing: goinst"),
    (MAIN, stack(), "1 component is made from the whole repository, and moved for nothing: platform"),
    ({"shell.nix": "{ }\n"}, stack(), "2 components are made"),
]


@pytest.mark.parametrize(("edits", "expression", "message"), MOVED_FOR_NOTHING)
def test_what_moved_for_nothing_is_a_note_that_counts_it(edits: Edits, expression: Expression, message: str) -> None:
    (finding,) = found(world(edits, expression).compare())

    assert finding.level is Level.NOTE
    assert finding.component is None
    assert finding.message.startswith(message)


SILENT = [
    # What changed is the component's own, or belongs to what it is built from.
    (PLATFORM, stack()),
    (MAIN, stack(platform="platform")),
    # Nobody is known to own it.
    ({"shared.txt": "new\n"}, stack()),
    ({**DOCS, "shared.txt": "new\n"}, stack()),
    # Nothing takes the whole.
    (DOCS, stack("goinstance", "platform")),
    ({**MAIN, **PLATFORM}, stack("goinstance", "platform")),
]


@pytest.mark.parametrize(("edits", "expression"), SILENT)
def test_it_stays_silent(edits: Edits, expression: Expression) -> None:
    assert found(world(edits, expression).compare()) == []


def test_it_stays_silent_about_what_is_defined_anew() -> None:
    assert found(world({"default.nix": "new\n"}, stack(), stack(version="2.0")).compare()) == []


def test_a_component_that_comes_to_take_the_whole_is_a_note() -> None:
    comparison = world(PLATFORM, stack("goinstance", "platform"), stack("goinstance")).compare()

    assert [one.message for one in found(comparison)] == ["1 component is made from the whole repository: platform"]


def test_what_takes_the_whole_on_both_sides_is_no_news() -> None:
    comparison = world(PLATFORM, stack()).compare()

    base, head = inspections(comparison)

    assert [one.rule for one in inspect(base)] == [one.rule for one in inspect(head)] == ["over-broad"]
    assert inspect(head)[0].message == "2 components are made from the whole repository: goinstance, platform"
    assert inspect(head)[0].fingerprint == inspect(base)[0].fingerprint
