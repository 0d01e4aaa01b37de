"""What the stages of a check take, one after the other in one process: seconds of the processor."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.inputs import Input
from nixdrift.changes import parse_name_status
from nixdrift.comparison.compare import Evidence, compare
from nixdrift.config import Config
from nixdrift.derivation.dumps import read_dump
from nixdrift.dumps import read_both_graphs
from nixdrift.explanation import affected_graph, own_differences
from nixdrift.formats import FORMATS, TEXT, render
from nixdrift.graph import build_graph
from nixdrift.pipeline.check import Compared
from nixdrift.report import RevisionInfo, render_text
from nixdrift.rules import apply_rules

Result = TypeVar("Result")

CHECK = ("read", "map", "rules", TEXT)
"""The stages of a check with text for a person."""


@dataclass(frozen=True)
class Stopwatch:
    """How long each of some things took: of the processor, or by another clock."""

    clock: Callable[[], float] = time.process_time
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, name: str, *, seldom: bool = True) -> Iterator[None]:
        """Time a block; what was made before it is not looked at by the collector of garbage in it.

        That runs as seldom as nixdrift's command line lets it, or as often as Python does by itself.
        """
        often = gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(2_000_000 if seldom else often[0])
        start = self.clock()
        yield
        self.seconds[name] = self.clock() - start
        gc.set_threshold(*often)
        gc.unfreeze()


def medians(measure: Callable[[], Mapping[str, float]], repeat: int) -> Mapping[str, float]:
    """Measure again and again, and give the middle of each."""
    runs = [measure() for _time in range(repeat)]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def reading(one: Input) -> Mapping[str, float]:
    """Read head alone: decode it, read it as nixdrift does, and make a graph of networkx of it."""
    watch, data = Stopwatch(), one.head.read_bytes()
    with watch.timing("orjson", seldom=False):
        decoded = orjson.loads(data)
    del decoded
    with watch.timing("read_dump"):
        dump = read_dump(data, source=one.name)
    with watch.timing("networkx"):
        _made(build_graph(dump.derivations, source=one.name).edges)
    return watch.seconds


def stages(one: Input, formats: Sequence[str] = tuple(FORMATS)) -> Mapping[str, float]:
    """Check two dumps, and write the report in some formats."""
    watch = Stopwatch()
    changes = parse_name_status(one.changes.read_bytes(), source="changes")
    with watch.timing("read"):
        base, head = read_both_graphs(_read(one.base), _read(one.head), ())
    with watch.timing("map"):
        comparison = compare(base, head, changes, Config(), Evidence())
    with watch.timing("rules"):
        findings = apply_rules(comparison)
    with watch.timing("depicting"):
        differences, graph = own_differences(comparison), affected_graph(comparison)
    report = Compared(comparison, RevisionInfo(), RevisionInfo(), findings).report()
    report = replace(report, differences=differences, graph=graph)
    for name in formats:
        with watch.timing(name):
            _made(render_text(report) if name == TEXT else render(name, report))
    return watch.seconds


def whole(seconds: Mapping[str, float]) -> float:
    """Give what a check takes of all its stages."""
    return sum(seconds[stage] for stage in CHECK)


def _read(file: Path) -> Mapping[str, bytes]:
    return {str(file): file.read_bytes()}


def _made(result: Result) -> Result:
    """Take what was only made to see how long it takes."""
    return result
