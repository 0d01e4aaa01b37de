"""What one revision holds by itself: whose each path is, and what is no input."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given

from nixdrift.audit.document import audit_json, audit_schema
from nixdrift.audit.regions import regions, totals_of
from nixdrift.audit.result import AuditReport, InventoryComponent
from nixdrift.audit.text import audit_text
from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.evaluation import FailedAttribute
from nixdrift.graph import build_graph
from nixdrift.model import StorePath
from nixdrift.pipeline.audit import audit_side
from nixdrift.report import RevisionInfo
from tests.drawn import Drawn, Takes, drawn_worlds
from tests.worlds import STACK, Expression, Files, Revision, World, configured, edited, make_world, stack, tree_of

Roots = Mapping[str, StorePath]


def audited(world: World, config: Config | None = None, untracked: Files | None = None) -> AuditReport:
    """Audit head of a world."""
    side = Side(world.head, build_graph(world.head.derivations, source="head"), world.head_tree, {})
    tracer = world.tracer()
    everything = tree_of(untracked)[0] if untracked else world.head_tree
    evidence = Evidence(world.head_tree, world.head_tree, world.read_blob, tracer)
    done = audit_side(tracer.trace_alone(side), everything, config or Config(), evidence, RevisionInfo("HEAD"))
    return done.report()


def audit_of(files: Files, expression: Expression = stack, config: str = "") -> AuditReport:
    return audited(make_world(expression, files, files), configured(config))


def mapped(report: AuditReport) -> dict[str, dict[str, str]]:
    """Path → component → evidence."""
    return {
        path: {owner.component: owner.ownership.kind.value for owner in one.owners}
        for one in report.inventory.owned
        for path in one.region.paths
    }


def component(report: AuditReport, name: str = "goinstance") -> InventoryComponent:
    return next(one for one in report.inventory.components if one.name == name)


def unwired(revision: Revision) -> Roots:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform])}


def test_a_path_is_mapped_to_the_component_that_takes_it() -> None:
    found = mapped(audit_of(STACK))

    assert found == {
        "goinstance/main.go": {"goinstance": "proven"},
        "goinstance/data/regions.txt": {"goinstance": "proven"},
        "platform/platform.txt": {"platform": "proven"},
    }


def test_a_path_that_is_no_input_is_mapped_by_the_name_of_its_directory() -> None:
    report = audit_of(STACK, unwired)

    assert mapped(report)["goinstance/main.go"] == {"goinstance": "inferred"}
    assert component(report).no_inputs.paths == ("goinstance/data/regions.txt", "goinstance/main.go")
    assert component(report, "platform").no_inputs.paths == ()


def test_a_path_that_is_declared_and_no_input_is_listed() -> None:
    config = '[components.goinstance]\nsources = ["shared/**"]\n'
    report = audit_of({**STACK, "shared/launch.json": "{}"}, config=config)

    assert mapped(report)["shared/launch.json"] == {"goinstance": "declared"}
    assert component(report).no_inputs.paths == ("shared/launch.json",)


def test_a_path_that_something_in_the_closure_takes_is_an_input() -> None:
    def indirect(revision: Revision) -> Roots:
        modules = revision.derive("modules", [revision.source("goinstance")])
        return {"goinstance": revision.derive("goinstance-1.0", [], [modules])}

    report = audit_of(STACK, indirect)

    assert component(report).no_inputs.paths == ()
    assert mapped(report)["goinstance/main.go"] == {"goinstance": "inferred", "modules": "proven"}


@pytest.mark.parametrize(
    "path", ["goinstance/README.md", "goinstance/docs/x.txt", "goinstance/default.nix", "goinstance/flake.lock"]
)
def test_documentation_and_expressions_need_not_be_inputs(path: str) -> None:
    assert path not in component(audit_of({**STACK, path: "x"}, unwired)).no_inputs.paths


def test_a_declared_expression_need_not_be_an_input() -> None:
    config = '[components.goinstance]\nsources = ["goinstance/**"]\n'
    report = audit_of({**STACK, "goinstance/default.nix": "x", "goinstance/README.md": "x"}, config=config)

    assert component(report).no_inputs.paths == ()


def test_an_ignored_path_belongs_to_nobody_and_is_counted() -> None:
    report = audit_of(STACK, unwired, 'ignore = ["goinstance/data/"]\n')

    assert component(report).no_inputs.paths == ("goinstance/main.go",)
    assert report.inventory.ignored == ("goinstance/data/regions.txt",)


def test_a_file_that_git_does_not_track_is_no_input_of_the_component_whose_directory_it_is_in() -> None:
    untracked = {**STACK, "goinstance/new.go": "new"}
    report = audited(make_world(stack, STACK, STACK), untracked=untracked)

    assert component(report).no_inputs.paths == ("goinstance/new.go",)
    assert mapped(report)["goinstance/new.go"] == {"goinstance": "inferred"}


def test_a_source_that_cannot_be_listed_is_named_beside_what_it_might_hold() -> None:
    def filtered(revision: Revision) -> Roots:
        source = revision.source("goinstance", keep=lambda path: path == "main.go")
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    report = audit_of(STACK, filtered)

    assert component(report).no_inputs.unlisted == ("goinstance",)
    assert "unless goinstance holds some" in audit_text(report)


def test_an_audit_says_which_files_a_filter_leaves_out(tmp_path: Path) -> None:
    def filtered(revision: Revision) -> Roots:
        source = revision.source("goinstance", keep=lambda path: path == "main.go", is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    world = make_world(filtered, STACK, STACK, store=tmp_path)
    report = audited(world)

    (source,) = component(report).sources
    assert (source.evidence, source.origins, source.paths, source.left_out) == ("contents", ("goinstance",), 1, 1)
    assert component(report).no_inputs.paths == ("goinstance/data/regions.txt",)
    assert component(report).no_inputs.unlisted == ()


def shared_with(revision: Revision) -> Roots:
    """Take something, and nothing of the directory that bears its name."""
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("platform")])}


def partly(revision: Revision) -> Roots:
    return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance/main.go")])}


def by_an_input(revision: Revision) -> Roots:
    modules = revision.derive("modules", [revision.source("goinstance/main.go")])
    return {"goinstance": revision.derive("goinstance-1.0", [], [modules])}


def unlisted(revision: Revision) -> Roots:
    source = revision.source("platform", keep=lambda path: path == "none.txt")
    return {"goinstance": revision.derive("goinstance-1.0", [source])}


DECLARED = '[components.goinstance]\nsources = ["goinstance/**"]\n'


@pytest.mark.parametrize(
    ("expression", "config"), [(unwired, ""), (shared_with, ""), (unwired, DECLARED), (shared_with, DECLARED)]
)
def test_a_component_that_is_built_from_nothing_of_its_own_is_a_note(expression: Expression, config: str) -> None:
    (found,) = audit_of(STACK, expression, config).findings

    assert (found.rule, found.level.value, found.component) == ("inert", "note", "goinstance")
    assert found.paths == ("goinstance/data/regions.txt", "goinstance/main.go")
    assert found.remedy == "ask whether evaluation reads them: nixdrift probe goinstance"


@pytest.mark.parametrize("config", ["", DECLARED])
@pytest.mark.parametrize("expression", [stack, partly, by_an_input, unlisted])
def test_a_component_that_is_built_from_something_of_its_own_or_may_be_is_no_finding(
    expression: Expression, config: str
) -> None:
    assert audit_of(STACK, expression, config).findings == ()


TOOLS: Files = {"tools/go.mod": "module x\n", "tools/a/b/x.go": "x", "tools/a/Makefile": "x"}
UNCLAIMED: Sequence[tuple[Files, list[tuple[str, int, tuple[str, ...]]]]] = [
    (TOOLS, [("tools", 3, ("tools/a/Makefile", "tools/go.mod"))]),
    ({"scripts/a.sh": "x", "scripts/sub/b.sh": "x"}, [("scripts", 2, ())]),
    ({"Makefile": "x", "x.sh": "x"}, [("", 2, ())]),
    ({"go.mod": "module x\n", "x.go": "x"}, [("", 2, ("go.mod",))]),
    ({"go.mod": "module x\n", "x.go": "x", "scripts/a.sh": "x"}, [("", 2, ("go.mod",)), ("scripts", 1, ())]),
    ({"goinstance/go.mod": "module goinstance\n"}, []),
]


@pytest.mark.parametrize(("files", "expected"), UNCLAIMED)
def test_what_nobody_claims_is_grouped_by_what_is_built_of_it(
    files: Files, expected: list[tuple[str, int, tuple[str, ...]]]
) -> None:
    report = audit_of({**STACK, **files})

    found = [(one.directory, len(one.paths), one.manifests) for one in report.inventory.unclaimed]
    assert found == expected
    built = [directory for directory, _number, manifests in expected if manifests]
    assert [one.rule for one in report.findings] == ["unclaimed"] * len(built)


def test_the_finding_about_what_nobody_claims_stays_the_same_when_a_file_is_added() -> None:
    (before,) = audit_of({**STACK, **TOOLS}).findings
    (after,) = audit_of({**STACK, **TOOLS, "tools/new.go": "x"}).findings

    assert before.fingerprint == after.fingerprint


def test_a_directory_of_which_all_is_meant_is_named_once() -> None:
    totals = totals_of(["a/b/1", "a/b/2", "a/c/3", "d/4", "d/5", "6"])

    found = regions(["a/b/1", "a/b/2", "a/c/3", "d/4", "6"], totals)

    assert [(one.directory, one.is_whole, one.paths) for one in found] == [
        ("", False, ("6",)),
        ("a", True, ("a/b/1", "a/b/2", "a/c/3")),
        ("d", False, ("d/4",)),
    ]


def test_the_whole_repository_is_one_region() -> None:
    (found,) = regions(["a/b", "c"], totals_of(["a/b", "c"]))

    assert (found.directory, found.is_whole) == ("", True)


@given(drawn_worlds())
def test_every_path_is_accounted_for_once_and_the_report_is_as_its_schema_says(drawn: Drawn) -> None:
    with drawn.world() as world:
        report = audited(world)
        census = report.inventory.census
        rest = census.unclaimed_paths, census.ignored_paths, census.housekeeping_paths, census.expression_paths
        assert census.claimed_paths + sum(rest) == census.paths == len(list(world.head_tree.files_below("")))
        assert len(mapped(report)) == census.claimed_paths
        jsonschema.validate(json.loads(audit_json(report)), json.loads(audit_schema()))
        assert audit_json(audited(world)) == audit_json(report)


@given(drawn_worlds())
def test_what_an_audit_calls_no_input_is_none_in_truth(drawn: Drawn) -> None:
    with drawn.world() as world:
        report = audited(world)
    for number, part in enumerate(drawn.parts):
        # What is pinned to other content than there is now cannot be told from a source of elsewhere.
        if part.takes is Takes.PINNED:
            continue
        for one in report.inventory.components:
            if one.name.rpartition(".")[2] in {part.name, f"{part.name}-1.0"} and not one.no_inputs.unlisted:
                assert not set(one.no_inputs.paths) & drawn.own(number, at_head=True).keys()


def test_the_schema_is_closed() -> None:
    description = json.loads(audit_schema())

    jsonschema.Draft202012Validator.check_schema(description)
    for one in (description, *description["$defs"].values()):
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])


def everything_at_once() -> AuditReport:
    files = {**STACK, **TOOLS, "goinstance/strange\n\x1b[31m": "x", "scripts/a.sh": "x", "x.nix": "x"}
    world = make_world(unwired, files, files)
    failed = (FailedAttribute("br\x1boken", "error:\x1b[31m it throws\nfor a reason"),)
    return audited(replace(world, head=replace(world.head, failed=failed)))


@pytest.mark.parametrize("as_tree", [False, True])
@pytest.mark.parametrize("width", [20, 60, 100, 400])
def test_no_name_steers_the_terminal(width: int, as_tree: bool) -> None:
    text = audit_text(everything_at_once(), as_tree=as_tree, width=width)

    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert "it throws" in text.replace("\n", "")


@pytest.mark.parametrize("as_tree", [False, True])
def test_the_text_maps_every_path(as_tree: bool) -> None:
    text = " ".join(audit_text(everything_at_once(), as_tree=as_tree, width=1000).split())

    assert "goinstance/ goinstance inferred" in text
    assert "platform/ platform proven" in text
    assert "no input of goinstance: goinstance/ (3 paths)" in text
    assert "`nixdrift probe` tells" in text
    assert "unclaimed: 3 paths in tools/ (with tools/a/Makefile, tools/go.mod)" in text
    assert "unclaimed: 1 path in scripts/" in text
    assert "\x1b[" in audit_text(everything_at_once(), as_tree=as_tree, color=True)


def test_a_mixed_directory_is_mapped_file_by_file() -> None:
    files = edited(STACK, {"platform/shared.txt": "x"})

    def both(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        source = revision.source("platform/shared.txt")
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [source])}

    report = audit_of(files, both)
    text = audit_text(report, width=200)

    assert mapped(report)["platform/shared.txt"] == {"goinstance": "proven", "platform": "proven"}
    assert mapped(report)["platform/platform.txt"] == {"platform": "proven"}
    assert [one.region.is_whole for one in report.inventory.owned] == [True, False, False]
    assert "platform/platform.txt" in text
