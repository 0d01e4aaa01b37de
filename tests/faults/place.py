"""Where a fault is thrown: a repository with uncommitted work, and a home with a cache and a store."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.command import CHECKOUT
from tests.corpus import commit_all, git, make_project

CHECK = ("check", "--system", "x86_64-linux", "--format", "json")


@dataclass(frozen=True)
class Place:
    """A repository, and the home of the runs on it."""

    directory: Path
    repository: Path
    nix: Path
    extra: dict[str, str] = field(default_factory=dict)
    """Further variables of the environment."""

    @property
    def home(self) -> Path:
        """The home directory, by which processes that a run started are known."""
        return self.directory / "home"

    @property
    def runs(self) -> Path:
        """Where runs work."""
        return self.home / "cache" / "nixdrift" / "runs"

    def environment(self, nix: Path | None = None) -> dict[str, str]:
        """Give the environment of a run, with a directory of programs before all others."""
        return {
            "PATH": os.pathsep.join([str(nix or self.nix), os.environ["PATH"]]),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "PYTHONPATH": str(CHECKOUT),
            "LC_ALL": "C.UTF-8",
            **self.extra,
        }

    def start(self, *arguments: object, nix: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a check that shares its store with all others here."""
        command = [*CHECK, "--store", self.home / "store", *arguments]
        return subprocess.Popen(
            [sys.executable, "-m", "nixdrift", *map(str, command)],
            cwd=self.repository,
            env=self.environment(nix),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: object, nix: Path | None = None) -> tuple[int, bytes, str]:
        """Check to the end: exit status, report, errors."""
        process = self.start(*arguments, nix=nix)
        report, errors = process.communicate()
        return process.returncode, report, errors.decode(errors="replace")

    def processes(self) -> Iterator[int]:
        """Give the processes that have this home, but for those that have ended."""
        mark = f"HOME={self.home}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        yield int(entry.name)
                except OSError:
                    # It has ended, or is somebody else's.
                    continue

    def git(self, *arguments: str) -> str:
        """Ask the repository something, and change nothing in it."""
        return git(self.repository, "--no-optional-locks", *arguments)

    def facts(self) -> Sequence[str]:
        """Give what git says of the repository: whether it is sound, and all that a user can lose in it."""
        asked = (("status", "--porcelain"), ("stash", "list"), ("reflog",), ("worktree", "list"), ("fsck", "--strict"))
        return [self.git(*one) for one in asked]


def make_place(directory: Path, nix: Path, flavour: str) -> Place:
    """Make a repository of two commits, a stash, and work of every kind that is not committed."""
    repository = make_project(directory, "healthy", flavour)
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    (repository / "platform" / "platform.txt").write_text("stashed\n")
    git(repository, "stash", "push", "--quiet")
    (repository / "goinstance" / "go.mod").write_text("module changed\n")
    git(repository, "add", "goinstance/go.mod")
    (repository / "goinstance" / "new.go").write_text("package main // untracked\n")
    place = Place(directory, repository, nix)
    place.home.mkdir()
    return place
