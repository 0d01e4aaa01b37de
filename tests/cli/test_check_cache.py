"""``nixdrift check`` with a cache, as a person calls it, with real Nix."""

from pathlib import Path

import pytest

from tests.command import CommandLine, Outcome
from tests.histories import BREAKING, BROKEN, UNWIRED, WIRED, expression, go, readme, told

SYSTEM = ("--system", "x86_64-linux")


def evaluations(outcome: Outcome) -> int:
    """Count the evaluations that a verbose run tells of."""
    return outcome.stderr.count("--read-write-mode")


def kept(directory: Path) -> list[Path]:
    """List the evaluations in a cache."""
    return sorted(directory.glob("snapshots/*"))


@pytest.mark.parametrize("flavour", ["file", "flake"])
def test_what_was_evaluated_once_is_not_evaluated_again(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, flavour: str
) -> None:
    told(tmp_path / "stack", [go(1), go(2)], flavour=flavour)

    def judged(*arguments: str) -> Outcome:
        return nixdrift("check", "-v", "--json", *SYSTEM, *arguments, cwd=tmp_path / "stack", nix=newest_nix)

    first, again = judged("--base", "HEAD~2", "--head", "HEAD~1"), judged("--base", "HEAD~2", "--head", "HEAD~1")
    following, without, anew = judged(), judged("--no-cache"), judged("--refresh")

    assert [evaluations(one) for one in (first, again, following, without, anew)] == [2, 0, 1, 2, 2]
    assert first.stdout == again.stdout
    assert following.stdout == without.stdout == anew.stdout
    assert following.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}
    nixdrift.leaves_nothing()


@pytest.mark.parametrize(("flavour", "anew"), [("flake", "0 commits"), ("file", "1 commit")])
def test_check_and_history_use_what_the_other_one_evaluated(
    flavour: str, anew: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    told(repository, [go(1), go(2)], flavour=flavour)

    nixdrift("history", *SYSTEM, "--max-count", "1", cwd=repository, nix=newest_nix)
    checked = nixdrift("check", "-v", *SYSTEM, cwd=repository, nix=newest_nix)
    nixdrift("check", *SYSTEM, "--base", "HEAD~2", cwd=repository, nix=newest_nix)
    looked = nixdrift("history", *SYSTEM, cwd=repository, nix=newest_nix)

    assert evaluations(checked) == 0
    # An expression file is restricted by `check`, and not by `history`.
    assert f"{anew} evaluated now" in looked.stdout.decode()


def test_what_is_not_committed_is_not_kept(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])
    (tmp_path / "stack" / "goinstance" / "main.go").write_text("package main // not committed\n")
    ask = ("check", "-v", "--json", "--worktree", *SYSTEM, "--cache-dir", tmp_path / "kept")

    first, again = (nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix) for _time in range(2))
    (tmp_path / "stack" / "default.nix").write_text(UNWIRED)
    changed = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)

    assert [evaluations(first), evaluations(again)] == [2, 1]
    assert first.stdout == again.stdout
    assert changed.verdicts["goinstance"] == "masked"
    assert len(kept(tmp_path / "kept")) == 1


@pytest.mark.parametrize("mode", ["auto", "always"])
def test_variants_are_evaluated_of_what_came_from_the_cache(
    mode: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1), {**expression(UNWIRED), **go(2)}])
    ask = ("check", "--json", *SYSTEM, "--counterfactual", mode)

    without = nixdrift(*ask, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)
    nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    full = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)

    assert full.stdout == without.stdout
    assert full.status == without.status == 1
    assert full.report["census"]["counterfactual_evaluations"] > 0


def test_another_question_is_another_entry(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])
    ask = ("check", "-v", "--cache-dir", tmp_path / "kept")
    questions: tuple[tuple[str, ...], ...] = (
        SYSTEM,
        (*SYSTEM, "goinstance"),
        ("--system", "aarch64-linux"),
        (*SYSTEM, "--file", "default.nix", "--argstr", "unused", "a"),
        (*SYSTEM, "--option", "max-call-depth", "5000"),
    )

    found = [nixdrift(*ask, *one, cwd=tmp_path / "stack", nix=newest_nix) for one in questions]

    assert [evaluations(one) for one in found] == [2] * len(questions)
    assert len(kept(tmp_path / "kept")) == 2 * len(questions)


def test_what_may_change_tomorrow_is_not_kept(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])
    (tmp_path / "channel").mkdir()
    nixdrift.settings["NIX_PATH"] = f"nixpkgs={tmp_path / 'channel'}"
    ask = ("check", "-v", *SYSTEM, "--cache-dir", tmp_path / "kept")

    nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    again = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)

    assert evaluations(again) == 2
    assert "cache: not used: NIX_PATH names" in again.stderr
    assert kept(tmp_path / "kept") == []


