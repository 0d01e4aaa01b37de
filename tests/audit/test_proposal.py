"""The configuration that is proposed: harmless as it is, and right where it is uncommented."""

import re
import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given

from nixdrift.audit.proposal import proposal
from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.ownership import declared_components
from nixdrift.comparison.side import Side
from nixdrift.config import Config, parse_config
from nixdrift.graph import build_graph
from nixdrift.model import StorePath
from nixdrift.pipeline.audit import Audited, audit_side
from nixdrift.report import RevisionInfo
from tests.drawn import Drawn, drawn_worlds
from tests.worlds import STACK, Expression, Files, Revision, World, make_world, stack

Roots = Mapping[str, StorePath]


def audited(world: World) -> Audited:
    side = Side(world.head, build_graph(world.head.derivations, source="head"), world.head_tree, {})
    tracer = world.tracer()
    evidence = Evidence(world.head_tree, world.head_tree, world.read_blob, tracer)
    return audit_side(tracer.trace_alone(side), world.head_tree, Config(), evidence, RevisionInfo("HEAD"))


def proposed(files: Files = STACK, expression: Expression = stack) -> str:
    return proposed_for(make_world(expression, files, files))


def proposed_for(world: World) -> str:
    found = audited(world)
    return proposal(found.inventory, found.owners, world.head_tree.files_below(""))


def uncommented(text: str) -> str:
    """Give a proposal with everything in force that can be."""
    return re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)


def in_force(text: str) -> Config:
    return parse_config(uncommented(text).encode())


def unwired(revision: Revision) -> Roots:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform])}


def test_as_it_is_it_configures_nothing() -> None:
    text = proposed({**STACK, "tools/go.mod": "module x\n"}, unwired)

    assert tomllib.loads(text) == {}
    assert all(line.startswith("#") for line in text.splitlines() if line)


def test_a_component_is_proposed_with_its_directory_and_the_evidence() -> None:
    text = proposed(expression=unwired)

    assert "# goinstance:\n# - inferred: named by the directory goinstance/ (2 paths)\n#[components.goinstance]" in text
    assert "# - proven: its input source platform is platform (1 path)\n#[components.platform]" in text
    sources = {name: one.sources.texts for name, one in in_force(text).components.items() if one.sources}
    assert sources == {"goinstance": ("/goinstance/**",), "platform": ("/platform/**",)}


def test_documentation_and_expressions_of_a_directory_are_not_among_its_sources() -> None:
    files = {**STACK, "goinstance/README.md": "x", "goinstance/default.nix": "x", "goinstance/docs/x.txt": "x"}
    (sources,) = [one.sources for one in in_force(proposed(files)).components.values() if one.name == "goinstance"]

    assert sources is not None
    assert [path for path in files if sources.match(path)] == ["goinstance/main.go", "goinstance/data/regions.txt"]


def test_a_component_that_takes_the_whole_repository_has_no_directory_of_its_own() -> None:
    def whole(revision: Revision) -> Roots:
        return {"everything": revision.derive("everything-1.0", [revision.source("", "source")])}

    assert "components" not in proposed(expression=whole)


def test_a_derivation_inside_of_a_root_does_not_claim_the_roots_directory() -> None:
    def vendored(revision: Revision) -> Roots:
        source = revision.source("goinstance")
        modules = revision.derive("modules", [source], fixed="x")
        shared = revision.derive("shared-1.0", [revision.source("platform")])
        return {"goinstance": revision.derive("goinstance-1.0", [source], [modules, shared])}

    assert list(in_force(proposed(expression=vendored)).components) == ["goinstance", "shared-1.0"]


def test_what_can_be_built_and_is_not_is_a_question() -> None:
    text = proposed({**STACK, "tools/go.mod": "module x\n", "tools/x.go": "x", "scripts/a.sh": "x"})

    assert "# - tools/ (tools/go.mod)\n" in text
    ignore = in_force(text).ignore
    assert ignore.texts == ("/tools/",)
    assert ignore.match("tools/x.go")
    assert not ignore.match("goinstance/tools/x.go")


def test_tests_that_are_no_input_are_suggested_to_be_ignored_and_the_rest_is_asked_about() -> None:
    def filtered(revision: Revision) -> Roots:
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance/main.go")])}

    files = {
        **STACK,
        "goinstance/tests/a/1.txt": "x",
        "goinstance/tests/README.md": "x",
        "goinstance/main_test.go": "x",
        "goinstance/lost.go": "x",
    }
    text = proposed(files, filtered)

    assert in_force(text).components["goinstance"].ignore.texts == ("/goinstance/main_test.go", "/goinstance/tests/")
    assert (
        "# No input of it, unless evaluation reads them (`nixdrift probe` tells): goinstance/data/regions.txt" in text
    )
    assert "goinstance/lost.go" in text


def test_what_does_not_evaluate_is_said_to_be_left_out() -> None:
    def failing(revision: Revision) -> Roots:
        revision.fail("broken")
        return stack(revision)

    assert "# Not in here, for it does not evaluate: broken\n" in proposed(expression=failing)


ODD = ["goinstance/tests", "odd [x]*?", "#odd!", 'o"dd\\', "odd\x1b\x7f\n", "odd\udcff", "odd \U0001f600\u202e", "odd "]


@pytest.mark.parametrize("directory", ODD)
def test_a_directory_of_any_name_is_matched_and_no_other(directory: str) -> None:
    def takes(revision: Revision) -> Roots:
        return {"thing": revision.derive("thing-1.0", [revision.source(directory, "thing")])}

    world = make_world(takes, {f"{directory}/x.c": "x", "other/x.c": "y", "oddly/x.c": "z"}, {f"{directory}/x.c": "x"})
    found = audited(world)
    text = proposal(found.inventory, found.owners, world.head_tree.files_below(""))

    if not found.side.sources:
        assert "components" not in text
        return
    sources = in_force(text).components["thing"].sources
    assert sources is not None
    assert sources.match(f"{directory}/x.c")
    assert not any(map(sources.match, ["other/x.c", "oddly/x.c", "x.c", f"sub/{directory}/x.c"]))
    assert text.replace("\n", "").isprintable()


@given(drawn_worlds())
def test_every_proposal_parses_and_names_the_component_that_it_means(drawn: Drawn) -> None:
    with drawn.world() as world:
        found = audited(world)
        text = proposal(found.inventory, found.owners, world.head_tree.files_below(""))
        assert text == proposed_for(world)
    assert parse_config(text.encode()) == Config() or not tomllib.loads(text)
    for declared in in_force(text).components.values():
        meant = declared_components(declared, found.owners.components)
        assert len(meant) == 1, declared.name
