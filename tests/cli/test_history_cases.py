"""``nixdrift history`` where a line of commits is not as smooth as one would like, with real Nix."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.command import CommandLine, Outcome
from tests.corpus import git
from tests.histories import BROKEN, STACK, UNWIRED, WIRED, Files, expression, go, platform, readme, told

SYSTEM = ("--system", "x86_64-linux")


def component(outcome: Outcome, name: str = "goinstance") -> Any:
    """Give a component of a JSON report by the last part of its name."""
    (found,) = (one for one in outcome.report["components"] if one["name"].rpartition(".")[2] == name)
    return found


def asked(nixdrift: CommandLine, nix: Path, directory: Path, *arguments: object) -> Outcome:
    """Ask for the history of a repository as JSON."""
    outcome = nixdrift("history", *SYSTEM, *arguments, "--format", "json", cwd=directory, nix=nix)
    assert outcome.status == 0, outcome.stderr
    return outcome


def broken_between(outcome: Outcome, commits: Sequence[str], name: str = "goinstance") -> tuple[int | None, int]:
    """Give the numbers of the last commit at which it was wired and of the first at which it was not."""
    found = component(outcome, name)["introduced"]
    last = found["last"] and commits.index(found["last"]["commit"])
    return last, commits.index(found["first"]["commit"])


CASES: dict[str, tuple[list[Files], tuple[int | None, int]]] = {
    "broken at once with the change that suffers": ([go(1), {**expression(UNWIRED), **go(2)}], (1, 2)),
    "broken, mended, and broken again": (
        [expression(UNWIRED), go(2), expression(WIRED), go(4), expression(UNWIRED), readme(6), go(7)],
        (4, 5),
    ),
    "never wired": ([expression(UNWIRED), go(2)], (0, 1)),
    "a gap at the break": (
        [go(1), readme(2), expression(BROKEN), expression(UNWIRED), readme(5), go(6)],
        (2, 4),
    ),
    "a file that came after the break": (
        [expression(UNWIRED), readme(2), {"goinstance/extra.go": "package extra\n"}, {"goinstance/extra.go": "more\n"}],
        (2, 3),
    ),
    "the harm is masked": ([readme(1), expression(UNWIRED), readme(3), {**go(4), **platform(4)}], (1, 2)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_break_is_found(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, case: str) -> None:
    changes, expected = CASES[case]
    commits = told(tmp_path / "stack", changes)

    outcome = nixdrift("history", *SYSTEM, "--format", "json", "--keep-going", cwd=tmp_path / "stack", nix=newest_nix)

    assert broken_between(outcome, commits) == expected
    assert component(outcome)["introduced"]["doubt"] is None


def test_what_was_broken_before_the_line_begins_is_said_to_be_perhaps_older(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [expression(UNWIRED), readme(2), readme(3), go(4)])

    found = component(asked(nixdrift, newest_nix, tmp_path / "stack", f"{commits[2]}.."))["introduced"]

    assert found["last"] is None
    assert found["first"]["commit"] == commits[2]
    assert "nothing earlier was looked at" in found["doubt"]


BOTH_UNWIRED = STACK.replace("SRC", 'src = "/srv/goinstance";').replace("src = ./platform;", 'src = "/srv/platform";')


def test_two_components_that_broke_at_different_commits_are_told_apart(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    changes = [readme(1), expression(UNWIRED), readme(3), expression(BOTH_UNWIRED), go(5), platform(6)]
    commits = told(tmp_path / "stack", changes)

    outcome = asked(nixdrift, newest_nix, tmp_path / "stack")

    assert broken_between(outcome, commits) == (1, 2)
    assert broken_between(outcome, commits, "platform") == (3, 4)


def test_a_merge_counts_as_one_step_of_the_line(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    told(repository, [readme(1)])
    me = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    git(repository, "checkout", "--quiet", "-b", "branch")
    for number in range(3):
        (repository / "goinstance" / "main.go").write_text(f"branch {number}\n")
        git(repository, *me, "commit", "--quiet", "-am", f"branch {number}")
    git(repository, "checkout", "--quiet", "master")
    git(repository, *me, "merge", "--quiet", "--no-ff", "-m", "merge", "branch")

    outcome = asked(nixdrift, newest_nix, repository)

    assert [one["subject"] for one in outcome.report["commits"]] == ["commit 0", "commit 1", "merge"]
    assert [one["verdict"] for one in component(outcome)["steps"]] == ["unchanged", "rebuilt"]


def test_commits_without_an_expression_and_without_the_root_are_no_gaps(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [expression(WIRED.replace("goinstance = ", "other = ")), expression(WIRED), go(3)])
    git(repository, "checkout", "--quiet", "--detach", commits[0])
    git(repository, "rm", "--quiet", "default.nix")
    me = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    git(repository, *me, "commit", "--quiet", "-m", "nothing to evaluate")

    empty = asked(nixdrift, newest_nix, repository)
    one_root = asked(nixdrift, newest_nix, repository, commits[3], "-A", "goinstance")

    assert [one["verdict"] for one in component(empty)["steps"]] == ["removed"]
    assert [one["verdict"] for one in component(one_root)["steps"]] == ["removed", "added", "rebuilt"]


def test_what_the_configuration_of_today_declares_need_not_have_been_there(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    declared = '[components.late]\nsources = ["late/"]\n'
    late = WIRED.rstrip().removesuffix("}") + '  late = service "late" { src = ./late; };\n}\n'
    changes: list[Files] = [
        go(1),
        {**expression(late), "late/a": "1\n", "nixdrift.toml": declared},
        {"late/a": "2\n"},
    ]
    told(tmp_path / "stack", changes)

    outcome = asked(nixdrift, newest_nix, tmp_path / "stack")

    assert [one["verdict"] for one in component(outcome, "late")["steps"]] == ["added", "rebuilt"]


OWN_REVISION = """\
{ outputs = { self }: { packages.x86_64-linux.goinstance = derivation {
    name = "goinstance"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./goinstance;
    revision = self.rev or "dirty"; args = [ "-c" "echo > $out" ]; }; }; }
