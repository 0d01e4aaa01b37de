"""``nixdrift history`` as a person calls it, with real Nix."""

import shutil
import signal
import time
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from nixdrift.demo.incident import INCIDENT
from nixdrift.repository.story import make_repository
from tests.command import CommandLine
from tests.corpus import git
from tests.histories import BREAKING, BROKEN, UNWIRED, WIRED, expression, go, platform, readme, told
from tests.repository.fingerprint import fingerprint

SYSTEM = ("--system", "x86_64-linux")


def component(report: Any, name: str) -> Any:
    """Give a component of a JSON report by the last part of its name."""
    (found,) = (one for one in report["components"] if one["name"].rpartition(".")[2] == name)
    return found


def numbers(report: Any, commits: list[str]) -> dict[int, str]:
    """Give the number of a commit → the verdict of goinstance there."""
    return {commits.index(one["commit"]): one["verdict"] for one in component(report, "goinstance")["steps"]}


@pytest.mark.parametrize("flavour", ["file", "flake"])
def test_the_commit_that_broke_the_wiring_is_named_with_proof_on_both_sides(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path, flavour: str
) -> None:
    commits = told(tmp_path / "stack", BREAKING, flavour=flavour)

    outcome = nixdrift("history", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=nix_bin)

    assert outcome.status == 0, outcome.stderr
    verdicts = numbers(outcome.report, commits)
    assert [number for number, verdict in verdicts.items() if verdict in {"stale", "masked"}] == [9, 10]
    assert verdicts[1] == "rebuilt"
    found = component(outcome.report, "goinstance")["introduced"]
    assert (found["first"]["commit"], found["last"]["commit"]) == (commits[5], commits[4])
    assert found["path"] == "goinstance/main.go"
    assert found["doubt"] is None
    assert "it is an input" in found["last"]["evidence"]
    assert "the component is the same" in found["first"]["evidence"]


