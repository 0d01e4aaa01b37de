"""The affected graph for Graphviz, as the real ``dot`` draws it."""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.formats import render
from nixdrift.report import Report
from nixdrift.report.escapes import clean
from tests.conftest import missing
from tests.formats.hostile import NASTY
from tests.reports import REPORTS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def dot() -> Path:
    found = shutil.which("dot")
    if found is None:
        missing("no Graphviz on PATH")
    return Path(str(found))


def with_graph(*names: str) -> Report:
    nodes = tuple(AffectedNode(NodeKind.PATH, name) for name in names)
    edges = tuple(AffectedEdge(place, place + 1, EdgeKind.TRACE) for place in range(len(names) - 1))
    return replace(REPORTS["nothing"](), graph=AffectedGraph(nodes, edges, 3))


def test_the_real_dot_draws_every_name_as_it_is(dot: Path) -> None:
    drawn = subprocess.run([dot, "-Tsvg"], input=render("dot", with_graph(*NASTY)), capture_output=True, check=True)
    texts = ["".join(one.itertext()) for one in ElementTree.fromstring(drawn.stdout).iter(f"{SVG}text")]  # noqa: S314

    assert drawn.stderr == b""
    for name in NASTY:
        if name.strip():
            assert clean(name).strip() in {text.replace("\xa0", " ").strip() for text in texts}


def test_a_broken_way_is_bold_red_and_dashed() -> None:
    text = render("dot", REPORTS["masked"]()).decode()

    assert 'label="goinstance: masked"' in text
    assert '[style="dashed,bold", color="#cf222e"]' in text


def test_what_was_left_out_is_said() -> None:
    assert "and 3 more, which did not fit" in render("dot", with_graph("a")).decode()


def test_a_report_without_a_graph_is_an_empty_drawing() -> None:
    assert "->" not in render("dot", replace(REPORTS["nothing"](), graph=None)).decode()
