"""Where a soak runs: two projects, one home, and one cache."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.command import CHECKOUT, CommandLine, Outcome, program_directory
from tests.corpus import FLAVOURS, git, make_project
from tests.holding import processes, runs

_TELL_MEMORY = """\
import atexit, os, re

def tell():
    with open("/proc/self/status") as status, open(os.environ["SOAK_MEMORY"], "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])

atexit.register(tell)
"""
"""Python reads this before all else: at its end, a process writes the most memory that it had."""


@dataclass(frozen=True)
class Place:
    """What all laps share."""

    directory: Path
    nix: Path
    nixdrift: CommandLine
    repositories: Mapping[str, Path]

    @property
    def cache(self) -> Path:
        """The one cache."""
        return self.nixdrift.home / "cache" / "nixdrift" / "cache"

    @property
    def store(self) -> Path:
        """The store that runs in one of the projects share; those in the other have one each, which goes with them."""
        return self.directory / "store"

    @property
    def _memory(self) -> Path:
        return self.directory / "memory"

    def run(self, flavour: str, *arguments: object) -> tuple[Outcome, int]:
        """Run nixdrift in a project, and give the most bytes it had at a time."""
        shared = ("--store", self.store) if flavour == FLAVOURS[0] else ()
        command = (*arguments, "--system", "x86_64-linux", *shared)
        self._memory.unlink(missing_ok=True)
        done = self.nixdrift(*command, cwd=self.repositories[flavour], nix=self.nix)
        return done, int(self._memory.read_text()) * 1024

    def prune(self, most: int) -> None:
        """Do what a user does once in a while: keep the cache below a size, and collect the store."""
        self.nixdrift("cache", "prune", "--max-size", most, cwd=self.directory)
        command = [self.nix / "nix-store", "--store", self.store, "--gc"]
        environment = {"HOME": str(self.directory), "PATH": str(self.nixdrift.programs)}
        subprocess.run(command, env=environment, capture_output=True, check=True)
        for repository in self.repositories.values():
            git(repository, "gc", "--quiet")

    def measure(self) -> dict[str, float]:
        """Count all that could pile up."""
        cache, home, store = (_size(one) for one in (self.cache, self.nixdrift.home, self.store))
        return {
            "cache entries": cache[0],
            "cache": cache[1],
            "other files of the home": home[0] - cache[0],
            "all of them": home[1] - cache[1],
            "the shared store": store[1],
            "runs at work or left": len(runs(self.nixdrift)),
            "processes": len(processes(self.nixdrift.home)),
            "worktrees": sum(map(_worktrees, self.repositories.values())),
        }


def make_place(directory: Path, nix: Path) -> Place:
    """Make the projects, and a home in which even what is temporary lies."""
    home, first = directory / "home", directory / "first"
    for one in (home, home / "temporary", first):
        one.mkdir()
    (first / "sitecustomize.py").write_text(_TELL_MEMORY)
    settings = {
        "PYTHONPATH": f"{first}:{CHECKOUT}",
        "SOAK_MEMORY": str(directory / "memory"),
        "TMPDIR": str(home / "temporary"),
        # Whether or not this machine has a store: a run has its own, unless it is told which one.
        "NIX_STATE_DIR": str(directory / "none"),
    }
    nixdrift = replace(CommandLine(home, program_directory(directory / "programs", "git")), settings=settings)
    return Place(directory, nix, nixdrift, {flavour: _project(directory / flavour, flavour) for flavour in FLAVOURS})


def _project(directory: Path, flavour: str) -> Path:
    directory.mkdir()
    return make_project(directory, "healthy", flavour)


def _size(directory: Path) -> tuple[int, int]:
    """Give how many files and directories there are below one, and how many bytes are in them."""
    entries = list(directory.rglob("*"))
    return len(entries), sum(one.lstat().st_size for one in entries if not one.is_dir())


def _worktrees(repository: Path) -> int:
    return len(git(repository, "worktree", "list").splitlines())
