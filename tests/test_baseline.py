"""Findings that are known: what the file says, and what follows from it on a given day."""

import json
from dataclasses import replace
from datetime import date

import jsonschema
import pytest

from nixdrift.errors import InvalidInputError
from nixdrift.judgement import Finding, Level
from nixdrift.report import Report, render_json, render_text, schema
from nixdrift.report.baseline import (
    KnownFinding,
    Settled,
    known_finding,
    new_findings,
    parse_baseline,
    read_findings,
    renewed,
    settle,
    write_baseline,
)
from nixdrift.rules.rule import finding
from tests.reports import rich_report

TODAY = date(2025, 6, 15)
ODD = "goinstance/new\nline \udcff"


def found(name: str, rule: str = "stale") -> Finding:
    return finding(rule, Level.ERROR, "goinstance", [name], message=f"{name} is stale", reason="why", remedy="do")


def entry(name: str, expires: date | None = None, command: str = "audit") -> KnownFinding:
    return replace(known_finding(found(name), command), expires=expires)


def settled(findings: list[Finding], baseline: list[KnownFinding], *, is_whole_audit: bool = True) -> Settled:
    return settle(findings, baseline, TODAY, is_whole_audit=is_whole_audit)


def marks(one: Settled) -> tuple[list[str], list[str], list[str] | None]:
    gone = None if one.gone is None else [two.paths[0] for two in one.gone]
    return [two.paths[0] for two in one.known.values()], [two.paths[0] for two in one.expired.values()], gone


CASES = {
    "nothing": ([], [], ([], [], [])),
    "a new finding": (["a"], [], ([], [], [])),
    "a known one": (["a"], [entry("a")], (["a"], [], [])),
    "a known one and a new one": (["a", "b"], [entry("a")], (["a"], [], [])),
    "one that is gone": ([], [entry("a")], ([], [], ["a"])),
    "one that a check found, of which an audit says nothing": ([], [entry("a", command="check")], ([], [], [])),
    "one on its last day": (["a"], [entry("a", TODAY)], (["a"], [], [])),
    "one after its last day": (["a"], [entry("a", date(2025, 6, 14))], ([], ["a"], [])),
    "one that is gone and has expired": ([], [entry("a", date(2025, 6, 14))], ([], [], ["a"])),
}


@pytest.mark.parametrize("what", CASES)
def test_a_finding_is_known_until_its_last_day(what: str) -> None:
    names, baseline, expected = CASES[what]

    assert marks(settled([found(name) for name in names], baseline)) == expected


def test_where_not_everything_was_looked_at_nothing_is_said_to_be_gone() -> None:
    assert marks(settled([], [entry("a")], is_whole_audit=False)) == ([], [], None)


def test_only_what_is_not_known_is_new() -> None:
    findings = [found("a"), found("b"), found("c")]
    baseline = [entry("a"), entry("b", date(2025, 6, 14))]

    assert [one.paths for one in new_findings(findings, settled(findings, baseline))] == [("b",), ("c",)]
    assert new_findings(findings, None) == tuple(findings)


def test_a_file_is_read_as_it_was_written_whatever_the_order() -> None:
    entries = [entry("b"), entry(ODD, TODAY), replace(entry("c"), component=None)]

    content = write_baseline(entries)

    assert content == write_baseline(reversed(entries))
    assert sorted(parse_baseline(content, source="b.json"), key=repr) == sorted(entries, key=repr)


def test_an_entry_that_was_there_keeps_its_day_and_a_new_one_gets_the_one_given() -> None:
    before = [entry("a", TODAY), entry("b"), entry("gone")]
    days = {one.paths[0]: one.expires for one in renewed([entry("a"), entry("b"), entry("c")], before, date.max)}

    assert days == {"a": TODAY, "b": None, "c": date.max}


def test_what_both_find_is_written_once_as_an_audits() -> None:
    assert renewed([entry("a", command="check"), entry("a")], [], None) == [entry("a")]


