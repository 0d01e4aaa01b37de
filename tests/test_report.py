"""The report in its formats: complete, as its schema says, and steered by no name."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from nixdrift.evaluation import Position
from nixdrift.judgement import Verdict
from nixdrift.report import Report, RevisionInfo, document, render_json, render_text, schema
from nixdrift.report.document import clean
from nixdrift.store.paths import is_store_path
from tests.reports import REPORTS, Roots, reported, rich_report, unwired
from tests.worlds import STACK, Revision, edited, make_world, stack


def loaded(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_json(report))
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_every_json_report_is_as_the_schema_says(name: str) -> None:
    jsonschema.validate(loaded(REPORTS[name]()), json.loads(schema()))


def test_the_schema_is_a_schema_and_is_closed() -> None:
    description = json.loads(schema())

    jsonschema.Draft202012Validator.check_schema(description)
    for one in (description, *description["$defs"].values()):
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])


def test_the_schema_knows_every_verdict() -> None:
    assert set(json.loads(schema())["$defs"]["verdict"]["enum"]) == {verdict.value for verdict in Verdict}


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_json(rich_report()) == render_json(rich_report())
    assert render_text(rich_report()) == render_text(rich_report())


def test_the_json_report_says_what_was_looked_at() -> None:
    census = loaded(rich_report())["census"]

    assert census["changed_paths"] == 6
    assert (census["mapped_paths"], census["unclaimed_paths"]) == (3, 1)
    assert (census["housekeeping_paths"], census["expression_paths"], census["ignored_paths"]) == (1, 1, 0)
    assert (census["roots_base"], census["roots_head"]) == (2, 2)
    assert (census["derivations_base"], census["derivations_head"]) == (2, 2)


def test_the_json_report_has_each_changed_path_with_its_verdict_and_evidence() -> None:
    report = loaded(rich_report())

    goinstance = next(one for one in report["components"] if one["name"] == "goinstance")
    assert goinstance["verdict"] == "masked"
    assert goinstance["moved_by"] == ["platform"]
    for path in goinstance["changed_paths"]:
        assert (path["verdict"], path["owner"]["evidence"]) == ("masked", "inferred")
        assert path["trace"][0]["name"] == path["path"]
        assert [step["kind"] for step in path["trace"]] == ["path", "break", "component"]
    for side in ("before", "after"):
        assert is_store_path(goinstance[side]["derivation"])
        assert is_store_path(goinstance[side]["outputs"]["out"])


def test_a_trace_leads_from_the_path_by_its_input_source_to_the_component() -> None:
    report = loaded(reported(stack, {"goinstance/main.go": "new\n"}))

    goinstance = next(one for one in report["components"] if one["name"] == "goinstance")
    (path,) = goinstance["changed_paths"]
    assert [(step["kind"], step["name"]) for step in path["trace"]] == [
        ("path", "goinstance/main.go"),
        ("input-source", "goinstance"),
        ("component", "goinstance"),
    ]


def test_an_unusual_path_is_quoted_as_git_quotes_it_throughout_the_json_report() -> None:
    quoted = '"goinstance/new\\nline \\377 \\033[31m"'
    report = loaded(rich_report())

    goinstance = next(one for one in report["components"] if one["name"] == "goinstance")
    assert quoted in [path["path"] for path in goinstance["changed_paths"]]
    (masked,) = [finding for finding in report["findings"] if finding["rule"] == "masked"]
    assert quoted in masked["paths"]


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def test_no_text_of_the_json_report_holds_a_control_character() -> None:
    assert [text for text in texts(loaded(rich_report())) if not text.isprintable()] == []


@pytest.mark.parametrize("width", [20, 60, 100, 400])
def test_no_name_steers_the_terminal(width: int) -> None:
    text = render_text(rich_report(), width=width)

    assert [line for line in text.split("\n") if not line.isprintable()] == []
    text.encode("utf-8")


def test_the_text_has_colours_only_where_they_are_asked_for() -> None:
    assert "\x1b[" not in render_text(rich_report())
    assert "\x1b[" in render_text(rich_report(), color=True)


def test_the_text_names_every_finding_with_its_level_and_what_to_do() -> None:
    report = rich_report()

    text = " ".join(render_text(report, width=10_000).split())

    for finding in report.findings:
        assert f"{finding.level.value}[{finding.rule}]" in text
        assert clean(finding.remedy) in text


def test_the_text_says_what_did_not_evaluate() -> None:
    assert render_text(rich_report()).count("it throws") == 2


def test_a_name_that_looks_like_markup_is_printed_as_it_is() -> None:
    path = "goinstance/[bold]x[/bold]:smile:"

    assert path in render_text(reported(unwired, {path: "new\n"}), width=1000)


def test_a_finding_is_located_where_its_component_is_defined() -> None:
    world = make_world(unwired, STACK, edited(STACK, {"goinstance/main.go": "new\n"}))
    roots = tuple(replace(root, position=Position("nix/a b.nix", 4)) for root in world.head.roots)

    report = replace(world, head=replace(world.head, roots=roots)).report()

    (finding,) = loaded(report)["findings"]
    assert finding["location"] == {"path": "nix/a b.nix", "line": 4}
    assert "nix/a b.nix:4" in render_text(report)


def test_what_is_known_only_after_a_build_is_null_in_the_json_report() -> None:
    def floating(revision: Revision) -> Roots:
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")], floating=True)}

    report = loaded(reported(floating, {"goinstance/main.go": "new\n"}))

    assert report["components"][0]["after"]["outputs"] == {"out": None}
    assert report["components"][0]["moved"] == "unknown"


def test_a_document_is_what_the_json_report_holds() -> None:
    report = rich_report()

    assert document(report) == loaded(report)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain ü", "plain ü"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\udcff", "\\udcff"),
        ("\u202e", "\\u202e"),
    ],
)
def test_what_no_terminal_should_see_is_written_as_an_escape(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_what_a_revision_is_called_steers_nothing() -> None:
    report = replace(rich_report(), head=RevisionInfo(revision="\x1b[31m\n\udcff"))

    assert loaded(report)["head"]["revision"] == r"\x1b[31m\n\udcff"
    assert "\x1b" not in render_text(report)


def test_what_a_baseline_says_steers_nothing() -> None:
    report = REPORTS["known"]()
    assert report.settled is not None
    assert report.settled.gone is not None
    gone = replace(report.settled.gone[0], message="\x1b[31m", component="a\nb", paths=("c\x00",), fingerprint="\x07")
    report = replace(report, settled=replace(report.settled, gone=(gone,)))

    (said,) = loaded(report)["baseline"]["gone"]
    assert (said["message"], said["component"]) == (r"\x1b[31m", r"a\nb")
    assert (said["paths"], said["fingerprint"]) == ([r"c\x00"], r"\x07")
