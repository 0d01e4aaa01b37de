"""The incident: what nixdrift would have said, and when."""

import os
import subprocess
from pathlib import Path

import pytest

from nixdrift.demo.incident import FIX, GROUNDWORK, INCIDENT, OUTAGE, RETRIES
from nixdrift.demo.questions import Answer, answers
from nixdrift.demo.replay import Merge, open_stage, replay
from nixdrift.demo.timeline import render_timeline
from nixdrift.snapshot import read_snapshot
from nixdrift.store.aterm import write_derivation
from tests.corpus import git

GOINSTANCE = ("masked", "unchanged", "masked", "masked", "stale", "stale", "rebuilt")


def replayed(workspaces: Path, *, live: bool = False) -> list[Merge]:
    with open_stage(live=live, workspaces=workspaces) as stage:
        return list(replay(stage))


def asked(workspaces: Path, *, live: bool = False) -> dict[str, Answer]:
    with open_stage(live=live, workspaces=workspaces) as stage:
        return {one.question[:5]: one for one in answers(stage)}


def goinstance(merges: list[Merge]) -> tuple[str, ...]:
    return tuple(
        one.verdict.value
        for merge in merges
        if merge.report is not None
        for one in merge.report.judgement.components
        if one.component.name == "goinstance"
    )


def without_nix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def test_goinstance_was_masked_for_months_and_stale_on_the_day(tmp_path: Path) -> None:
    assert goinstance(replayed(tmp_path)) == GOINSTANCE


def test_nothing_but_goinstance_is_ever_found_and_nothing_after_the_repair(tmp_path: Path) -> None:
    merges = replayed(tmp_path)

    found = [[finding.component for finding in merge.report.findings] for merge in merges if merge.report]

    assert found == [["goinstance"], [], ["goinstance"], ["goinstance"], ["goinstance"], ["goinstance"], []]


def test_the_timeline_says_how_long_before_the_outage_it_would_have_spoken(tmp_path: Path) -> None:
    merges = replayed(tmp_path)
    first = next(merge.event.chapter.time for merge in merges if merge.report and merge.report.findings)

    text = render_timeline(merges)

    assert f"first on {first:%Y-%m-%d}: {(OUTAGE - first).days} days before the fleet went down" in text
    for merge in merges:
        assert f"{merge.event.chapter.time:%Y-%m-%d %H:%M}  {merge.event.chapter.message}" in text


def test_the_questions_of_the_day_are_answered_without_nix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_nix(monkeypatch)
    commits = [merge.commit[:10] for merge in replayed(tmp_path)]

    found = asked(tmp_path)

    assert "gate: closed" in found["13:45"].text
    assert f"from {commits[RETRIES]}" in found["13:45"].text
    assert "outdated goinstance: its output is what" in found["13:49"].text
    assert f"from {commits[GROUNDWORK]}" in found["13:49"].text
    assert "env.IMAGE" in found["13:50"].text
    assert "env.SECURITY_GROUP" in found["13:50"].text
    assert f"no-op {commits[FIX]}" in found["13:55"].text
    assert f"acts  {commits[RETRIES]}" in found["13:55"].text
    assert "it cannot be told whether it was so before" in found["14:08"].text
    assert "to be fetched: 7 paths" in found["Later"].text
    assert found["Later"].text.splitlines()[3].endswith("-regions")


def test_real_nix_finds_the_commit_that_broke_it(
    nix_bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{nix_bin}:{os.environ['PATH']}")
    first = replayed(tmp_path)[0].commit[:10]

    live, recorded = asked(tmp_path, live=True), asked(tmp_path)

    assert f"broken since {first} (2025-03-03 10:00, Build the stack with Nix)" in live["14:08"].text
    assert [live[when].text for when in live if when != "14:08"] == [
        recorded[when].text for when in recorded if when != "14:08"
    ]


def test_nothing_of_the_demo_is_left_behind(tmp_path: Path) -> None:
    replayed(tmp_path)
    asked(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_real_nix_says_what_the_recorded_snapshots_say(
    nix_bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{nix_bin}:{os.environ['PATH']}")
    recorded = replayed(tmp_path)

    live = replayed(tmp_path, live=True)

    assert goinstance(live) == GOINSTANCE
    assert [merge.commit for merge in live] == [merge.commit for merge in recorded]
    for one, other in zip(live[1:], recorded[1:], strict=True):
        assert one.report is not None
        assert other.report is not None
        assert one.report.judgement.census == other.report.judgement.census
        assert [(f.rule, f.message, f.fingerprint) for f in one.report.findings] == [
            (f.rule, f.message, f.fingerprint) for f in other.report.findings
        ]


def test_the_recorded_snapshots_hold_what_real_nix_writes(nix_bin: Path, nix_store: Path, tmp_path: Path) -> None:
    with open_stage(live=False, workspaces=tmp_path / "runs") as stage:
        for number, commit in enumerate(stage.commits):
            git(stage.repository, "checkout", "--quiet", commit)
            subprocess.run(
                [nix_bin / "nix-instantiate", "--store", nix_store, stage.repository / "default.nix"],
                check=True,
                capture_output=True,
                env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            )

            evaluation = read_snapshot(Path(stage.snapshot(number)).read_bytes(), source="recorded").evaluation

            assert len(evaluation.derivations) == (6 if number < GROUNDWORK else 7)
            for path, derivation in evaluation.derivations.items():
                content = (nix_store / "nix" / "store" / path).read_bytes()
                assert write_derivation(derivation, "/nix/store") == content


def test_every_merge_of_the_story_is_judged(tmp_path: Path) -> None:
    assert len(replayed(tmp_path)) == len(INCIDENT)
