"""Where a fault is thrown: a repository with uncommitted work, and a home with a cache and a store."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from tests.command import CommandLine, Outcome, program_directory
from tests.corpus import commit_all, git, make_project

ASKED: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--worktree"),
    ("check", "--counterfactual", "always"),
    ("history",),
    ("probe",),
)
"""What is judged: the last commit, what is not committed, the last by what it is without its changes, all commits, and
what each file does.
"""

_ALWAYS = ("--system", "x86_64-linux", "--format", "json")


@dataclass(frozen=True)
class Place:
    """A repository, and the command line that is run on it, by whose home its processes are known."""

    directory: Path
    repository: Path
    nix: Path
    nixdrift: CommandLine
    asked: tuple[str, ...] = ASKED[0]
    right: Outcome | None = None
    """What a run without a fault answers."""

    def start(self, *arguments: object) -> "subprocess.Popen[bytes]":
        """Start a check that shares its store with all others here."""
        return self.nixdrift.start(*self._check(*arguments), cwd=self.repository, nix=self.nix)

    def run(self, *arguments: object, nix: Path | None = None) -> Outcome:
        """Check to the end, with the Nix that is here or another one."""
        done = self.nixdrift(*self._check(*arguments), cwd=self.repository, nix=nix or self.nix)
        return replace(done, stdout=answer_of(done.stdout))

    def forget(self) -> None:
        """Empty the cache."""
        shutil.rmtree(self.nixdrift.home / "cache" / "nixdrift" / "cache", ignore_errors=True)

    def _check(self, *arguments: object) -> tuple[object, ...]:
        return *self.asked, *_ALWAYS, "--store", self.nixdrift.home / "store", *arguments


def answer_of(report: bytes) -> bytes:
    """Give a report without what it says of the cache: a probe counts what it had to ask."""
    return re.sub(rb'"(evaluations|known_facts)": [0-9]+', rb'"\1": 0', report)


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
    # Written by clocks that were wrong; git has to read them to see that they are as they were.
    for name, seconds in (("platform/launch.sh", 2_500_000_000), ("goinstance/main.go", 1)):
        os.utime(repository / name, (seconds, seconds))
    home = directory / "home"
    home.mkdir()
    programs = program_directory(directory / "programs", "git", "wc", "yes", "head", "sleep")
    return Place(directory, repository, nix, CommandLine(home, programs))
