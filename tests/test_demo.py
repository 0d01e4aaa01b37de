"""The incident: what nixdrift would have said, and when."""

import os
import subprocess
from pathlib import Path

import pytest

from nixdrift.demo.incident import INCIDENT, OUTAGE
from nixdrift.demo.replay import RECORDED, Merge, replay
from nixdrift.demo.timeline import render_timeline
from nixdrift.derivation.aterm import read_derivation
from nixdrift.derivation.dumps import read_dump
from nixdrift.model import StorePath
from nixdrift.repository.story import make_repository
from tests.corpus import git

GOINSTANCE = ("masked", "unchanged", "masked", "masked", "stale", "stale", "rebuilt")


def goinstance(merges: list[Merge]) -> tuple[str, ...]:
    return tuple(
        one.verdict.value
        for merge in merges
        if merge.report is not None
        for one in merge.report.judgement.components
        if one.component.name == "goinstance"
    )


def test_goinstance_was_masked_for_months_and_stale_on_the_day(tmp_path: Path) -> None:
    assert goinstance(list(replay(live=False, workspaces=tmp_path))) == GOINSTANCE


def test_nothing_but_goinstance_is_ever_found_and_nothing_after_the_repair(tmp_path: Path) -> None:
    merges = list(replay(live=False, workspaces=tmp_path))

    found = [[finding.component for finding in merge.report.findings] for merge in merges if merge.report]

    assert found == [["goinstance"], [], ["goinstance"], ["goinstance"], ["goinstance"], ["goinstance"], []]


def test_the_timeline_says_how_long_before_the_outage_it_would_have_spoken(tmp_path: Path) -> None:
    merges = list(replay(live=False, workspaces=tmp_path))
    first = next(merge.event.chapter.time for merge in merges if merge.report and merge.report.findings)

    text = render_timeline(merges)

    assert f"first on {first:%Y-%m-%d}: {(OUTAGE - first).days} days before the fleet went down" in text
    for merge in merges:
        assert f"{merge.event.chapter.time:%Y-%m-%d %H:%M}  {merge.event.chapter.message}" in text


def test_nothing_of_the_demo_is_left_behind(tmp_path: Path) -> None:
    list(replay(live=False, workspaces=tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_real_nix_says_what_the_recorded_graphs_say(
    nix_bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{nix_bin}:{os.environ['PATH']}")
    recorded = list(replay(live=False, workspaces=tmp_path / "runs"))

    live = list(replay(live=True, workspaces=tmp_path / "runs"))

    assert goinstance(live) == GOINSTANCE
    assert [merge.commit for merge in live] == [merge.commit for merge in recorded]
    for one, other in zip(live[1:], recorded[1:], strict=True):
        assert one.report is not None
        assert other.report is not None
        assert one.report.judgement.census == other.report.judgement.census
        assert [(f.rule, f.message, f.fingerprint) for f in one.report.findings] == [
            (f.rule, f.message, f.fingerprint) for f in other.report.findings
        ]


def test_the_recorded_graphs_are_what_real_nix_writes(nix_bin: Path, nix_store: Path, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = make_repository(repository, [event.chapter for event in INCIDENT])
    for number, commit in enumerate(commits, start=1):
        git(repository, "checkout", "--quiet", commit)
        command = [nix_bin / "nix-instantiate", "--store", nix_store, repository / "default.nix"]
        subprocess.run(
            command, check=True, capture_output=True, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        )

        dump = read_dump((RECORDED / f"{number}.json").read_bytes(), source="recorded")

        for path, derivation in dump.derivations.items():
            content = (nix_store / "nix" / "store" / path).read_bytes()
            assert read_derivation(content, StorePath(path), "/nix/store") == derivation
