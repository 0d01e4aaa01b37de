"""What a second look at a history costs: `make bench-history`, with the Nix on PATH.

A generated history of a project of some services, which are built on a tool chain; as an expression file and as a
flake. Most commits change a file of one service, some what all are built on, some nothing that is evaluated; in the
middle, one service loses its sources. Every run is a `nixdrift` process of its own. Of what is short, several runs
are made, and the middle one is told.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from benchmarks.processes import CHECKOUT, processor_of_children
from nixdrift.repository.story import Chapter, make_repository

SYSTEM = ("--system", "x86_64-linux")
START = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)

FLAKE = "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }\n"
HEAD = """\
let
  service = name: attributes: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo built > $out" ];
  } // attributes);
  tools = builtins.genList (number: service "tool-${toString number}" {
    inputs = if number == 0 then [ ] else map (builtins.elemAt tools) [ (number / 2) (number - 1) ];
  }) TOOLS;
  compiler = if tools == [ ] then null else builtins.elemAt tools (TOOLS - 1);
in
rec {
  platform = service "platform" { inherit compiler; src = ./platform; };
"""

Files = Mapping[str, str]


@dataclass(frozen=True)
class Size:
    """How large a project is."""

    services: int
    tools: int
    """How many derivations every service is built on, that are the same at every commit."""


def expression(size: Size, *, is_broken: bool) -> str:
    """Give an expression of some services; where it is broken, the first one does not take its sources."""
    services = size.services
    sources = ["/srv/service-0" if is_broken and number == 0 else f"./service-{number}" for number in range(services)]
    texts = [f'"{one}"' if one.startswith("/") else one for one in sources]
    lines = [
        f'  service-{number} = service "service-{number}" {{ inherit compiler platform; src = {text}; }};\n'
        for number, text in enumerate(texts)
    ]
    return "".join([HEAD.replace("TOOLS", str(size.tools)), *lines, "}\n"])


def story(commits: int, size: Size, seed: int, flavour: str) -> list[Chapter]:
    """Tell a history; the same numbers tell the same one."""
    services = size.services
    chance = random.Random(seed)  # noqa: S311 - a history that can be told again, and no secret
    files = {f"service-{number}/main.go": "package main\n" for number in range(services)}
    files |= {"platform/launch.sh": "launch\n", "README.md": "The stack\n"}
    files |= {"flake.nix": FLAKE} if flavour == "flake" else {}
    chapters = []
    for number in range(commits):
        if number in {0, commits // 2}:
            files["default.nix"] = expression(size, is_broken=number > 0)
        else:
            files |= _change(chance, number, commits, services)
        chapters.append(Chapter(START + timedelta(hours=number), f"commit {number}", dict(files)))
    return chapters


def _change(chance: random.Random, number: int, commits: int, services: int) -> Files:
    kind = chance.choices(["service", "nothing", "platform", "several"], [60, 25, 8, 7])[0]
    chosen = chance.sample(range(services), 1 if kind == "service" else 3)
    if number == commits - 2:
        kind, chosen = "service", [0]
    match kind:
        case "nothing":
            return {"README.md": f"The stack, {number}\n"}
        case "platform":
            return {"platform/launch.sh": f"launch {number}\n"}
        case _:
            return {f"service-{one}/main.go": f"package main // {number}\n" for one in chosen}


@dataclass(frozen=True, order=True)
class Cost:
    """What a process took, with all that it started."""

    processor: float
    """Seconds of processors."""
    clock: float
    """Seconds."""


@dataclass(frozen=True)
class Run:
    """How a command went."""

    what: str
    took: "Cost"
    evaluated: int | None
    """How many commits were evaluated; None: that is not told."""


@dataclass(frozen=True)
class Bench:
    """Runs nixdrift in a repository, with a cache of its own."""

    repository: Path
    home: Path
    repeats: int

    def timed(self, *arguments: object, accepted: Sequence[int] = (0,)) -> tuple[Cost, bytes]:
        """Run a command; give what it took, and standard output."""
        start, before = time.perf_counter(), processor_of_children()
        done = subprocess.run(
            [sys.executable, "-m", "nixdrift", *map(str, arguments)],
            cwd=self.repository,
            env={
                **os.environ,
                "HOME": str(self.home),
                "XDG_CACHE_HOME": str(self.home / "cache"),
                "PYTHONPATH": str(CHECKOUT),
            },
            capture_output=True,
            check=False,
        )
        took = Cost(processor_of_children() - before, time.perf_counter() - start)
        if done.returncode not in accepted:
            raise SystemExit(done.stderr.decode())
        return took, done.stdout

    def history(self, what: str, repeats: int = 1) -> Run:
        """Ask for the whole history."""
        ask = ("history", *SYSTEM, "--max-count", 10**6)
        runs = [self.timed(*ask) for _repeat in range(repeats)]
        words = runs[0][1].decode().split()
        evaluated = int(words[words.index("evaluated") - 2].replace(",", ""))
        return Run(what, statistics.median_low(took for took, _text in runs), evaluated)

    def rollback(self) -> Run:
        """Ask for the way back of the service that is broken."""
        ask = ("rollback", "service-0", *SYSTEM, "--max-count", 10**6)
        runs = [self.timed(*ask)[0] for _repeat in range(self.repeats)]
        return Run("rollback", statistics.median_low(runs), None)

    def verify(self, deployed: Path) -> Run:
        """Ask which commit is deployed."""
        ask = ("verify", deployed, "--rev", "HEAD", *SYSTEM, "--max-count", 10**6)
        runs = [self.timed(*ask, accepted=(0, 1))[0] for _repeat in range(self.repeats)]
        return Run("verify", statistics.median_low(runs), None)


def measured(bench: Bench, chapters: Sequence[Chapter]) -> Iterator[Run]:
    """Look at a history for the first time, again, after one more commit, and ask the other two questions of it."""
    make_repository(bench.repository, chapters[:-1])
    yield bench.history("first `history`")
    yield bench.history("second `history`", bench.repeats)
    (bench.repository / "service-1/main.go").write_text("package main // one more\n")
    _git(bench.repository, "commit", "--all", "--quiet", "--message", "one more")
    yield bench.history("`history` after one new commit")
    yield bench.rollback()
    yield bench.verify(_deployed(bench))


def _deployed(bench: Bench) -> Path:
    """Write the list of what a commit some way back evaluates to."""
    file = bench.home / "deployed.txt"
    _took, report = bench.timed(
        "check", "--base", "HEAD~11", "--head", "HEAD~10", *SYSTEM, "--format", "json", "--fail-on", "never"
    )
    outputs = {
        path
        for one in orjson.loads(report)["components"]
        for path in (one["after"] or {}).get("outputs", {}).values()
        if path
    }
    file.write_text("".join(f"/nix/store/{path}\n" for path in sorted(outputs)))
    return file


def _git(repository: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True)


def _cells(seconds: float, first: float) -> str:
    return f"{seconds:.2f} | {100 * seconds / first:.1f} %"


def main() -> None:
    """Print a table of runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--services", type=int, default=60)
    parser.add_argument("--tools", type=int, default=300, help="derivations that all are built on, as nixpkgs has")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--flavours", nargs="+", default=["file", "flake"])
    chosen = parser.parse_args()
    print("| project | run | commits evaluated | processor seconds | of the first run | seconds | of the first run |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for flavour in chosen.flavours:
        with tempfile.TemporaryDirectory() as directory:
            (home := Path(directory, "home")).mkdir()
            bench = Bench(Path(directory, "stack"), home, chosen.repeats)
            first = None
            # One more than asked for: the last chapter is left out.
            for run in measured(
                bench, story(chosen.commits + 1, Size(chosen.services, chosen.tools), chosen.seed, flavour)
            ):
                first = first or run.took
                evaluated = "" if run.evaluated is None else run.evaluated
                print(
                    f"| {flavour} | {run.what} | {evaluated} | {_cells(run.took.processor, first.processor)} "
                    f"| {_cells(run.took.clock, first.clock)} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
