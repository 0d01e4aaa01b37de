"""What the parts of `nixdrift check` take, all in one process: `make bench`.

Reading beside decoding, the rules and the formats beside the whole check, proofs of sources beside hashing the same
bytes; and how all of it grows with the graph.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.inputs import Input, generated, options, recorded, save, short
from benchmarks.means import means
from benchmarks.plot import Line, growth_svg
from benchmarks.proofs import Proofs, Scale
from benchmarks.proofs import measure as measure_proofs
from benchmarks.stages import medians, reading, stages, whole
from benchmarks.tables import growth_rows, megabytes, seconds, table

SIZES = (10_000, 30_000, 100_000)
SCALE = Scale(files=10_000, size=100_000_000, paths=100, sources=20)

GROWING = ("read", "map", "rules", "json", "html")

Times = Mapping[str, float]


def reading_rows(times: Mapping[str, Times]) -> Iterator[list[str]]:
    """Write what reading one file takes, beside decoding it."""
    for name, one in times.items():
        ours = one["read_dump"] + one["networkx"]
        cells = (one["orjson"], one["read_dump"], one["networkx"])
        yield [name, *map(seconds, cells), f"{ours / one['orjson']:.2f}"]


def stage_rows(times: Mapping[str, Times]) -> Iterator[list[str]]:
    """Write what each stage takes, a column for each graph."""
    for stage in next(iter(times.values())):
        cells = [f"{seconds(one[stage])} ({one[stage] / whole(one):.1%})" for one in times.values()]
        yield [stage, *cells]
    yield ["check", *(seconds(whole(one)) for one in times.values())]


def means_rows(times: Mapping[str, Times], checks: Mapping[str, float]) -> Iterator[list[str]]:
    """Write what reading takes in each way, a column for each graph, beside the whole check."""
    for way in next(iter(times.values())):
        yield [way, *(f"{seconds(one[way])} ({one[way] / checks[name]:.2f})" for name, one in times.items())]


def growing(times: Mapping[int, Times]) -> list[Line]:
    """Give how each stage grows, and the whole check: seconds against derivations."""
    whole_checks = Line("check", {size: whole(one) for size, one in times.items()})
    return [whole_checks, *(Line(stage, {size: one[stage] for size, one in times.items()}) for stage in GROWING)]


def proof_row(proofs: Proofs) -> list[str]:
    """Write what proofs take."""
    scale, taken = proofs.scale, proofs.seconds
    return [
        f"{scale.files:,} files",
        *(f"{number:,}" for number in (scale.paths, scale.sources)),
        *map(megabytes, (scale.size, proofs.read, proofs.hashed)),
        *(seconds(taken[name]) for name in ("sha256", "git", "proofs")),
        f"{taken['proofs'] / taken['sha256']:.2f}",
        f"{taken['proofs'] / (taken['sha256'] + taken['git']):.2f}",
    ]


def measure_each(inputs: Sequence[Input], of: Callable[[Input], Times], repeat: int) -> Mapping[str, Times]:
    """Measure something of each input."""
    return {one.name: medians(partial(of, one), repeat) for one in inputs}


def main() -> None:
    """Print tables; write results where that is asked for."""
    parser = options(__doc__, sizes=SIZES, repeat=3)
    parser.add_argument("--files", type=int, default=SCALE.files, help="of the repository whose sources are proven")
    parser.add_argument("--megabytes", type=int, default=SCALE.size // 10**6)
    parser.add_argument("--paths", type=int, default=SCALE.paths, help="that have changed")
    parser.add_argument("--sources", type=int, default=SCALE.sources)
    parser.add_argument("--plot", type=Path, help="the file for a picture of how the parts grow, as SVG")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        made = list(generated(chosen.graphs or Path(directory), chosen.sizes))
        inputs = [*recorded(chosen.recordings), *made]
        read = measure_each(inputs, reading, chosen.repeat)
        staged = measure_each(inputs, stages, chosen.repeat)
        spared = measure_each(inputs, means, chosen.repeat)
        grown = {one.derivations(): staged[one.name] for one in made}
    proofs = measure_proofs(Scale(chosen.files, chosen.megabytes * 10**6, chosen.paths, chosen.sources))
    if inputs:
        print(table(["one file", "orjson, s", "read_dump, s", "networkx, s", "both / orjson"], reading_rows(read)))
        print(table(["stage, s (of the check)", *staged], stage_rows(staged)))
        checks = {name: whole(one) for name, one in staged.items()}
        print(table(["way, s (times the check)", *spared], means_rows(spared, checks)))
    if len(grown) > 1:
        lines = growing(grown)
        print(table(["derivations", *(f"{number:,}" for number in grown), "exponent"], growth_rows(lines)))
        if chosen.plot:
            chosen.plot.write_bytes(growth_svg("The parts of a check", "derivations of head", lines, short))
    columns = ("files", "changed", "sources", "MB", "MB read", "MB hashed", "sha256, s", "git, s", "proofs, s")
    print(table([*columns, "proofs / sha256", "proofs / both"], [proof_row(proofs)]))
    save({"reading": read, "stages": staged, "means": spared, "proofs": asdict(proofs)}, chosen.output)


if __name__ == "__main__":
    main()
