"""A timeline says the same in every form, whatever its texts hold."""

import xml.etree.ElementTree as ET

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.judgement import Verdict
from nixdrift.timeline.page import timeline_html
from nixdrift.timeline.plot import timeline_svg
from nixdrift.timeline.text import timeline_text
from nixdrift.timeline.timeline import HistoryCensus, Stop, Timeline, component_histories
from tests.timeline.lines import commit, component, stop

HOSTILE = '<script>alert("1")</script>&amp;\x1b[31m\x07]]>\' onload="x'
SVG = "{http://www.w3.org/2000/svg}"


def timeline(name: str, subject: str, verdicts: list[Verdict]) -> Timeline:
    stops = [
        stop(number, component(number - 1, number, verdict, name=name, paths=1))
        for number, verdict in enumerate(verdicts, start=1)
    ]
    named = [Stop(commit(n, subject), one.since, one.step) for n, one in enumerate(stops, start=1)]
    gap = Stop(commit(len(named) + 1, subject), gap=subject)
    census = HistoryCensus(len(named) + 1, 1, 0, 0, is_cut_off=False)
    return Timeline((*named, gap), component_histories(named), census, "2.34", "x86_64-linux")


@given(st.text(), st.text(), st.lists(st.sampled_from(Verdict), min_size=1, max_size=6))
def test_the_picture_is_well_formed_and_has_a_cell_for_every_commit(
    name: str, subject: str, verdicts: list[Verdict]
) -> None:
    found = timeline(name or "it", subject, verdicts)

    root = ET.fromstring(timeline_svg(found))  # noqa: S314

    cells = [one for one in root.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    assert len(cells) == len(found.components) * len(found.stops)


def test_nothing_in_a_name_becomes_a_part_of_the_picture() -> None:
    root = ET.fromstring(timeline_svg(timeline(HOSTILE, HOSTILE, [Verdict.STALE])))  # noqa: S314

    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        *("svg", "defs", "pattern", "rect", "path", "text", "title")
    }
    assert not any(name.startswith("on") for one in root.iter() for name in one.attrib)


@given(st.text(), st.lists(st.sampled_from(Verdict), min_size=1, max_size=6), st.integers(20, 300))
def test_no_text_controls_the_terminal_and_every_commit_is_named(
    subject: str, verdicts: list[Verdict], width: int
) -> None:
    text = timeline_text(timeline(HOSTILE, subject, verdicts), width=width)

    assert not any(ord(character) < 32 and character != "\n" for character in text)
    assert f"gap {commit(len(verdicts) + 1).commit[:10]}" in text
    if Verdict.STALE in verdicts:
        assert "stale" in text


def test_the_page_is_well_formed_and_has_the_picture_and_the_words() -> None:
    found = timeline(HOSTILE, HOSTILE, [Verdict.REBUILT, Verdict.STALE])
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(timeline_html(found))

    assert "Changes were lost on their way to" in "".join(page.find(".//h1").itertext())
    assert "did not evaluate" in "".join(page.find(".//h1").itertext())
    assert len(list(page.iter("script"))) == 1
    assert len(list(page.iter(f"{SVG}svg"))) == 1
    assert "stale" in "".join(page.find(".//pre").itertext())
