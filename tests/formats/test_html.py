"""The page is well-formed, complete in itself, and says all that the report does."""

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from typing import Any

import html5lib
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.evaluation import FailedAttribute
from nixdrift.formats import render
from nixdrift.formats.html.components import MOST_UNCHANGED
from nixdrift.formats.html.differing import lines, words
from nixdrift.formats.html.shell import data
from nixdrift.judgement import Verdict
from nixdrift.report import Report, read_report, render_json
from tests.formats.pages import HOSTILE, hostile_report, large_report
from tests.reports import REPORTS
from tests.vendored import PAGE, RECORD, TESTS

TREE = "{http://www.w3.org/1999/xhtml}"
ALL = {**REPORTS, "hostile": hostile_report}


def read(report: Report) -> Any:
    """Read a page as strictly as a browser's developers would like it."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(render("html", report))


def said(element: Any) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def by_id(page: Any, name: str) -> Any:
    return page.find(f".//*[@id='{name}']")


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_well_formed_and_its_parts_can_be_told_apart(name: str) -> None:
    page = read(ALL[name]())
    identified = [one.get("id") for one in page.iter() if one.get("id")]
    links = [one.get("href") for one in page.iter("a")]

    assert [said(one) for one in page.iter("h1")] != [""]
    assert len(list(page.iter("h1"))) == len(list(page.iter("main"))) == 1
    assert len(identified) == len(set(identified))
    assert all(link.removeprefix("#") in identified for link in links)
    assert all(one.find("caption") is not None for one in page.iter("table"))
    assert all(one.get("scope") in {"col", "row"} for one in page.iter("th"))


@pytest.mark.parametrize("name", ALL)
def test_a_page_allows_its_own_styles_and_scripts_and_names_nothing_else(name: str) -> None:
    page = read(ALL[name]())
    (policy,) = (one.get("content") for one in page.iter("meta") if one.get("http-equiv") == "Content-Security-Policy")
    inline = [one for kind in ("style", "script") for one in page.iter(kind) if one.get("type") != "application/json"]
    attributes = {key for one in page.iter() for key in one.attrib}

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    for one in inline:
        digest = b64encode(hashlib.sha256((one.text or "").encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(inline)
    assert not attributes & {"src", "srcset", "style", "action", "data", "background"}
    assert not [key for key in attributes if key.startswith("on")]
    assert not {one.tag for one in page.iter()} & {"img", "iframe", "object", "embed", "link", "base"}


def test_a_saved_report_gives_the_same_page() -> None:
    report = REPORTS["known"]()

    assert render("html", read_report(render_json(report), source="report")) == render("html", report)


def test_every_finding_is_there_with_its_way_its_reason_and_what_to_do() -> None:
    report = REPORTS["everything"]()
    page = read(report)
    articles = {one.get("id"): said(one) for one in page.iter("article")}

    for finding in json.loads(render_json(report))["findings"]:
        text = articles[f"f-{finding['fingerprint']}"]
        steps = [step["name"] for step in finding["trace"]] if len(finding["trace"]) > 1 else []
        for part in (finding["message"], finding["reason"], finding["remedy"], finding["rule"], *steps):
            assert re.sub(r"\s+", " ", part) in text


def test_where_the_chain_breaks_is_said_and_what_is_behind_it_is_not_reached() -> None:
    page = read(REPORTS["masked"]())
    (trace,) = (one for one in page.iter("ol") if one.get("class") == "trace")

    assert [one.get("class") for one in trace.iter("li")] == ["step path", "step break", "step component unreached"]
    assert "the chain breaks here" in said(trace)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nothing", "No findings: no change was lost on its way"),
        ("healthy", "No findings: no change was lost on its way"),
        ("masked", "A change does not reach goinstance"),
    ],
)
def test_the_verdict_is_one_sentence(name: str, sentence: str) -> None:
    assert said(read(REPORTS[name]()).find(".//h1")) == sentence


def test_what_did_not_evaluate_is_never_called_clean() -> None:
    failed = replace(REPORTS["nothing"](), failed_head=(FailedAttribute("broken", "error: it throws\nhere"),))
    page = read(failed)

    assert page.find(".//header").get("class") == "incomplete"
    assert said(page.find(".//h1")).endswith("; 1 attribute did not evaluate")
    assert "error: it throws here" in said(by_id(page, "failed"))


def test_what_is_not_known_is_never_called_fine() -> None:
    report = REPORTS["healthy"]()
    one, *others = report.judgement.components
    components = (replace(one, verdict=Verdict.UNKNOWN), *others)
    page = read(replace(report, judgement=replace(report.judgement, components=components)))

    assert said(page.find(".//h1")) == "No findings; of 1 component it is not known whether changes reached them"


def test_known_findings_are_folded_and_those_that_are_gone_are_named() -> None:
    page = read(REPORTS["known"]())
    (known,) = (one for one in page.iter("details") if one.get("class") == "known")

    assert "known" in said(known.find("summary"))
    assert "until 2024-01-31" in said(known)
    assert "a finding that is gone" in said(known)
    assert "open" not in known.attrib


def test_of_very_many_unchanged_components_some_are_counted_only() -> None:
    page = read(large_report(MOST_UNCHANGED + 500))
    rows = by_id(page, "table").findall(".//tbody/tr")

    assert len([one for one in rows if one.get("data-verdict") == "unchanged"]) == MOST_UNCHANGED
    assert len([one for one in rows if one.get("data-verdict") == "rippled"]) >= MOST_UNCHANGED + 500
    assert "500 more are not on this page" in said(by_id(page, "components"))


def test_what_differs_is_shown_on_both_sides() -> None:
    report = hostile_report()
    text = said(by_id(read(report), "differences"))

    assert "input derivation" in text
    assert "holds something else" in text
    assert "not there" in text
    assert "+" not in text.split("env")[0]


def test_the_library_that_draws_is_in_a_page_only_if_there_is_a_graph_and_then_with_its_licences() -> None:
    drawn = render("html", REPORTS["masked"]())
    plain = render("html", replace(REPORTS["masked"](), graph=None))

    assert b"cytoscape.js" in drawn or b"Cytoscape Consortium" in drawn
    assert b"Chris Pettitt" in drawn
    assert b"Cytoscape Consortium" not in plain
    assert len(plain) < 60_000


def test_the_edges_of_the_graph_are_told_in_words_the_broken_ones_first() -> None:
    page = read(REPORTS["masked"]())
    rows = [said(one) for one in by_id(page, "graph").findall(".//table/tbody/tr")]

    assert "should lead to, and does not" in rows[0]


def test_hostile_names_are_text_and_nothing_else() -> None:
    page = read(hostile_report())

    assert HOSTILE.replace("\u2028", "\\u2028").split(" ")[0] in said(page.find(".//h1"))
    assert len(list(page.iter("script"))) == len(list(read(REPORTS["everything"]()).iter("script")))


@given(st.recursive(st.text() | st.integers(0, 9), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_data_in_a_page_is_read_as_it_was_and_ends_no_element(value: object) -> None:
    try:
        expected = orjson.dumps(value)
    except TypeError:
        return
    written = data(value)

    assert not set(written) & set("<>&\u2028\u2029")
    assert orjson.loads(str(written)) == orjson.loads(expected)


TEXTS = st.text(st.sampled_from("ab =/\n"), max_size=60)


@given(TEXTS, TEXTS)
def test_words_of_a_difference_are_those_of_both_sides(before: str, after: str) -> None:
    found = words(before, after)

    assert "".join(text for _, text in found["before"] or ()) == before
    assert "".join(text for _, text in found["after"] or ()) == after


@given(TEXTS, TEXTS)
def test_lines_of_a_difference_are_those_of_both_sides_but_for_what_is_the_same(before: str, after: str) -> None:
    parts = lines(before, after)
    skipped = sum(int(text.split()[0]) for kind, text in parts if kind == "skipped")

    for side, word in ((before, "gone"), (after, "new")):
        shown = [text for kind, text in parts if kind in {"same", word}]
        assert len(shown) + skipped == len(side.split("\n"))
        if not skipped:
            assert shown == side.split("\n")


@pytest.mark.parametrize("home", [PAGE, TESTS], ids=["page", "tests"])
def test_what_is_kept_of_other_packages_is_what_was_published_and_has_its_licence(home: Any) -> None:
    recorded = json.loads((home / RECORD).read_text())
    known = {home / RECORD}

    for package in recorded:
        directory = home / package["name"].rpartition("/")[2]
        assert "LICENSE" in package["files"]
        assert package["integrity"].startswith("sha512-")
        for name, digest in package["files"].items():
            assert hashlib.sha256((directory / name).read_bytes()).hexdigest() == digest
            known.add(directory / name)
    assert {file for file in home.rglob("*") if file.is_file()} == known
    assert home != PAGE or {package["licence"] for package in recorded} == {"MIT"}
