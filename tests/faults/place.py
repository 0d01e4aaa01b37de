"""Where a fault is thrown: a repository with uncommitted work, and a home with a cache and a store."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.command import CommandLine, Outcome, program_directory
from tests.corpus import commit_all, git, make_project

CHECK = ("check", "--system", "x86_64-linux", "--format", "json")


@dataclass(frozen=True)
class Place:
    """A repository, and the command line that is run on it, by whose home its processes are known."""

    directory: Path
    repository: Path
    nix: Path
    nixdrift: CommandLine

    def start(self, *arguments: object) -> "subprocess.Popen[bytes]":
        """Start a check that shares its store with all others here."""
        return self.nixdrift.start(*self._check(*arguments), cwd=self.repository, nix=self.nix)

    def run(self, *arguments: object, nix: Path | None = None) -> Outcome:
        """Check to the end, with the Nix that is here or another one."""
        return self.nixdrift(*self._check(*arguments), cwd=self.repository, nix=nix or self.nix)

    def _check(self, *arguments: object) -> tuple[object, ...]:
        return *CHECK, "--store", self.nixdrift.home / "store", *arguments

    def processes(self) -> Iterator[int]:
        """Give the processes that have this home, but for those that have ended."""
        mark = f"HOME={self.nixdrift.home}".encode()
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
    home = directory / "home"
    home.mkdir()
    programs = program_directory(directory / "programs", "git", "wc", "yes", "head")
    return Place(directory, repository, nix, CommandLine(home, programs))
