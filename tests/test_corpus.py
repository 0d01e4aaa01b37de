"""Every pair of the truth corpus, judged with real Nix in every release, as an expression file and as a flake."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from nixdrift.nix import NixSettings
from nixdrift.pipeline import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.corpus import FLAVOURS, Pair, apply, commit_all, make_project, pairs


def environment_with(nix_bin: Path, home: Path) -> Mapping[str, str]:
    return {"PATH": f"{nix_bin}:{os.environ['PATH']}", "HOME": str(home)}


def verdicts(report: Report) -> Mapping[str, str]:
    return {one.component.name.rpartition(".")[2]: one.verdict.value for one in report.judgement.components}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("pair", tuple(pairs()), ids=str)
def test_every_pair_gets_the_verdict_that_is_right_for_it(
    pair: Pair, flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, pair.cause, flavour)
    apply(repository, pair.edits)
    commit_all(repository, "head")
    request = CheckRequest(
        repository=repository,
        nix=NixSettings(system="x86_64-linux", store=tmp_path / "store"),
        environment=environment_with(nix_bin, tmp_path),
        workspaces=tmp_path / "runs",
    )

    report = check(request)

    found = verdicts(report)
    assert {name: found.get(name) for name in pair.verdicts} == dict(pair.verdicts)
    assert [finding.rule for finding in report.findings] == list(pair.findings)
    assert not list((tmp_path / "runs").iterdir())
