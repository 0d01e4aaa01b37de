"""What `nixdrift check` in a repository costs beside Nix itself: `make bench-live`, with the Nix on PATH.

A generated project of some services, which are built on a tool chain, as an expression file and as a flake; the last
commit changes a file of one service. Told is, one after the other and again: what Nix alone takes to evaluate both
revisions in plain checkouts, what `nixdrift check` takes that knows neither of them, then with the base in the cache,
then once more. Every run is a process of its own. All begin with an empty store, but for those that `--store` names
one for: as on a machine where the derivations of base and head were written before. Of several runs, the middle one is
told.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.processes import CHECKOUT, processor_of_children
from nixdrift.repository.story import Chapter, make_repository

SYSTEM = ("--system", "x86_64-linux")
START = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
FEATURES = ("--option", "extra-experimental-features", "nix-command flakes")
DERIVATIONS = "builtins.mapAttrs (_name: one: one.drvPath)"

FLAKE = "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }\n"
EXPRESSION = """\
let
  inherit (builtins) elemAt foldl' genList listToAttrs toString;
  # What nixpkgs does for each package in its many functions.
  work = number: toString (foldl' (sum: one: sum + one) number (genList (one: one) WORK));
  make = name: number: attributes: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo built > $out" ];
    sum = work number;
  } // attributes);
  tools = genList (number: make "tool-${toString number}" number {
    inputs = if number == 0 then [ ] else map (elemAt tools) [ (number / 2) (number / 3) ];
  }) TOOLS;
  service = number: make "service-${toString number}" number {
    inputs = genList (one: elemAt tools (number * TOOLS / SERVICES + one)) (TOOLS / SERVICES);
    src = ./. + "/service-${toString number}";
  };
in
listToAttrs (genList (number: { name = "service-${toString number}"; value = service number; }) SERVICES)
"""


@dataclass(frozen=True)
class Size:
    """How large a project is, and how much there is to do for each of its derivations."""

    services: int
    tools: int
    work: int


SIZES = {
    "small": Size(5, 20, 1),
    "middle": Size(50, 1000, 1),
    "large": Size(100, 5000, 1),
    "slow": Size(50, 300, 60_000),
}


def story(size: Size, flavour: str) -> list[Chapter]:
    """Tell a history of three commits, each of which changes a service."""
    text = EXPRESSION
    for name, number in (("WORK", size.work), ("TOOLS", size.tools), ("SERVICES", size.services)):
        text = text.replace(name, str(number))
    files = {f"service-{number}/main.go": "package main\n" for number in range(size.services)}
    files |= {"default.nix": text} | ({"flake.nix": FLAKE} if flavour == "flake" else {})
    return [
        Chapter(START + timedelta(hours=number), f"commit {number}", files | {"service-1/main.go": f"// {number}\n"})
        for number in range(3)
    ]


@dataclass(frozen=True, order=True)
class Cost:
    """What some processes took, with all that they started."""

    clock: float
    """Seconds."""
    processor: float
    """Seconds of processors."""


def timed(commands: Sequence[tuple[Sequence[str], Path]], environment: Mapping[str, str]) -> Cost:
    """Run some commands, each in a directory, one after the other."""
    start, before = time.perf_counter(), processor_of_children()
    for command, directory in commands:
        done = subprocess.run(
            command, cwd=directory, env={**os.environ, **environment}, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.stderr.decode()}")
    return Cost(time.perf_counter() - start, processor_of_children() - before)


@dataclass(frozen=True)
class Bench:
    """A project, and where its runs have their homes."""

    directory: Path
    flavour: str
    store: Path | None

    @property
    def repository(self) -> Path:
        """Where the project is."""
        return self.directory / "stack"

    def checkouts(self) -> list[Path]:
        """Check out base and head, as anybody would."""
        found = []
        for revision in ("HEAD~1", "HEAD"):
            found.append(self.directory / revision / "stack")
            clone = ("git", "clone", "--quiet", str(self.repository), str(found[-1]))
            subprocess.run(clone, check=True)
            subprocess.run(("git", "checkout", "--quiet", "--detach", revision), cwd=found[-1], check=True)
        return found

    def bare(self, checkouts: Sequence[Path], home: Path) -> Cost:
        """Evaluate both revisions by Nix alone."""
        store = self._store(home)
        if self.flavour == "file":
            ask: tuple[str, ...] = ("nix-instantiate", "default.nix", *FEATURES, *store)
        else:
            ask = ("nix", "eval", "--json", ".#packages.x86_64-linux", "--apply", DERIVATIONS, *FEATURES, *store)
        return timed([(ask, place) for place in checkouts], _at(home))

    def check(self, base: str, head: str, home: Path, *options: str) -> Cost:
        """Run `nixdrift check`."""
        ask = ("check", "--base", base, "--head", head, *SYSTEM, *self._store(home), *options)
        # Compiled, as an installed package is.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.directory / "compiled")}
        return timed(
            [((sys.executable, "-m", "nixdrift", *ask), self.repository)],
            {**_at(home), "PYTHONPATH": str(CHECKOUT), **compiled},
        )

    def _store(self, home: Path) -> tuple[str, str]:
        return ("--store", str(self.store or home / "store"))


def _at(home: Path) -> Mapping[str, str]:
    home.mkdir(exist_ok=True)
    return {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}


def measured(bench: Bench, size: Size, repeats: int) -> Iterator[tuple[str, Cost]]:
    """Measure each kind of run several times, by turns."""
    make_repository(bench.repository, story(size, bench.flavour))
    checkouts = bench.checkouts()
    bench.check("HEAD~1", "HEAD", bench.directory / "unmeasured")
    for number in range(repeats):
        homes = [bench.directory / f"{name}-{number}" for name in ("alone", "without", "with")]
        alone, without, home = homes
        yield "Nix alone", bench.bare(checkouts, alone)
        yield "`check --no-cache`", bench.check("HEAD~1", "HEAD", without, "--no-cache")
        yield "`check`, with an empty cache", bench.check("HEAD~2", "HEAD~1", home)
        yield "`check`, with base in the cache", bench.check("HEAD~1", "HEAD", home)
        yield "`check`, once more", bench.check("HEAD~1", "HEAD", home)
        for one in homes:
            subprocess.run(("chmod", "-R", "u+w", str(one)), check=True)
            shutil.rmtree(one)


def main() -> None:
    """Print a table of runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--flavours", nargs="+", default=["file", "flake"])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--store", type=Path, help="keep derivations here from run to run, as on a machine with Nix")
    chosen = parser.parse_args()
    print("| project | run | seconds | of Nix alone | more than Nix alone | processor seconds |")
    print("|---|---|--:|--:|--:|--:|")
    for flavour in chosen.flavours:
        for name in chosen.sizes:
            with tempfile.TemporaryDirectory() as directory:
                costs: dict[str, list[Cost]] = {}
                bench = Bench(Path(directory), flavour, chosen.store)
                for what, cost in measured(bench, SIZES[name], chosen.repeats):
                    costs.setdefault(what, []).append(cost)
                middle = {what: statistics.median_low(found) for what, found in costs.items()}
                alone = middle["Nix alone"].clock
                for what, cost in middle.items():
                    print(
                        f"| {flavour}, {name} | {what} | {cost.clock:.2f} | {100 * cost.clock / alone:.0f} % "
                        f"| {cost.clock - alone:+.2f} | {cost.processor:.2f} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
