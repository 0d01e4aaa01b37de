"""Live and from dumps, the same commits get the same verdicts; with less evidence, never a better one."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.corpus import Pair, apply, commit_all, git, make_project, pairs

ROOTS = ("goinstance", "platform")
CHOSEN = {
    ("healthy", "a source file is modified"),
    ("healthy", "both are modified"),
    ("healthy", "a source file becomes executable"),
    ("filter", "a source file is modified alone"),
    ("filter", "it is modified together with what it depends on"),
    ("filter", "only what it depends on is modified"),
    ("fixed-output", "its source is modified, and its hash is not"),
}
PAIRS = [pair for pair in pairs() if (pair.cause, pair.name) in CHOSEN]

FEATURES = "experimental-features = nix-command flakes"


@dataclass(frozen=True)
class Dumped:
    """A project with two commits, and what Nix shows of each."""

    repository: Path
    nix_bin: Path

    @property
    def store(self) -> Path:
        return self.repository.parent / "store"

    def dump(self, revision: str) -> str:
        """Evaluate a commit where it lies, and write what Nix shows of its roots."""
        git(self.repository, "checkout", "--quiet", revision)
        attributes = [part for root in ROOTS for part in ("--attr", root)]
        paths = self._nix("nix-instantiate", "default.nix", *attributes).decode().split()
        show = ("show-derivation",) if self.nix_bin.name == "nix-2.8" else ("derivation", "show")
        file = self.repository.parent / f"{revision}.json"
        file.write_bytes(self._nix("nix", *show, "--recursive", *paths))
        git(self.repository, "checkout", "--quiet", "main")
        return str(file)

    def _nix(self, program: str, *arguments: str) -> bytes:
        return subprocess.run(
            [self.nix_bin / program, *arguments, "--store", self.store],
            cwd=self.repository,
            env={"PATH": os.environ["PATH"], "HOME": str(self.repository.parent), "NIX_CONFIG": FEATURES},
            check=True,
            capture_output=True,
        ).stdout

    def check(self, *, store: bool = False, **request: object) -> Report:
        """Judge the two commits' roots."""
        settings = NixSettings(system="x86_64-linux", store=self.store if store else self.repository.parent / "nowhere")
        environment = {"PATH": f"{self.nix_bin}:{os.environ['PATH']}", "HOME": str(self.repository.parent)}
        runs = self.repository.parent / "runs"
        return check(
            CheckRequest(
                repository=self.repository,
                roots=ROOTS,
                nix=settings,
                environment=environment,
                workspaces=runs,
                **request,  # type: ignore[arg-type]
            )
        )


def verdicts(report: Report, names: Sequence[str] = ROOTS) -> Mapping[str, str]:
    found = {one.component.name: one.verdict.value for one in report.judgement.components}
    return {name: found[name] for name in names}


def dumped(pair: Pair, nix_bin: Path, directory: Path) -> Dumped:
    repository = make_project(directory, pair.cause, "file")
    git(repository, "tag", "base")
    apply(repository, pair.edits)
    commit_all(repository, "head")
    return Dumped(repository, nix_bin)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_live_and_from_dumps_with_the_repository_the_verdicts_are_the_same(
    pair: Pair, nix_bin: Path, tmp_path: Path
) -> None:
    project = dumped(pair, nix_bin, tmp_path)
    live = verdicts(project.check(store=True))
    graphs = {"base_graph": (project.dump("base"),), "head_graph": (project.dump("main"),)}
    assert verdicts(project.check(base="base", head="main", store=True, **graphs)) == live
    assert live == {name: pair.verdicts[name] for name in ROOTS}


WEAKER = {"rebuilt": "unproven", "masked": "unproven", "frozen": "unproven"}
"""What is left of a verdict where nothing can be proven of what an input source holds."""


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_with_a_list_of_changes_alone_nothing_is_called_healthy_by_mistake(
    pair: Pair, newest_nix: Path, tmp_path: Path
) -> None:
    project = dumped(pair, newest_nix, tmp_path)
    graphs = {"base_graph": (project.dump("base"),), "head_graph": (project.dump("main"),)}
    changes = tmp_path / "changes.txt"
    changes.write_text(git(project.repository, "diff", "--name-status", "base", "main"))
    found = project.check(changes=str(changes), **graphs)
    for one in found.judgement.components:
        assert one.verdict.value != "rebuilt"
    touched = {name for path in changes.read_text().splitlines() for name in ROOTS if f"\t{name}/" in path}
    assert touched
    for name in touched:
        assert verdicts(found)[name] == WEAKER.get(pair.verdicts[name], pair.verdicts[name])
    assert not list((tmp_path / "runs").glob("*"))


def test_without_the_store_a_filtered_source_is_not_proven_either_way(newest_nix: Path, tmp_path: Path) -> None:
    pair = next(one for one in PAIRS if one.name == "it is modified together with what it depends on")
    project = dumped(pair, newest_nix, tmp_path)
    graphs = {"base_graph": (project.dump("base"),), "head_graph": (project.dump("main"),)}
    without = project.check(base="base", head="main", **graphs)
    assert verdicts(without)["goinstance"] == "unproven"
    assert verdicts(project.check(base="base", head="main", store=True, **graphs))["goinstance"] == "masked"
