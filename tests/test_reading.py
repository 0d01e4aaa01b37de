"""A JSON report is read again as it was written, or not at all."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.errors import InvalidInputError
from nixdrift.report import Report, read_report, render_json, render_text
from tests.reports import REPORTS

WRITTEN = {name: render_json(make()) for name, make in REPORTS.items()}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_read_as_it_was_written(name: str) -> None:
    report = REPORTS[name]()

    again = read_report(render_json(report), source="report.json")

    assert render_json(again) == render_json(report)
    assert render_text(again) == render_text(report)


def refused(content: bytes, message: str, hint: str = "nixdrift check --format json") -> None:
    with pytest.raises(InvalidInputError, match=message) as caught:
        read_report(content, source="report.json")
    assert "\n" not in caught.value.message
    assert hint in (caught.value.hint or "")


def test_what_is_no_report_is_refused() -> None:
    refused(b"", "report.json is no report of a check")
    refused(b"[]", "report.json is no report of a check")
    refused(b'{"version": 1}', "missing required field `tool`")
    refused(b'{"version": 1, "tool": {"name": "other", "version": "1"}}', "other wrote it")
    refused(b"\xff\xfe", "report.json is no report of a check")
    refused(b"[" * 100_000, "report.json is no report of a check")


def test_a_report_of_another_version_is_refused_with_what_can_read_it() -> None:
    newer = orjson.loads(WRITTEN["healthy"]) | {"version": 2, "tool": {"name": "nixdrift", "version": "9.1"}}

    refused(orjson.dumps(newer), "is version 2 of a report, and this nixdrift knows version 1", "nixdrift 9.1 wrote it")


def test_an_edge_that_leads_nowhere_is_refused() -> None:
    found = orjson.loads(WRITTEN["healthy"])
    found["graph"]["edges"].append({"start": 0, "end": 999, "kind": "input"})

    refused(orjson.dumps(found), "leads to no node")


@given(st.sampled_from(sorted(WRITTEN)), st.data())
def test_a_report_that_was_cut_off_is_refused(name: str, data: st.DataObject) -> None:
    content = WRITTEN[name]
    end = data.draw(st.integers(0, len(content) - 3))

    refused(content[:end], "report.json is no report of a check")


@given(st.sampled_from(sorted(WRITTEN)), st.data())
def test_a_report_in_which_something_is_missing_or_of_another_kind_is_refused_or_says_the_same(
    name: str, data: st.DataObject
) -> None:
    found = orjson.loads(WRITTEN[name])
    parent, key = data.draw(st.sampled_from(list(_places(found))))
    data.draw(st.sampled_from([_remove, _replace]))(parent, key)

    try:
        read = read_report(orjson.dumps(found), source="report.json")
    except InvalidInputError:
        return
    assert isinstance(read, Report)
    # What was read is what was written: nothing is guessed.
    assert orjson.loads(render_json(read)).keys() == orjson.loads(WRITTEN[name]).keys()


def _places(value: Any) -> Any:
    if isinstance(value, dict):
        for key, one in value.items():
            yield value, key
            yield from _places(one)
    elif isinstance(value, list):
        for place, one in enumerate(value[:3]):
            yield value, place
            yield from _places(one)


def _remove(parent: Any, key: Any) -> None:
    del parent[key]


def _replace(parent: Any, key: Any) -> None:
    parent[key] = {"unexpected": [1]}
