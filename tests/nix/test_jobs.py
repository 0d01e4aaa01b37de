"""Live, and from the lines of ``nix-eval-jobs`` with the store that it wrote to: the same is found."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nixdrift.errors import IncompleteGraphError
from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.corpus import commit_all, git, make_pair, make_project, pairs, request_for
from tests.corpus_snapshots import told as told_from_snapshots
from tests.jobs import Evaluator, write

CHOSEN = {
    ("filter", "it is modified together with what it depends on"),
    ("filter", "a source file is modified alone"),
    ("healthy", "both are modified"),
    # Not what is an input: the place of the files is found out, and what names a path there.
    ("string-path", "it is modified together with what it depends on"),
    ("string-path", "a file changes that a component of another name names as a string, in a flake"),
}
PAIRS = [pair for pair in pairs() if (pair.cause, pair.name) in CHOSEN]
assert len(PAIRS) == len(CHOSEN)


def evaluated(nix: Evaluator, flavour: str, directory: Path) -> dict[str, Any]:
    """Evaluate both commits as CI would, and give what is asked of nixdrift then."""
    base, head = (
        write(directory / f"{name}.jobs", nix.file(name) if flavour == "file" else nix.flake(name, "packages"))
        for name in ("HEAD~1", "HEAD")
    )
    return {"base_jobs": (base,), "head_jobs": (head,), "jobs_prefix": "packages" if flavour == "flake" else ""}


def told(report: Report) -> Mapping[str, Any]:
    """Give what a report says, but for what only evaluation knows: where things are written, and by which Nix."""
    found: dict[str, Any] = told_from_snapshots(report)
    for component in found["components"]:
        del component["position"]
    for finding in found["findings"]:
        del finding["location"], finding["remedy"]
    for side in ("base", "head"):
        del found[side]["nix_version"], found[side]["system"]
    return found


RUNS = [(pair, flavour) for pair in PAIRS for flavour in pair.flavours]


@pytest.mark.parametrize(("pair", "flavour"), RUNS, ids=str)
def test_from_jobs_the_incident_is_found_as_it_is_live(pair: Any, flavour: str, nix_bin: Path, tmp_path: Path) -> None:
    repository = make_pair(tmp_path, pair, flavour)
    request = request_for(pair, repository, nix_bin, tmp_path)
    assert isinstance(request, CheckRequest)
    live = check(request)
    jobs = evaluated(Evaluator(nix_bin, repository), flavour, tmp_path)
    without_nix = {"PATH": git(repository, "--exec-path"), "HOME": str(tmp_path)}
    assert told(check(replace(request, environment=without_nix, **jobs))) == told(live)


THROWING = """
rec {
  component = name: attributes: derivation ({
    inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo $name > $out" ];
  } // attributes);
  goinstance = component "goinstance-1.0" { src = ./goinstance; };
  broken = component "broken" { src = throw "no"; };
  nested = { recurseForDerivations = true; "a.b" = component "nested" { src = ./platform; }; };
  hidden.deeper = component "hidden" { };
}
"""


@pytest.fixture
def nix(newest_nix: Path, tmp_path: Path) -> Evaluator:
    repository = make_project(tmp_path, "healthy", "file")
    (repository / "default.nix").write_text(THROWING)
    commit_all(repository, "base")
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    return Evaluator(newest_nix, repository)


def request_to(nix: Evaluator, **request: Any) -> CheckRequest:
    home = nix.repository.parent
    settings = NixSettings(system="x86_64-linux", store=nix.store)
    environment = {"PATH": f"{nix.nix_bin}:/usr/bin:/bin", "HOME": str(home)}
    return CheckRequest(
        repository=nix.repository, nix=settings, environment=environment, workspaces=home / "runs", **request
    )


def test_names_and_failures_are_those_of_a_live_evaluation(nix: Evaluator, tmp_path: Path) -> None:
    live = check(request_to(nix))
    found = check(request_to(nix, **evaluated(nix, "file", tmp_path)))
    names = [one.component.name for one in found.judgement.components]
    assert names == [one.component.name for one in live.judgement.components] == ["goinstance", 'nested."a.b"']
    assert [one.verdict for one in found.judgement.components] == [one.verdict for one in live.judgement.components]
    for mine, theirs in ((found.failed_base, live.failed_base), (found.failed_head, live.failed_head)):
        assert [one.name for one in mine] == [one.name for one in theirs] == ["broken"]


def test_a_working_tree_is_judged_as_head(nix: Evaluator, tmp_path: Path) -> None:
    base = write(tmp_path / "base.jobs", nix.file("HEAD"))
    (nix.repository / "goinstance" / "main.go").write_text("package main // not committed\n")
    head = write(tmp_path / "head.jobs", nix.here())
    found = check(request_to(nix, worktree=True, base_jobs=(base,), head_jobs=(head,)))
    assert found.base.commit == git(nix.repository, "rev-parse", "HEAD")
    assert {one.component.name: one.verdict.value for one in found.judgement.components} == {
        "goinstance": "rebuilt",
        'nested."a.b"': "unchanged",
    }


def test_a_dump_may_have_the_derivations_of_one_side(nix: Evaluator, tmp_path: Path) -> None:
    jobs = evaluated(nix, "file", tmp_path)
    base, head = nix.file("HEAD~1"), nix.file("HEAD")
    (tmp_path / "base.json").write_bytes(nix.dump(base))
    (gone,) = {one.get("drvPath") for one in base} - {one.get("drvPath") for one in head}
    (nix.store / str(gone).lstrip("/")).unlink()
    found = check(request_to(nix, base_graph=(str(tmp_path / "base.json"),), **jobs))
    assert {one.component.name: one.verdict.value for one in found.judgement.components} == {
        "goinstance": "rebuilt",
        'nested."a.b"': "unchanged",
    }


def test_an_input_that_was_collected_is_never_passed_over(nix: Evaluator, tmp_path: Path) -> None:
    jobs = evaluated(nix, "file", tmp_path)
    shutil.move(nix.store, tmp_path / "elsewhere")
    with pytest.raises(IncompleteGraphError, match="a store derivation is gone") as raised:
        check(request_to(nix, **jobs))
    assert "--gc-roots-dir" in str(raised.value.hint)