def test_the_incident_was_there_from_the_first_commit_with_nix(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = make_repository(tmp_path / "stack", [event.chapter for event in INCIDENT])

    outcome = nixdrift("history", *SYSTEM, "--component", "goinstance", cwd=tmp_path / "stack", nix=nix_bin)

    text = outcome.stdout.decode()
    assert f"broken since {commits[0][:10]} (2025-03-03 10:00, Build the stack with Nix)" in text
    assert f"repaired at {commits[7][:10]}" in text
    assert [line.split()[3] for line in text.splitlines()[3:11]] == [
        *("start", "masked", "unchanged", "masked", "masked", "stale,", "stale,", "rebuilt")
    ]


def test_the_second_run_evaluates_nothing_and_writes_the_same_bytes(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", BREAKING)
    ask = ("history", *SYSTEM, "--format", "json")

    first = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    text = nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix).stdout.decode()
    again = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    without = nixdrift(*ask, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)

    assert "0 commits evaluated now" in text
    assert first.stdout == again.stdout == without.stdout


def test_one_new_commit_costs_one_evaluation(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", BREAKING[:4])
    nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)
    told(tmp_path / "longer", BREAKING[:5])

    git(tmp_path / "stack", "fetch", "--quiet", str(tmp_path / "longer"), "HEAD")
    git(tmp_path / "stack", "reset", "--quiet", "--hard", "FETCH_HEAD")
    outcome = nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert "· 1 commit evaluated now" in outcome.stdout.decode()


def test_what_is_kept_does_not_depend_on_where_the_repository_lies(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", BREAKING[:3])
    nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)
    shutil.copytree(tmp_path / "stack", tmp_path / "elsewhere" / "copy")

    outcome = nixdrift("history", *SYSTEM, cwd=tmp_path / "elsewhere" / "copy", nix=newest_nix)

    assert "0 commits evaluated now" in outcome.stdout.decode()


def test_a_commit_that_does_not_evaluate_is_a_gap_and_the_next_is_compared_across_it(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [expression(BROKEN), go(2), {**expression(WIRED), **go(3)}])

    outcome = nixdrift("history", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)
    going = nixdrift("history", *SYSTEM, "--keep-going", cwd=tmp_path / "stack", nix=newest_nix)

    assert (outcome.status, going.status) == (3, 0)
    gaps = {one["commit"]: one["gap"] for one in outcome.report["commits"]}
    assert "on purpose" in gaps[commits[1]]
    assert "on purpose" in gaps[commits[2]]
    assert numbers(outcome.report, commits) == {3: "rebuilt"}
    assert outcome.report["commits"][3]["since"] == commits[0]
    assert f"gap {commits[1][:10]}" in going.stdout.decode()


def test_an_interrupted_run_goes_on_where_it_was(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [readme(number) for number in range(30)])
    kept = nixdrift.home / "cache" / "nixdrift" / "cache" / "snapshots"

    process = nixdrift.start("history", *SYSTEM, "--jobs", "1", cwd=tmp_path / "stack", nix=newest_nix)
    while process.poll() is None and len(list(kept.glob("[0-9a-f]*"))) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    before = len(list(kept.glob("[0-9a-f]*")))
    outcome = nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert 2 <= before < 31
    assert f"· {31 - before} commits evaluated now" in outcome.stdout.decode()
    nixdrift.leaves_nothing()


def test_a_damaged_entry_is_made_again_and_that_is_said(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", BREAKING[:3])
    ask = ("history", *SYSTEM, "--format", "json", "--cache-dir", tmp_path / "kept")
    first = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    for file in (tmp_path / "kept").glob("*/*"):
        file.write_bytes(file.read_bytes()[:-3])

    checked = nixdrift("cache", "verify", "--cache-dir", tmp_path / "kept", cwd=tmp_path)
    again = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    healed = nixdrift("cache", "verify", "--cache-dir", tmp_path / "kept", cwd=tmp_path)

    assert checked.status == 1
    assert again.stdout == first.stdout
    assert "is damaged: it is made again" in again.stderr
    assert (healed.status, healed.stdout) == (0, b"")


def test_snapshots_that_were_made_elsewhere_stand_in_for_evaluation(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [go(1), expression(UNWIRED), go(3)])
    files = []
    for commit in commits:
        files += ["--snapshot", tmp_path / f"{commit}.snapshot"]
        nixdrift("snapshot", commit, *SYSTEM, "-o", files[-1], cwd=tmp_path / "stack", nix=newest_nix)
    ask = ("history", *SYSTEM, "--format", "json")

    given = nixdrift(*ask, *files, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)
    evaluated = nixdrift(*ask, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)

    assert given.stdout == evaluated.stdout
    assert given.status == 0


def test_the_reports_are_as_their_schema_says(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [*BREAKING, expression(BROKEN)])

    outcome = nixdrift("history", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)

    jsonschema.validate(outcome.report, orjson.loads(nixdrift("schema", "history", cwd=tmp_path).stdout))


def test_the_picture_is_written_whole_to_a_file(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])

    outcome = nixdrift(
        "history", *SYSTEM, "--format", "svg", "-o", tmp_path / "h.svg", cwd=tmp_path / "stack", nix=newest_nix
    )

    assert (outcome.status, outcome.stdout) == (0, b"")
    assert (tmp_path / "h.svg").read_text().startswith("<svg ")


def test_the_repository_stays_as_it_is(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", BREAKING)
    before = fingerprint(tmp_path / "stack")

    nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert fingerprint(tmp_path / "stack") == before
    nixdrift.leaves_nothing()


def test_a_shallow_clone_says_that_its_history_is_cut_off(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1), go(2), go(3)])
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{tmp_path / 'stack'}", "shallow")

    outcome = nixdrift("history", *SYSTEM, cwd=tmp_path / "shallow", nix=newest_nix)

    assert outcome.status == 0, outcome.stderr
    assert "2 commits" in outcome.stdout.decode()
    assert "the clone is shallow: what came before is not here" in outcome.stdout.decode()


def test_a_range_is_judged_from_its_start_on(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    commits = told(tmp_path / "stack", [go(1), platform(2), go(3)])

    outcome = nixdrift(
        "history", f"{commits[1]}..", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix
    )

    assert numbers(outcome.report, commits) == {2: "rippled", 3: "rebuilt"}


def test_wrong_usage_is_said_in_a_line(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1)])
    git(repository, "checkout", "--quiet", "--orphan", "other")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "another start")

    def refused(*arguments: object, hint: str, error: str, status: int = 2) -> None:
        outcome = nixdrift("history", *SYSTEM, *arguments, cwd=repository, nix=newest_nix)
        nixdrift.refuses(outcome, status, error, hint)

    refused(f"{commits[0]}..other", error="no common history", hint="two commits of one history")
    refused(f"{commits[1]}..{commits[0]}", error="no commit in", hint="B is the later one")
    refused(f"{commits[0]}...{commits[1]}", error="symmetric", hint="A..B")
    refused("nowhere", error="unknown revision", hint="git log", status=3)
    refused(commits[1], "--component", "nope", error="no such component.*nope", hint="the components are goinst")
    refused("--since", "2999-01-01", error="no commit in HEAD since 2999-01-01", hint="git log --since")
    refused("HEAD", "--component", "nope", error="no such component", hint="give more")
    (tmp_path / "file").write_text("")
    refused("--cache-dir", tmp_path / "file" / "in", error="cannot write the cache", hint="--no-cache")


def test_without_nix_that_is_said(nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])

    outcome = nixdrift("history", cwd=tmp_path / "stack")

    nixdrift.refuses(outcome, 3, "nix-instantiate is not on PATH", "install Nix")