def test_what_configures_nixpkgs_is_a_part_of_the_question(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    configuration = nixdrift.home / ".config" / "nixpkgs" / "config.nix"
    configuration.parent.mkdir(parents=True)
    found = []
    for text, allowed in (("{ }", "0"), ("{ }", "1"), ("{ a = 1; }", "1"), ("{ }", "0")):
        configuration.write_text(text)
        nixdrift.settings["NIXPKGS_ALLOW_UNFREE"] = allowed
        found.append(nixdrift("check", "-v", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix))

    # Base twice: it is restricted if what is configured makes no difference.
    assert [evaluations(one) for one in found] == [3, 3, 3, 0]


def test_a_variable_that_is_let_through_is_a_part_of_the_question(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    found = []
    for stage, options in (("one", ("-k", "STAGE")), ("two", ("-k", "STAGE")), ("two", ()), ("one", ("-k", "STAGE"))):
        nixdrift.settings["STAGE"] = stage
        found.append(nixdrift("check", "-v", *SYSTEM, *options, cwd=tmp_path / "stack", nix=newest_nix))

    assert [evaluations(one) for one in found] == [2, 2, 2, 0]


def test_what_takes_its_place_in_is_not_kept(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [expression(WIRED.replace("inherit platform;", "where = toString ./.;")), go(1)])
    ask = ("check", "-v", *SYSTEM, "--cache-dir", tmp_path / "kept")

    _first, again = (nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix) for _time in range(2))

    assert evaluations(again) == 2
    assert kept(tmp_path / "kept") == []


def test_what_lies_outside_is_as_it_was_when_it_was_evaluated(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    reading = WIRED.replace("inherit platform;", f"outside = builtins.readFile {outside};")
    told(tmp_path / "stack", [expression(reading), go(1)])
    found = []
    for content, options in (("one", ()), ("two", ()), ("two", ("--refresh",))):
        outside.write_text(content)
        outcome = nixdrift("check", "--json", *SYSTEM, *options, cwd=tmp_path / "stack", nix=newest_nix)
        assert outcome.status == 0
        found.append(next(one["after"] for one in outcome.report["components"] if one["name"] == "goinstance"))

    first, again, anew = found
    assert first == again != anew


def test_what_fails_is_asked_again(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [expression(BROKEN.replace("src = throw", "src = ./platform; other = throw", 1)), go(1)])
    ask = ("check", "-v", *SYSTEM, "--cache-dir", tmp_path / "kept")

    first, again = (nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix) for _time in range(2))
    wrong = nixdrift(*ask, "nothing", cwd=tmp_path / "stack", nix=newest_nix)

    assert (first.status, again.status, wrong.status) == (3, 3, 2)
    assert "on purpose" in again.stderr
    assert kept(tmp_path / "kept") == []


def test_a_damaged_entry_and_one_in_the_place_of_another_are_made_again_and_that_is_said(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    ask = ("check", "--json", *SYSTEM, "--cache-dir", tmp_path / "kept")
    first = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    sound = [file.read_bytes() for file in kept(tmp_path / "kept")]

    one, other = kept(tmp_path / "kept")
    one.write_bytes(sound[0][:-3])
    other.write_bytes(sound[0])
    again = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)

    assert again.stdout == first.stdout
    assert again.stderr.count("is damaged: it is made again") == 2
    assert [file.read_bytes() for file in kept(tmp_path / "kept")] == sound


def test_where_nothing_can_be_kept_that_is_said_once_and_the_report_is_the_same(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    (tmp_path / "file").write_text("no directory\n")

    without = nixdrift("check", *SYSTEM, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)
    outcome = nixdrift("check", *SYSTEM, "--cache-dir", tmp_path / "file", cwd=tmp_path / "stack", nix=newest_nix)

    assert (outcome.status, outcome.stdout) == (0, without.stdout)
    assert without.stderr == ""
    assert outcome.stderr.count("cannot keep results in") == len(outcome.stderr.splitlines()) == 1
    assert not (nixdrift.home / "cache" / "nixdrift" / "cache").exists()


def test_explain_and_affected_use_it_too(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [*BREAKING[:2], readme(1)])
    nixdrift("check", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    explained = nixdrift("explain", "goinstance", "-v", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)
    affected = nixdrift("affected", "-v", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert [(one.status, evaluations(one)) for one in (explained, affected)] == [(0, 0), (0, 0)]
