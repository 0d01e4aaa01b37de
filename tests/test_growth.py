"""What a check costs, counted and not timed: it grows as the graph does, and not as what both sides have."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from benchmarks.generator import generate
from nixdrift.derivation import reader
from nixdrift.dumps import read_both_graphs
from nixdrift.formats import render
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest

SMALL, LARGE = 600, 2400
GROWTH = (LARGE / SMALL) ** 1.1
"""How many times as much the large graph may cost."""


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[int, CheckRequest]:
    found = {}
    for number in (SMALL, LARGE):
        files = generate(tmp_path_factory.mktemp(str(number)), number, share=0.1)
        found[number] = CheckRequest(
            base_graph=(str(files.base),), head_graph=(str(files.head),), changes=str(files.changes)
        )
    return found


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the calls of functions, Python's own included: as much work as time is, and always the same."""
    calls = [0]

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        if event in {"call", "c_call"}:
            calls[0] += 1

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def cost(work: Callable[..., object], *arguments: object) -> int:
    work(*arguments)  # what is kept between runs is kept
    with counted() as calls:
        work(*arguments)
    return calls[0]


def test_a_check_grows_as_the_graph_does(requests: dict[int, CheckRequest]) -> None:
    small, large = (cost(check, requests[number]) for number in (SMALL, LARGE))

    assert large <= GROWTH * small


@pytest.mark.parametrize("name", ["json", "sarif", "markdown", "junit", "csv", "html"])
def test_a_report_grows_as_the_graph_does(name: str, requests: dict[int, CheckRequest]) -> None:
    reports: dict[int, Report] = {number: check(request) for number, request in requests.items()}
    small, large = (cost(render, name, reports[number]) for number in (SMALL, LARGE))

    assert large <= GROWTH * small


def test_a_check_calls_no_more_than_it_did(requests: dict[int, CheckRequest]) -> None:
    """A guard with a wide margin: when it was written, there were 113 calls for each derivation of this graph."""
    assert cost(partial(check, is_depicted=False), requests[LARGE]) <= 200 * LARGE


def test_of_what_both_sides_have_nearly_nothing_is_read(
    requests: dict[int, CheckRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    usual = reader.read_usual
    monkeypatch.setattr(reader, "read_usual", lambda path, *rest: read.append(path) or usual(path, *rest))
    request = requests[LARGE]
    base, head = ({file: Path(file).read_bytes()} for file in (request.base_graph[0], request.head_graph[0]))
    before, after = read_both_graphs(base, head, ())
    differing = before.derivations.keys() ^ after.derivations.keys()

    assert sorted(read) == sorted(differing)

    check(request)

    # The second time, what differs and what the rules looked at beside it.
    assert len(read) <= 3 * len(differing)
