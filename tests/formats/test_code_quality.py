"""GitLab Code Quality: valid by its documentation, with every new finding once."""

from pathlib import Path

import orjson
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from nixdrift.evaluation import Position
from nixdrift.formats.code_quality import render
from nixdrift.formats.findings import not_evaluated, open_findings
from nixdrift.judgement import Level
from nixdrift.report import Report
from tests.formats.hostile import hostile_reports
from tests.formats.samples import about, found
from tests.reports import REPORTS

SCHEMA = Path(__file__).parent / "schemas" / "code-quality.json"
VALIDATOR = Draft202012Validator(orjson.loads(SCHEMA.read_bytes()))


def test_a_finding_is_an_issue_at_its_place() -> None:
    (issue,) = orjson.loads(render(about(found(location=Position("default.nix", 3), fingerprint="abc"))))

    assert issue == {
        "description": "it is stale. Why: a reason. To do: a remedy",
        "check_name": "stale",
        "fingerprint": "abc",
        "severity": "critical",
        "location": {"path": "default.nix", "lines": {"begin": 3}},
    }


def test_each_level_has_a_severity() -> None:
    issues = orjson.loads(render(about(*(found(level.value, level=level) for level in Level))))

    assert [one["severity"] for one in issues] == ["critical", "major", "info"]


def test_a_known_finding_is_left_out_and_what_does_not_evaluate_blocks() -> None:
    issues = orjson.loads(render(REPORTS["known"]()))

    assert [one["check_name"] for one in issues] == ["not-evaluated", "not-evaluated", "unclaimed"]
    assert issues[0]["severity"] == "blocker"


def test_a_report_without_findings_has_no_issues() -> None:
    assert orjson.loads(render(REPORTS["nothing"]())) == []


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hostile_reports())
def test_any_report_is_valid_and_tells_each_finding_by_its_own_fingerprint(report: Report) -> None:
    issues = orjson.loads(render(report))

    VALIDATOR.validate(issues)
    assert len(issues) == len(open_findings(report)) + len(not_evaluated(report))
    assert len({one["fingerprint"] for one in issues}) == len(issues)
