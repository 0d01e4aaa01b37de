"""Mermaid: the ways of the changes as a flowchart, small enough for a comment on a pull request."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from nixdrift.affected_graph import AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.formats.drawing import BROKEN_COLOUR, COLOURS, TEXT_COLOUR, failed_names, label_of
from nixdrift.report import Report

MOST_NODES = 60
MOST_CHARACTERS = 7900
"""Far below what Mermaid draws (50,000 characters, 500 edges): a comment is read by people."""
_MOST_IN_A_LABEL = 60

_ARROWS = {EdgeKind.INPUT: "-->", EdgeKind.TRACE: "-.->", EdgeKind.BROKEN: '-. "✗" .->'}
_PLAIN = frozenset(" ,/_-")
"""What means nothing to Mermaid inside of a label, beside letters and digits."""


def render(report: Report) -> bytes:
    """Write a flowchart of what matters most in a report; what it leaves out, it counts."""
    return flowchart(report).encode()


def fenced(report: Report) -> str:
    """Give the flowchart as a block of Markdown that is drawn where Markdown is shown."""
    return f"```mermaid\n{flowchart(report)}```\n"


def flowchart(report: Report) -> str:
    """Give the flowchart as text."""
    failed = failed_names(report)
    return _ways(report.graph) + (
        f'  failed["{len(failed)} attributes do not evaluate, and were not judged"]\n' if failed else ""
    )


def _ways(graph: AffectedGraph | None) -> str:
    if graph is None or not graph.nodes:
        nothing = "this report has no graph" if graph is None else "nothing that changed is in a component"
        return f'flowchart LR\n  nothing["{nothing}"]\n'
    order = list(_by_interest(graph))
    sizes = (MOST_NODES, 40, 20, 10, 5)
    drawn = (_drawn(graph, order[:size]) for size in sizes)
    return next((text for text in drawn if len(text) <= MOST_CHARACTERS), _drawn(graph, order[:1]))


def _by_interest(graph: AffectedGraph) -> Iterable[int]:
    """Give all nodes: the ways to the worst components first, from each component backwards to the next one."""
    used: dict[int, list[int]] = {}
    for edge in graph.edges:
        used.setdefault(edge.end, []).append(edge.start)
    components = [place for place, node in enumerate(graph.nodes) if node.kind is NodeKind.COMPONENT]
    order: dict[int, None] = {}
    for place in sorted(components, key=lambda place: (-_severity(graph.nodes[place]), place)):
        pending = deque([place])
        while pending:
            one = pending.popleft()
            if one not in order:
                order[one] = None
                pending.extend(each for each in used.get(one, ()) if graph.nodes[each].kind is not NodeKind.COMPONENT)
    return dict.fromkeys([*order, *range(len(graph.nodes))])


def _severity(node: AffectedNode) -> int:
    return node.verdict.severity if node.verdict else -1


def _drawn(graph: AffectedGraph, chosen: Sequence[int]) -> str:
    return "\n".join(["flowchart LR", *(f"  {line}" for line in _lines(graph, sorted(chosen)))]) + "\n"


def _lines(graph: AffectedGraph, chosen: Sequence[int]) -> Iterator[str]:
    there = set(chosen)
    nodes = {place: graph.nodes[place] for place in chosen}
    edges = [edge for edge in dict.fromkeys(graph.edges) if {edge.start, edge.end} <= there]
    yield from (f'n{place}["{_label(node)}"]' for place, node in nodes.items())
    more = len(graph.nodes) - len(chosen) + graph.left_out
    if more:
        yield f'more["and {more} more, left out here"]'
    yield from (f"n{edge.start} {_ARROWS[edge.kind]} n{edge.end}" for edge in edges)
    broken = ",".join(str(number) for number, edge in enumerate(edges) if edge.kind is EdgeKind.BROKEN)
    if broken:
        yield f"linkStyle {broken} stroke:{BROKEN_COLOUR},stroke-width:3px"
    yield from _classes(nodes)


def _classes(nodes: dict[int, AffectedNode]) -> Iterator[str]:
    for verdict, colour in COLOURS.items():
        places = [f"n{place}" for place, node in nodes.items() if node.verdict is verdict]
        if places:
            yield f"classDef {verdict.value} fill:{colour},stroke:#57606a,color:{TEXT_COLOUR}"
            yield f"class {','.join(places)} {verdict.value}"


def _label(node: AffectedNode) -> str:
    text = label_of(node)
    short = text if len(text) <= _MOST_IN_A_LABEL else f"{text[: _MOST_IN_A_LABEL - 1]}…"
    return escaped(short) or " "


def escaped(text: str) -> str:
    """Write a text for a quoted label; all that could mean something to Mermaid or Markdown is an entity code.

    Source: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
    """
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
