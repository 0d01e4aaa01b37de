"""Laws of all formats: any report can be written, and the same one always in the same way."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from nixdrift.formats import DEPICTING, FORMATS, TEXT, render
from nixdrift.report import Report, read_report, render_json
from tests.formats.hostile import hostile_reports
from tests.reports import REPORTS

# What becomes of names in JSON is what is read again: it has tests of its own.
BYTES = sorted(set(FORMATS) - {TEXT, "json"})


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("report", REPORTS)
def test_a_saved_report_is_written_as_the_one_that_was_saved(name: str, report: str) -> None:
    made = REPORTS[report]()
    again = read_report(render_json(made), source="report.json")

    assert render(name, again) == render(name, made)


@pytest.mark.parametrize("name", sorted({*BYTES} - DEPICTING))
@pytest.mark.parametrize("report", REPORTS)
def test_what_depicts_nothing_needs_neither_graph_nor_differences(name: str, report: str) -> None:
    made = REPORTS[report]()

    assert render(name, replace(made, graph=None, differences={})) == render(name, made)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(hostile_reports())
def test_any_report_is_written_as_text_of_utf_8_and_always_the_same(report: Report) -> None:
    for name in BYTES:
        content = render(name, report)

        assert content == render(name, replace(report))
        assert not set(content.decode()) & set("\x00\x07\x1b\x85\u2028\u202e")
