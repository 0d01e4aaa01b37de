"""The page works in a real browser: without a network, by keyboard, without JavaScript, and with very much in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats.conftest import Shown
from tests.formats.pages import HOSTILE, hostile_report, large_report
from tests.reports import REPORTS
from tests.vendored import TESTS

Show = Callable[..., Shown]
AXE = TESTS / "axe-core" / "axe.min.js"


@pytest.fixture
def masked(show: Show) -> Shown:
    return show(REPORTS["masked"]())


def press(shown: Shown, *keys: str) -> None:
    for key in keys:
        shown.page.keyboard.press(key)


def zoom(shown: Shown) -> float:
    level: float = shown.page.evaluate("nixdriftGraph.zoom()")
    return level


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_loads_without_a_word_of_complaint_and_reads_nothing_but_itself(show: Show, name: str) -> None:
    shown = show(REPORTS[name]())

    assert shown.page.locator("h1").is_visible()
    assert (shown.said, shown.asked) == ([], [])


def test_components_are_searched_filtered_and_sorted(show: Show) -> None:
    shown = show(REPORTS["everything"]())
    everything = shown.shown_rows()

    shown.page.fill("#search", "goinst")
    assert shown.shown_rows() == ["goinstance"]
    assert shown.page.inner_text("#shown") == f"1 of {len(everything)} shown"
    shown.page.fill("#search", "no such name")
    assert shown.shown_rows() == []
    shown.page.fill("#search", "")
    shown.page.uncheck("input[value=masked]")
    assert shown.shown_rows() == [name for name in everything if name != "goinstance"]
    shown.page.check("input[value=masked]")
    shown.page.click("th[data-key=name] button")
    assert shown.shown_rows() == sorted(everything)
    assert shown.page.get_attribute("th[data-key=name]", "aria-sort") == "ascending"
    assert shown.page.get_attribute("th[data-key=severity]", "aria-sort") is None
    shown.page.click("th[data-key=name] button")
    assert shown.shown_rows() == sorted(everything, reverse=True)
    assert shown.said == []


def test_the_graph_is_zoomed_searched_and_told_in_words(masked: Shown) -> None:
    masked.page.locator("#graph").scroll_into_view_if_needed()
    before = zoom(masked)
    masked.page.click("[data-do=in]")
    assert zoom(masked) > before
    masked.page.click("[data-do=out]")
    assert zoom(masked) == pytest.approx(before)
    masked.page.fill("#graph-search", "goinstance")
    assert masked.page.evaluate("nixdriftGraph.nodes('.hit').length") == 2
    masked.page.press("#graph-search", "Enter")
    assert "goinstance" in (masked.current() or "")
    assert "goinstance" in masked.page.inner_text("#graph-current")
    masked.page.click(".edges summary")
    assert masked.page.locator(".edges tr.broken").first.is_visible()


def test_the_graph_is_walked_through_by_the_arrows_from_where_it_is_broken(masked: Shown) -> None:
    masked.page.focus("#canvas")
    press(masked, "ArrowRight")
    assert masked.current() == "no input source holds the change"
    press(masked, "ArrowRight")
    assert masked.current() == "goinstance"
    press(masked, "ArrowLeft", "ArrowLeft")
    assert masked.current() in {"goinstance/main.go", "platform", "platform-1.0"}
    before = zoom(masked)
    press(masked, "+")
    assert zoom(masked) > before
    press(masked, "0", "Enter")
    assert masked.said == []


def test_a_finding_leads_to_its_component_in_the_graph(masked: Shown) -> None:
    masked.page.click("[data-show=goinstance]")

    assert masked.current() == "goinstance"
    assert masked.page.evaluate("document.activeElement.id") == "canvas"


def test_everything_is_reached_by_the_tab_key_and_done_by_the_keyboard(show: Show) -> None:
    shown = show(REPORTS["everything"]())
    reached = []
    for _ in range(200):
        press(shown, "Tab")
        reached.append(shown.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if reached[-1] == "canvas":
            break
    assert reached[0] == "Skip to the findings"
    assert reached.index("search") < reached.index("Verdict") < reached.index("Fit") < reached.index("canvas")
    shown.page.focus("th[data-key=name] button")
    press(shown, "Enter")
    assert shown.page.get_attribute("th[data-key=name]", "aria-sort") == "ascending"
    press(shown, "Space")
    assert shown.page.get_attribute("th[data-key=name]", "aria-sort") == "descending"
    shown.page.focus("td summary >> nth=0")
    press(shown, "Enter")
    assert shown.page.locator("td details[open]").count() == 1


def test_without_javascript_the_page_says_the_same(show: Show) -> None:
    shown = show(REPORTS["masked"](), java_script_enabled=False)

    assert shown.page.inner_text("h1") == "A change does not reach goinstance"
    assert shown.page.locator(".finding .step.break").is_visible()
    assert {"goinstance", "platform"} <= set(shown.shown_rows())
    assert not shown.page.locator("#filter").is_visible()
    assert not shown.page.locator("#drawn").is_visible()
    shown.page.click(".edges summary")
    assert shown.page.locator(".edges tr.broken").first.is_visible()


def test_names_cannot_inject_anything(show: Show) -> None:
    shown = show(hostile_report())
    shown.page.click("[data-do=all]", force=True) if shown.page.is_enabled("[data-do=all]") else None
    shown.page.focus("#canvas")
    press(shown, "ArrowRight", "Enter")

    assert shown.page.evaluate("window.taken") is None
    assert shown.page.locator("img").count() == 0
    assert HOSTILE[:9] in shown.page.inner_text("#graph-current")
    assert (shown.said, shown.asked) == ([], [])


def test_five_thousand_rows_and_nodes_are_begun_with_what_matters(show: Show) -> None:
    shown = show(large_report())

    assert len(shown.shown_rows()) == 100
    assert shown.shown_rows()[0] == "goinstance"
    assert shown.drawn() == 60
    assert shown.page.evaluate("nixdriftGraph.nodes(`[kind='break']`).length") == 1
    shown.page.fill("#search", "package-4321")
    assert shown.shown_rows() == ["package-4321"]
    shown.page.fill("#graph-search", "package-4321")
    shown.page.press("#graph-search", "Enter")
    assert shown.current() == "package-4321"
    assert 60 < shown.drawn() < 100
    shown.page.click("[data-do=expand]")
    shown.page.click("[data-do=all]")
    assert shown.drawn() == 5000
    shown.page.click("[data-do=restart]")
    assert shown.drawn() == 60
    assert shown.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_breaks_no_rule_of_accessibility(show: Show, scheme: str) -> None:
    for width in (1280, 390):
        shown = show(REPORTS["known"](), color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
        shown.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        shown.page.add_script_tag(path=AXE)
        found = shown.page.evaluate("axe.run().then((result) => result.violations)")

        assert {one["id"]: [node["html"] for node in one["nodes"]][:3] for one in found} == {}


def test_a_narrow_page_is_not_wider_than_the_screen(show: Show) -> None:
    for report in (REPORTS["everything"](), hostile_report()):
        shown = show(report, viewport={"width": 360, "height": 800})

        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_folded_is_printed(show: Show, tmp_path: Path) -> None:
    shown = show(REPORTS["known"]())
    shown.page.emulate_media(media="print")

    assert not shown.page.locator("nav").is_visible()
    assert shown.page.locator(".known .finding").first.bounding_box()