"""


def test_a_flake_that_reads_its_own_revision_is_evaluated_for_every_commit(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [{"flake.nix": OWN_REVISION}, readme(2), readme(3)])
    git(tmp_path / "stack", "checkout", "--quiet", commits[3])

    found = component(asked(nixdrift, newest_nix, tmp_path / "stack", f"{commits[1]}.."))

    assert len(found["runs"]) == 3
    again = nixdrift("history", *SYSTEM, f"{commits[1]}..", cwd=tmp_path / "stack", nix=newest_nix)
    assert "0 commits evaluated now" in again.stdout.decode()


def test_what_may_be_another_thing_tomorrow_is_not_kept_and_that_is_said(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    (tmp_path / "channel").mkdir()
    nixdrift.settings["NIX_PATH"] = f"nixpkgs={tmp_path / 'channel'}"

    for _run in range(2):
        outcome = nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)
        assert "2 commits evaluated now" in outcome.stdout.decode()
        assert outcome.stderr.startswith("nixdrift: warning: nothing is kept for the next run: NIX_PATH names")
    nixdrift.settings["NIX_PATH"] = ""
    assert (
        "2 commits evaluated now"
        in nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix).stdout.decode()
    )
    assert (
        "0 commits evaluated now"
        in nixdrift("history", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix).stdout.decode()
    )


def test_an_impure_evaluation_is_not_kept(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)], flavour="flake")

    for _run in range(2):
        outcome = nixdrift("history", *SYSTEM, "--impure", cwd=tmp_path / "stack", nix=newest_nix)
        assert "2 commits evaluated now" in outcome.stdout.decode()
        assert "--impure lets it see its environment" in outcome.stderr


PLACED = STACK.replace("SRC", "src = ./goinstance; checkout = toString ./.;")


def test_what_takes_in_its_own_place_is_the_same_in_every_run(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [expression(PLACED), readme(2), go(3)])

    outcome = asked(nixdrift, newest_nix, tmp_path / "stack", "HEAD~3..")
    again = nixdrift("history", *SYSTEM, "HEAD~3..", cwd=tmp_path / "stack", nix=newest_nix)

    assert [one["verdict"] for one in component(outcome)["steps"]][1:] == ["unchanged", "rebuilt"]
    assert "0 commits evaluated now" in again.stdout.decode()
    nixdrift.leaves_nothing()


def test_a_name_of_bytes_that_are_no_text_is_kept_and_shown(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    told(repository, [expression(UNWIRED)])
    Path(os.fsdecode(os.fsencode(repository) + b"/goinstance/\xff.go")).write_text("odd\n")
    git(repository, "add", "--all")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "odd")

    first, again = (asked(nixdrift, newest_nix, repository) for _run in range(2))

    assert first.stdout == again.stdout
    assert component(first)["steps"][-1]["verdict"] == "stale"
