"""JUnit XML, read with a parser of its own: every component is a case, and every new finding fails one."""

from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from nixdrift.formats.findings import not_evaluated, open_findings
from nixdrift.formats.junit import render
from nixdrift.judgement import Level, Verdict
from nixdrift.report import Report
from tests.formats.hostile import hostile_reports
from tests.formats.samples import HEALTHY, about, found
from tests.reports import REPORTS

CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
}
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
"""What the schemas of Ant, Jenkins and GitLab have in common."""


def read(report: Report) -> tuple[TestSuite, list[TestCase]]:
    (suite,) = JUnitXml.fromstring(render(report))
    return suite, list(suite)


def outcomes(report: Report) -> dict[str, list[type]]:
    return {case.name: list(map(type, case.result)) for case in read(report)[1]}


def test_a_healthy_component_is_a_case_that_passes() -> None:
    suite, cases = read(HEALTHY)

    assert {case.name for case in cases} == {one.component.name for one in HEALTHY.judgement.components}
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (len(cases), 0, 0, 0)


def test_a_component_fails_once_with_all_that_was_found_at_it() -> None:
    _, cases = read(about(found(), found("it is worse")))
    (failure,) = next(case for case in cases if case.name == "goinstance").result

    assert isinstance(failure, Failure)
    assert failure.message == "it is stale (and 1 more)"
    assert "error[stale] it is worse\nwhy: a reason\ndo: a remedy\nat: goinstance/main.go:1" in str(failure.text)


def test_a_finding_about_no_component_has_a_case_of_its_own() -> None:
    assert outcomes(about(found(component=None)))["stale (goinstance/main.go)"] == [Failure]


def test_a_note_does_not_fail() -> None:
    _, cases = read(about(found(level=Level.NOTE)))
    case = next(case for case in cases if case.name == "goinstance")

    assert not case.result
    assert "note[stale] it is stale" in str(case.system_out)


def test_a_known_finding_passes_and_is_told_and_what_does_not_evaluate_is_an_error() -> None:
    _, cases = read(REPORTS["known"]())
    by_name = {(case.classname, case.name): case for case in cases}

    assert "known: error[masked]" in str(by_name["nixdrift", "goinstance"].system_out)
    assert not by_name["nixdrift", "goinstance"].result
    assert [type(one) for one in by_name["nixdrift.head", "br\\x1boken"].result] == [Error]


def test_a_component_of_which_nothing_is_known_is_skipped() -> None:
    judged = replace(HEALTHY.judgement.components[0], verdict=Verdict.UNKNOWN, reason="nobody knows")
    report = replace(HEALTHY, judgement=replace(HEALTHY.judgement, components=(judged,)))

    assert list(outcomes(report).values()) == [[Skipped]]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hostile_reports())
def test_any_report_is_of_the_known_form_and_counts_what_it_has(report: Report) -> None:
    content = render(report)

    root = ElementTree.fromstring(content)  # noqa: S314
    for element in root.iter():
        assert element.attrib.keys() <= ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    suite, cases = read(report)
    results = [one for case in cases for one in case.result]
    assert suite.tests == len(cases) >= len(report.judgement.components)
    for kind, number in ((Failure, suite.failures), (Error, suite.errors), (Skipped, suite.skipped)):
        assert sum(isinstance(one, kind) for one in results) == number
    assert suite.errors == len(not_evaluated(report))
    failing = [one for one in open_findings(report) if one.level is not Level.NOTE]
    assert bool(suite.failures) == bool(failing)
