"""The flowchart for a comment, as the real Mermaid reads it."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.evaluation import FailedAttribute
from nixdrift.formats.mermaid import MOST_CHARACTERS, MOST_NODES, escaped, fenced, flowchart
from nixdrift.judgement import Verdict
from nixdrift.report import Report
from nixdrift.report.escapes import clean
from tests.conftest import missing
from tests.formats.hostile import NASTY, hostile_reports
from tests.reports import REPORTS

READER = Path(__file__).parent / "mermaid"


def parsed(charts: Sequence[str]) -> list[dict[str, object]]:
    """Let the real Mermaid read flowcharts, all in one process."""
    node = shutil.which("node")
    if node is None or not (READER / "node_modules").is_dir():
        missing("no Mermaid: npm ci --prefix tests/formats/mermaid")
    run = [str(node), str(READER / "parse.mjs")]
    done = subprocess.run(run, input=json.dumps(charts).encode(), capture_output=True, check=True)
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def decoded(label: str) -> str:
    """Undo the entity codes, as Mermaid keeps them while it parses."""
    return re.sub("ﬂ°°([0-9]+)¶ß", lambda code: chr(int(code[1])), label)


def with_graph(graph: AffectedGraph | None) -> Report:
    return replace(REPORTS["nothing"](), graph=graph)


def many(number: int, name: str = "component") -> AffectedGraph:
    nodes = tuple(
        AffectedNode(NodeKind.COMPONENT, f"{name}{place}", verdict=Verdict.RIPPLED) for place in range(number - 1)
    )
    worst = AffectedNode(NodeKind.COMPONENT, "worst", verdict=Verdict.STALE)
    edges = tuple(AffectedEdge(place, place + 1, EdgeKind.INPUT) for place in range(number - 1))
    return AffectedGraph((*nodes, worst), edges, 2)


def one_named(name: str) -> AffectedGraph:
    return AffectedGraph((AffectedNode(NodeKind.PATH, name),), ())


def test_the_real_mermaid_reads_every_name_as_it_is() -> None:
    names = [name for name in NASTY if name.strip() and len(name) < 60]
    reports = [make() for make in REPORTS.values()] + [with_graph(None), with_graph(many(500))]
    found = parsed([*(flowchart(with_graph(one_named(name))) for name in names), *map(flowchart, reports)])

    assert [one for one in found if "error" in one] == []
    for name, one in zip(names, found, strict=False):
        nodes = one["nodes"]
        assert isinstance(nodes, dict)
        assert decoded(nodes["n0"]).strip() == clean(name).strip()


def test_a_broken_way_is_crossed_and_red() -> None:
    text = flowchart(REPORTS["masked"]())

    assert ' -. "✗" .-> ' in text
    assert "stroke:#cf222e" in text
    assert re.search("class n[0-9,n]+ masked", text)


def test_a_large_graph_is_cut_worst_first_and_says_so() -> None:
    text = flowchart(with_graph(many(500)))

    assert "worst#58; stale" in text
    assert f"and {500 - MOST_NODES + 2} more, left out here" in text


@given(hostile_reports())
def test_no_name_writes_anything_but_a_label(report: Report) -> None:
    text = flowchart(report)

    assert len(text) <= 8000
    for label in re.findall(r'\["(.*)"\]', text):
        assert not set('"`<>&\\|[](){}%:;*~$@') & set(re.sub("#[0-9]+;", "", label))
    lines = fenced(report).splitlines()
    assert [line for line in lines if "```" in line] == ["```mermaid", "```"]


def test_names_that_have_to_be_escaped_whole_do_not_make_a_chart_too_long() -> None:
    assert len(flowchart(with_graph(many(100, "<" * 100)))) <= MOST_CHARACTERS


def test_letters_of_every_script_stay_as_they_are() -> None:
    assert escaped("größe 中文") == "größe 中文"


def test_what_does_not_evaluate_is_not_called_clean() -> None:
    failed = replace(with_graph(None), failed_head=(FailedAttribute("broken", "it throws"),))

    assert "1 attributes do not evaluate, and were not judged" in flowchart(failed)
