"""What `nixdrift check` of two dumps takes, beside what decoding them takes: `make bench`.

Each run is a process of its own: *orjson* decodes both files, *read* reads both as nixdrift does, and *check* is the
whole command. The runs take turns, and the middle one is told: seconds of the clock, and how many times as much the
command takes as the decoding alone, also of processors and of memory.
"""

import os
import platform
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from benchmarks.inputs import Input, generated, options, recorded, save, short
from benchmarks.plot import Line, growth_svg
from benchmarks.processes import Cost, interleaved, middle
from benchmarks.tables import head, megabytes, row_line, seconds

SIZES = (1_000, 10_000, 30_000, 100_000)

_NOT_DONE = "not enough memory"

_DECODE = """
import sys, orjson
both = [orjson.loads(open(file, "rb").read()) for file in sys.argv[1:]]
"""
_READ = """
import sys
from nixdrift.dumps import read_both_graphs, read_input
base, head = ({file: read_input(file)} for file in sys.argv[1:])
both = read_both_graphs(base, head, ())
"""
_COLUMNS = (
    *("graph", "derivations", "MB", "orjson, s", "read, s", "check, s", "check / orjson"),
    *("of processors", "orjson, MB", "check, MB", "check / orjson"),
)


@dataclass(frozen=True)
class Measured:
    """What was measured of one input."""

    name: str
    is_generated: bool
    derivations: int
    size: int
    costs: Mapping[str, Sequence[Cost]]

    def middle(self, way: str) -> Cost:
        """Give the middle of some runs."""
        return middle(self.costs[way])


def measure(one: Input, repeat: int) -> Measured:
    """Measure one input."""
    graphs = ("--base-graph", one.files[0], "--head-graph", one.files[1])
    commands = {
        "orjson": ("-c", _DECODE, *one.files),
        "read": ("-c", _READ, *one.files),
        "check": ("-m", "nixdrift", "check", *graphs, "--changes", str(one.changes)),
    }
    # A check says with 1 that it has findings; a file of gigabytes may be more than orjson finds memory for.
    costs = interleaved(commands, repeat, accepted={"check": (0, 1)}, may_fail={"orjson"})
    return Measured(one.name, one.is_generated, one.derivations(), one.size(), costs)


def row(one: Measured) -> list[str]:
    """Write what was measured of an input."""
    read, check = one.middle("read"), one.middle("check")
    decode = one.middle("orjson") if one.costs["orjson"] else None
    return [
        f"generated, {one.name}" if one.is_generated else one.name,
        f"{one.derivations:,}",
        megabytes(one.size),
        seconds(decode.seconds) if decode else _NOT_DONE,
        seconds(read.seconds),
        seconds(check.seconds),
        f"{check.seconds / decode.seconds:.2f}" if decode else "",
        f"{check.processor / decode.processor:.2f}" if decode else "",
        megabytes(decode.memory) if decode else "",
        megabytes(check.memory),
        f"{check.memory / decode.memory:.2f}" if decode else "",
    ]


def lines(found: Iterable[Measured]) -> list[Line]:
    """Give what is drawn of the generated graphs: seconds against derivations."""
    shown = [one for one in found if one.is_generated]
    return [
        Line(way, {one.derivations: one.middle(way).seconds for one in shown if one.costs[way]})
        for way in ("orjson", "read", "check")
    ]


def main() -> None:
    """Print a table; write results and a plot where that is asked for."""
    parser = options(__doc__, sizes=SIZES, repeat=5)
    parser.add_argument("--plot", type=Path, help="the file for a picture, as SVG")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = chosen.graphs or Path(directory)
        inputs = chain(recorded(chosen.recordings), generated(place, chosen.sizes))
        found = list(_told(measure(one, chosen.repeat) for one in inputs))
    save(_results(found), chosen.output)
    if chosen.plot:
        chosen.plot.parent.mkdir(parents=True, exist_ok=True)
        chosen.plot.write_bytes(growth_svg("Two dumps", "derivations of head", lines(found), short))


def _told(found: Iterable[Measured]) -> Iterator[Measured]:
    """Print a row of each as soon as it is there."""
    for line in head(_COLUMNS):
        print(line)
    for one in found:
        print(row_line(row(one)), flush=True)
        yield one


def _results(found: Iterable[Measured]) -> object:
    machine = {"python": platform.python_version(), "machine": platform.machine(), "processors": os.cpu_count()}
    return {**machine, "measured": [asdict(one) for one in found]}


if __name__ == "__main__":
    main()
