"""Markdown, rendered to HTML as GitHub does: what a name says is a text in it, and nothing else."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from nixdrift.formats import markdown
from nixdrift.formats.findings import open_findings
from nixdrift.formats.markdown_escapes import code, prose
from nixdrift.judgement import Level
from nixdrift.report import Report
from tests.formats.hostile import NASTY, hostile_reports
from tests.formats.samples import HEALTHY, about, found
from tests.reports import REPORTS

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TAGS = {
    *("h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "code", "pre", "ul", "li", "strong", "em"),
}
PICTURE = ("code", [("class", "language-mermaid")])


class Elements(HTMLParser):
    """The elements of a document, each of which has to be closed in its turn, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs or (tag, attrs) == PICTURE, (tag, attrs)
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment  # type: ignore[assignment]

    def text_in(self, tag: str) -> str:
        return "".join(data for inside, data in self.texts if inside == tag)


def rendered(report: Report) -> Elements:
    return Elements(RENDERER.render(markdown.render(report).decode()))


def test_the_verdict_is_the_first_sentence() -> None:
    assert rendered(HEALTHY).text_in("h2") == "✅ nixdrift: no findings"
    assert rendered(about(found())).text_in("h2") == "⚠️ nixdrift: 1 finding"
    assert rendered(REPORTS["known"]()).text_in("h2") == "⚠️ nixdrift: 1 new finding, 1 known, 2 not evaluated"


def test_a_report_that_is_not_whole_is_not_called_clean() -> None:
    census = replace(HEALTHY.judgement.census, roots_failed=1)
    report = replace(HEALTHY, judgement=replace(HEALTHY.judgement, census=census))

    assert rendered(report).text_in("h2") == "⚠️ nixdrift: no findings, 1 not evaluated"


def test_a_finding_has_a_row_and_its_details_folded() -> None:
    elements = rendered(about(found("a | b")))

    assert "a | b" in elements.text_in("td")
    assert "goinstance/main.go:1" in elements.text_in("code")
    assert "a remedy" in elements.text_in("li")


def test_a_report_with_findings_has_its_ways_as_a_picture() -> None:
    with_findings, without = (markdown.render(REPORTS[name]()).decode() for name in ("masked", "healthy"))

    assert "```mermaid\nflowchart LR\n" in with_findings
    assert "✗" in with_findings.partition("```mermaid")[2].partition("\n```\n")[0]
    assert "```mermaid" not in without


def test_known_findings_are_folded() -> None:
    elements = rendered(REPORTS["known"]())

    assert "1 known finding" in elements.text_in("summary")


@pytest.mark.parametrize("text", NASTY)
def test_a_name_is_shown_and_does_nothing(text: str) -> None:
    for escaped in (code(text), prose(text)):
        # On a line, in a cell, at the beginning of a list item and inside HTML.
        document = f"{escaped} x\n\n| a |\n| --- |\n| {escaped} |\n\n- x {escaped}\n\n<details>{escaped}</details>\n"
        assert set(Elements(RENDERER.render(document)).tags) <= TAGS


def test_nobody_is_mentioned_in_a_sentence() -> None:
    assert "@mention" not in prose("@mention") + prose("mail a@mention") + prose("#123 owner/name#45")
    text = "".join(data for _, data in Elements(RENDERER.render(prose("see @mention and #123"))).texts)
    assert text.replace("\u2060", "").strip() == "see @mention and #123"
    assert "@mention" not in text
    assert "#123" not in text


def test_a_report_of_any_size_is_below_the_limit_and_says_what_it_leaves_out() -> None:
    many = [found("|" * 3000, component=f"c{number}" * 400, level=Level.WARNING) for number in range(2000)]
    content = markdown.render(about(*many))

    assert len(content) <= 1024 * 1024
    assert "1,950 more findings" in content.decode()
    Elements(RENDERER.render(content.decode()))


def test_what_there_is_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_MOST_BYTES", 2000)

    content = markdown.render(about(*(found(str(number)) for number in range(30)))).decode()

    assert "more parts left out: the report is too long" in content
    assert len(content.encode()) < 2200


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hostile_reports())
def test_no_name_makes_an_element_or_leaves_one(report: Report) -> None:
    elements = rendered(report)

    assert set(elements.tags) <= TAGS
    is_settled = bool(report.settled and any(one.fingerprint in report.settled.known for one in report.findings))
    moved = any(one.verdict.value != "unchanged" for one in report.judgement.components)
    assert elements.tags.count("details") == len(open_findings(report)) + is_settled + moved + 1
    tables = [bool(open_findings(report)), bool(report.failed_base or report.failed_head), moved, is_settled]
    assert elements.tags.count("table") == sum(tables)
