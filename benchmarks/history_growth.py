"""How the cost of `history` grows, with the number of commits and with what each of them evaluates to.

A part of `make bench-large`, with the Nix on PATH. Seconds of processors, with all processes that were started: *first*
evaluates every commit, *second* finds all of them in the cache.
"""

import argparse
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.history import Bench, Size, story
from benchmarks.plot import Line, growth_svg
from benchmarks.tables import growth_rows, table
from nixdrift.repository.story import make_repository

COMMITS = (50, 100, 200, 400, 800)
SERVICES = (30, 100, 300, 1000)
FEW_COMMITS, FEW_SERVICES, TOOLS = 20, 30, 60

Growth = Mapping[str, Mapping[int, float]]
"""Run → size → seconds."""


def measure(commits: int, services: int, repeats: int) -> tuple[float, float]:
    """Look at a generated history for the first time, and again: seconds of processors of both."""
    with tempfile.TemporaryDirectory() as directory:
        (home := Path(directory, "home")).mkdir()
        bench = Bench(Path(directory, "stack"), home, repeats)
        make_repository(bench.repository, story(commits, Size(services, TOOLS), 1, "file"))
        first, second = bench.history("first"), bench.history("second", repeats)
        return first.took.processor, second.took.processor


def derivations(services: int) -> int:
    """Count what a commit evaluates to: the services, what they are built on, and the platform of all."""
    return services + TOOLS + 1


def grown(sizes: Mapping[int, tuple[int, int]], repeats: int) -> Growth:
    """Measure histories of some commits and services, each under its size."""
    taken = {size: measure(*one, repeats) for size, one in sizes.items()}
    return {name: {size: pair[place] for size, pair in taken.items()} for place, name in enumerate(("first", "second"))}


def lines(by_commits: Growth, by_derivations: Growth) -> list[Line]:
    """Give what is drawn: seconds against the derivations of all commits together."""
    scaled = [
        *((f"{name}, commits", times, derivations(FEW_SERVICES)) for name, times in by_commits.items()),
        *((f"{name}, derivations", times, FEW_COMMITS) for name, times in by_derivations.items()),
    ]
    return [Line(name, {size * factor: one for size, one in times.items()}) for name, times, factor in scaled]


def _told(first: str, growth: Growth) -> None:
    sizes: Iterable[int] = next(iter(growth.values()))
    lines = [Line(name, times) for name, times in growth.items()]
    print(table([first, *(f"{size:,}" for size in sizes), "exponent"], growth_rows(lines)), flush=True)


def main() -> None:
    """Print two tables; write a plot where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, nargs="+", default=COMMITS)
    parser.add_argument("--services", type=int, nargs="+", default=SERVICES)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--plot", type=Path, help="the file for a picture, as SVG")
    chosen = parser.parse_args()
    by_commits = grown({one: (one, FEW_SERVICES) for one in _sorted(chosen.commits)}, chosen.repeats)
    _told(f"commits, of {derivations(FEW_SERVICES)} derivations", by_commits)
    sizes = {derivations(one): (FEW_COMMITS, one) for one in _sorted(chosen.services)}
    by_derivations = grown(sizes, chosen.repeats)
    _told(f"derivations, in {FEW_COMMITS} commits", by_derivations)
    if chosen.plot:
        chosen.plot.write_bytes(
            growth_svg("history", "derivations of all commits", lines(by_commits, by_derivations), "{:,}".format)
        )


def _sorted(sizes: Sequence[int]) -> list[int]:
    return sorted(set(sizes))


if __name__ == "__main__":
    main()
