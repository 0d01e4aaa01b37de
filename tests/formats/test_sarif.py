"""SARIF: valid by its JSON Schema, within GitHub's limits, with a place for every finding."""

import gzip
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator

from nixdrift.evaluation import Position
from nixdrift.formats import sarif
from nixdrift.judgement import Level, TraceStep
from nixdrift.report import Report
from nixdrift.rules import RULES
from tests.formats.hostile import hostile_reports
from tests.formats.samples import about, found
from tests.reports import REPORTS

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"
VALIDATOR = Draft4Validator(orjson.loads(SCHEMA.read_bytes()))


def run_of(report: Report) -> dict[str, Any]:
    document = orjson.loads(sarif.render(report))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return dict(run)


def physical(location: dict[str, Any]) -> tuple[bytes, int]:
    where = location["physicalLocation"]
    assert where["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    return unquote_to_bytes(where["artifactLocation"]["uri"]), where["region"]["startLine"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_kind_of_report_is_valid(name: str) -> None:
    run = run_of(REPORTS[name]())

    assert run["tool"]["driver"]["name"] == "nixdrift"
    assert len(run["results"]) == len(REPORTS[name]().findings)


def test_a_result_names_its_rule_its_place_and_its_component() -> None:
    run = run_of(about(found(location=Position("nix/a b.nix", 7), paths=("a", "b"))))
    (result,) = run["results"]

    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "stale"
    assert result["level"] == "error"
    assert result["message"]["text"] == "it is stale\nWhy: a reason\nTo do: a remedy"
    assert physical(result["locations"][0]) == (b"nix/a b.nix", 7)
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "goinstance"
    assert [physical(one) for one in result["relatedLocations"]] == [(b"a", 1), (b"b", 1)]


def test_a_finding_without_a_place_is_at_a_changed_path_or_at_an_expression() -> None:
    results = run_of(about(found(), found(paths=())))["results"]

    assert [physical(one["locations"][0])[0] for one in results] == [b"goinstance/main.go", b"flake.nix"]


def test_the_way_of_a_change_is_a_code_flow_up_to_where_it_is_broken() -> None:
    trace = (TraceStep("path", "goinstance/main.go"), TraceStep("break", "filtered"), TraceStep("component", "x"))
    (result,) = run_of(about(found(trace=trace, location=Position("default.nix", 3))))["results"]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]

    assert [physical(step["location"]) for step in steps] == [
        (b"goinstance/main.go", 1),
        (b"default.nix", 3),
        (b"default.nix", 3),
    ]
    assert [step["importance"] for step in steps] == ["important", "essential", "important"]
    assert steps[1]["location"]["message"]["text"] == "Here the way is broken: filtered"


def test_rules_are_documented_and_one_of_another_version_says_that_it_is() -> None:
    rules = {rule["id"]: rule for rule in run_of(about(found(rule="of-tomorrow")))["tool"]["driver"]["rules"]}

    assert rules.keys() == {*(rule.id for rule in RULES), "of-tomorrow"}
    assert rules["of-tomorrow"]["help"]["text"] == "A rule of another version of nixdrift."
    # GitHub requires all of these.
    assert all(rule.keys() >= {"id", "shortDescription", "fullDescription", "help"} for rule in rules.values())
    assert all(rules[rule.id]["defaultConfiguration"]["level"] == rule.level.value for rule in RULES)
    assert "Usual remedy" in rules["stale"]["help"]["markdown"]


def test_known_findings_are_suppressed_and_what_does_not_evaluate_is_told() -> None:
    run = run_of(REPORTS["known"]())
    (invocation,) = run["invocations"]

    assert [len(one["suppressions"]) for one in run["results"]] == [0, 1]
    assert run["results"][1]["suppressions"][0]["justification"] == "known in a baseline, until 2024-01-31"
    assert not invocation["executionSuccessful"]
    assert "does not evaluate at head" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_link_in_a_name_is_none() -> None:
    (result,) = run_of(about(found("[click](https://example.org)")))["results"]

    assert result["message"]["text"].startswith("\\[click\\](https://example.org)")


def left_out(run: dict[str, Any]) -> list[str]:
    told = run["invocations"][0]["toolExecutionNotifications"]
    return [one["message"]["text"] for one in told if one["descriptor"]["id"] == "left-out"]


def test_of_more_findings_than_are_taken_the_most_severe_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 2)

    run = run_of(about(found("a", level=Level.NOTE), found("b", level=Level.WARNING), found("c")))

    assert [one["level"] for one in run["results"]] == ["error", "warning"]
    assert left_out(run) == ["1 finding left out, the least severe ones: this format has limits, JSON has all"]


def test_a_report_that_is_too_large_when_compressed_is_cut_to_fit() -> None:
    noise = random.Random(0)
    findings = [found(noise.randbytes(5000).hex(), fingerprint=str(number)) for number in range(3000)]

    content = sarif.render(about(*findings))

    assert 8_000_000 < len(gzip.compress(content)) <= 10_000_000
    (run,) = orjson.loads(content)["runs"]
    assert left_out(run)[0].startswith(f"{3000 - len(run['results']):,} findings left out")


def test_a_finding_that_is_known_is_left_out_before_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 1)

    (result,) = run_of(REPORTS["known"]())["results"]

    assert result["suppressions"] == []


def uris(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (one for key, one in value.items() if key == "uri")
        yield from (uri for one in value.values() for uri in uris(one))
    elif isinstance(value, list):
        yield from (uri for one in value for uri in uris(one))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(hostile_reports())
def test_any_report_is_valid_and_every_place_is_a_relative_reference_of_its_own(report: Report) -> None:
    run = run_of(report)

    assert all(one["locations"] for one in run["results"])
    for uri in uris(run):
        parts = urlsplit(uri)
        assert uri
        assert uri.isascii()
        assert parts.path == uri
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert all(ids[one["ruleIndex"]] == one["ruleId"] for one in run["results"])


def test_a_fingerprint_is_the_one_of_the_finding() -> None:
    (result,) = run_of(replace(about(found(fingerprint="0123456789abcdef"))))["results"]

    assert result["partialFingerprints"] == {"nixdrift/v1": "0123456789abcdef"}
