"""Small projects made for one test each, and their judgement by real Nix in a private store."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.corpus import commit_all, git

SYSTEM = "x86_64-linux"
DERIVE = 'name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; src = ./src; }'
"""A function that makes a derivation of a name, with the directory ``src`` beside the file as its source."""


@dataclass(frozen=True)
class Project:
    """A repository of two commits, of which the last changes ``src/main.go``."""

    repository: Path
    nix_bin: Path

    @property
    def home(self) -> Path:
        return self.repository.parent

    @property
    def environment(self) -> Mapping[str, str]:
        return {"PATH": f"{self.nix_bin}:{os.environ['PATH']}", "HOME": str(self.home)}

    def check(self, *roots: str, settings: Mapping[str, Any] | None = None, **request: Any) -> Report:
        """Judge the last commit in a private store."""
        nix = {"system": SYSTEM, "store": self.home / "store", **(settings or {})}
        report = check(
            CheckRequest(
                repository=request.pop("repository", self.repository),
                roots=roots,
                nix=NixSettings(**nix),
                environment={**self.environment, **request.pop("environment", {})},
                workspaces=self.home / "runs",
                **request,
            )
        )
        assert not list((self.home / "runs").iterdir())
        return report


def make_project(directory: Path, nix_bin: Path, files: Mapping[str, str]) -> Project:
    """Make a repository of some files, and of ``src/main.go``, which the second commit changes."""
    repository = directory / "stack"
    for path, content in {**files, "src/main.go": "package main\n"}.items():
        file = repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    git(repository, "init", "--quiet", "--initial-branch=main")
    commit_all(repository, "base")
    for file in repository.glob("**/src/main.go"):
        file.write_text(f"package main // {file.relative_to(repository)}\n")
    commit_all(repository, "head")
    return Project(repository, nix_bin)


def make_history(directory: Path, *states: Mapping[str, str | None]) -> Path:
    """Make a repository of some commits, each of which writes files over those before."""
    repository = directory / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    for state in states:
        for path, content in state.items():
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_text(content or "")
        commit_all(repository, "state")
    return repository


def verdicts(report: Report) -> dict[str, str]:
    """Give each component's verdict by its whole name."""
    return {one.component.name: one.verdict.value for one in report.judgement.components}


def roots(report: Report) -> set[str]:
    """Give the names of all components that are roots, the further names of each included."""
    found = [one.component for one in report.judgement.components if one.component.is_root]
    return {name for one in found for name in (one.name, *one.aliases)}
