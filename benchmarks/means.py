"""What the means save by which a check is fast: the same work is done without each, and timed.

What a check leaves out altogether (the records that both dumps have, a graph of networkx, the affected graph) is done
beside it; where it does the same in another way, the other way is timed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from unittest.mock import patch

from benchmarks.inputs import Input
from benchmarks.stages import Stopwatch
from nixdrift.dumps import read_both_graphs, read_graph
from nixdrift.evaluation import Evaluation
from nixdrift.graph import build_graph

TOGETHER = "read, both dumps together"
COLLECTED = "read, both together, with the collector of garbage on"

Files = Mapping[str, bytes]


def means(one: Input) -> Mapping[str, float]:
    """Time the reading of two dumps, and what it is spared."""
    watch = Stopwatch()
    base, head = {str(one.base): one.base.read_bytes()}, {str(one.head): one.head.read_bytes()}
    for name, spend in _ways(base, head):
        with watch.timing(name, seldom=name != COLLECTED):
            spend()
    both = read_both_graphs(base, head, ())
    with watch.timing("read every record that both have, as well"):
        _read_all(both)
    with watch.timing("make a graph of networkx of both, as well"):
        _draw_all(both)
    return watch.seconds


def _ways(base: Files, head: Files) -> Iterator[tuple[str, Callable[[], object]]]:
    yield TOGETHER, lambda: read_both_graphs(base, head, ())
    yield "read, each dump alone", lambda: (read_graph(base, ()), read_graph(head, ()))
    yield COLLECTED, lambda: _collected(base, head)


def _collected(base: Files, head: Files) -> object:
    with patch("nixdrift.derivation.twins.collector_off", nullcontext):
        return read_both_graphs(base, head, ())


def _read_all(both: tuple[Evaluation, Evaluation]) -> None:
    for evaluation in both:
        for path in evaluation.derivations:
            evaluation.derivations[path]


def _draw_all(both: tuple[Evaluation, Evaluation]) -> None:
    for evaluation in both:
        build_graph(evaluation.derivations, source="graph").edges.number_of_edges()