def with_baseline(*, expired: bool = False) -> Report:
    """Give a report with everything in it, of whose findings one is known."""
    report = rich_report()
    day = date(2025, 6, 14) if expired else date(2030, 12, 31)
    known = [replace(known_finding(report.findings[0], "check"), expires=day)]
    return replace(report, settled=settle(report.findings, known, TODAY, is_whole_audit=False))


@pytest.mark.parametrize("expired", [False, True])
def test_a_report_says_which_findings_are_known(expired: bool) -> None:
    report = with_baseline(expired=expired)

    document = json.loads(render_json(report))

    jsonschema.validate(document, json.loads(schema()))
    assert [one["known"] for one in document["findings"]] == [not expired, *[False] * (len(report.findings) - 1)]
    assert document["baseline"]["known"] == int(not expired)
    assert [one["expires"] for one in document["baseline"]["expired"]] == ["2025-06-14"] * expired
    assert document["baseline"]["gone"] is None


def test_a_known_finding_is_counted_and_named_and_not_told_at_length() -> None:
    report = with_baseline()
    text = " ".join(render_text(report, width=10_000).split())

    first = report.findings[0]
    number = len(report.findings) - 1
    assert text.startswith(f"{number} new finding, 1 known")
    assert f"known (until 2030-12-31): [{first.rule}]" in text
    assert f"{first.level.value}[{first.rule}]" not in text


def test_a_finding_whose_day_has_passed_is_told_at_length_and_it_is_said() -> None:
    text = render_text(with_baseline(expired=True), width=10_000)

    assert text.startswith("2 new findings")
    assert "known until 2025-06-14, and no longer" in text


def test_a_report_of_a_check_is_taken_for_what_it_found() -> None:
    report = rich_report()

    taken = read_findings(render_json(report), source="check.json")

    assert taken == tuple(known_finding(one, "check") for one in report.findings)


GOOD = json.loads(write_baseline([entry("a")]))


def broken(**changes: object) -> bytes:
    one = {**GOOD["findings"][0], **changes}
    return json.dumps(
        {"version": 1, "findings": [{key: value for key, value in one.items() if value != "DROP"}]}
    ).encode()


BAD = {
    "not JSON": (b"{", "b.json is not JSON", "write it anew"),
    "a list": (b"[]", "b.json is no baseline", "write it anew"),
    "no findings": (b'{"version": 1}', "b.json is no baseline", "write it anew"),
    "a later version": (b'{"version": 2, "findings": []}', "b.json is version 2", "update nixdrift"),
    "an entry that is a text": (b'{"version": 1, "findings": ["a"]}', "b.json, finding 1: not an object", "anew"),
    "no fingerprint": (broken(fingerprint="DROP"), "finding 1: fingerprint is not a text", "anew"),
    "a rule that is a number": (broken(rule=1), "finding 1: rule is not a text", "anew"),
    "a component that is a number": (broken(component=1), "finding 1: component is not a text", "anew"),
    "paths that are a text": (broken(paths="a"), "finding 1: paths is not a list of texts", "anew"),
    "an unknown key": (broken(expire="2025-01-01"), "finding 1: unknown key expire", "did you mean expires?"),
    "a strange key": (broken(zzz=1), "finding 1: unknown key zzz", "the keys here are"),
    "a day that is none": (broken(expires="2025-02-30"), "expires is no date: '2025-02-30'", "2030-12-31"),
    "a day that is a number": (broken(expires=20250101), "expires is no date: 20250101", "2030-12-31"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_with_what_is_wrong_in_it(what: str) -> None:
    content, message, hint = BAD[what]

    with pytest.raises(InvalidInputError) as refusal:
        parse_baseline(content, source="b.json")

    assert message in refusal.value.message
    assert hint in str(refusal.value.hint)


@pytest.mark.parametrize("content", [b"[]", b"{}", write_baseline([]), b'{"census": {}, "findings": [], "base": 1}'])
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError, match=r"r.json is no report of a check or an audit"):
        read_findings(content, source="r.json")


def test_a_report_with_a_damaged_finding_is_refused() -> None:
    document = json.loads(render_json(rich_report()))
    document["findings"][1]["paths"] = None

    with pytest.raises(InvalidInputError, match="finding 2: paths"):
        read_findings(json.dumps(document).encode(), source="r.json")
