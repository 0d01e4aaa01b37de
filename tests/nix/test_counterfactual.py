"""What evaluation decides that no input source shows, on real Nix in every release."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nixdrift.comparison.mode import Counterfactual
from nixdrift.judgement import Verdict
from nixdrift.report import Report
from tests.corpus import FLAVOURS, commit_all, git
from tests.nix.project import Project, verdicts

DERIVE = 'name: more: derivation ({ inherit name; system = "x86_64-linux"; builder = "/bin/sh"; } // more)'
FIXED = (
    'outputHashMode = "flat"; outputHashAlgo = "sha256"; '
    'outputHash = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";'
)
FLAKE = "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }"

Files = Mapping[str, str | None]


def judged(nix_bin: Path, directory: Path, flavour: str, states: list[Files], **request: Any) -> Report:
    """Commit some files, then others over them, and judge the last commit."""
    repository = directory / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    first = {"flake.nix": FLAKE, **states[0]} if flavour == "flake" else states[0]
    for state in [first, *states[1:]]:
        for path, content in state.items():
            _write(repository / path, content)
        commit_all(repository, "state")
    return Project(repository, nix_bin).check(**request)


def _write(file: Path, content: str | None) -> None:
    if content is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def short(report: Report) -> dict[str, str]:
    return {name.rpartition(".")[2]: verdict for name, verdict in verdicts(report).items()}


def paths(report: Report, name: str) -> dict[str, str]:
    one = next(one for one in report.judgement.components if one.component.name.rpartition(".")[2] == name)
    return {path.change.path: path.verdict.value for path in one.paths}


def expression(goinstance: str) -> str:
    return (
        f'let make = {DERIVE}; in rec {{ platform = make "platform" {{ src = ./platform; }};\n'
        f'  goinstance = make "goinstance" {{ inherit platform; {goinstance} }}; }}\n'
    )


READS = expression("config = builtins.readFile ./goinstance/config.json;")
STACK: Files = {
    "default.nix": READS,
    "goinstance/config.json": "{}\n",
    "goinstance/main.go": "package main\n",
    "goinstance/other.go": "package main\n",
    "platform/launch.sh": "#!/bin/sh\n",
}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_that_is_read_while_evaluating_is_told_from_one_that_is_not(
    flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    edit: Files = {
        "goinstance/config.json": '{"a": 1}\n',
        "goinstance/main.go": "package main // changed\n",
        "goinstance/other.go": "package main // changed\n",
        "platform/launch.sh": "#!/bin/sh -e\n",
    }

    report = judged(nix_bin, tmp_path, flavour, [STACK, edit])

    assert paths(report, "goinstance") == {
        "goinstance/config.json": "rebuilt",
        "goinstance/main.go": "masked",
        "goinstance/other.go": "masked",
    }
    assert short(report)["platform"] == "rebuilt"
    assert report.judgement.census.counterfactual_evaluations > 0


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_change_that_comes_with_an_edit_of_the_expression_is_masked_where_it_is_not_wired(
    flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    edit: Files = {
        "default.nix": expression('config = builtins.readFile ./goinstance/config.json; version = "2";'),
        "goinstance/main.go": "package main // changed\n",
    }

    report = judged(nix_bin, tmp_path, flavour, [STACK, edit])

    assert short(report)["goinstance"] == "masked"
    assert [finding.rule for finding in report.findings if finding.level.value == "error"] == ["masked"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_head_has_just_wired_counts_though_base_with_the_change_would_not_see_it(
    flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    edit: Files = {
        "default.nix": expression("config = builtins.readFile ./goinstance/main.go;"),
        "goinstance/main.go": "package main // changed\n",
    }

    report = judged(nix_bin, tmp_path, flavour, [STACK, edit])

    assert short(report)["goinstance"] == "rebuilt"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_without_which_head_does_not_evaluate_is_asked_of_base(
    flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    added: Files = {
        "default.nix": expression("config = builtins.readFile ./goinstance/new.json;"),
        "goinstance/new.json": '{"new": 1}\n',
    }

    report = judged(nix_bin, tmp_path, flavour, [STACK, added])

    # Base with the new file is what base was, and that says nothing about what head makes of it.
    assert paths(report, "goinstance") == {"goinstance/new.json": "unproven"}
    (finding,) = [one for one in report.findings if one.rule == "unproven"]
    assert "new.json" in finding.reason


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("bundled", [False, True])
def test_what_evaluation_puts_into_a_fixed_output_is_frozen(
    bundled: bool, flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    modules = f'make "goinstance-modules" {{ url = builtins.readFile ./goinstance/config.json; {FIXED} }}'
    base: Files = {**STACK, "default.nix": expression(f"modules = {modules};")}
    more: Files = {"platform/launch.sh": "#!/bin/sh -e\n"} if bundled else {}

    report = judged(nix_bin, tmp_path, flavour, [base, {"goinstance/config.json": '{"a": 1}\n', **more}])

    assert short(report)["goinstance"] == "frozen"
    (path,) = next(one for one in report.judgement.components if one.verdict is Verdict.FROZEN).paths
    assert "goinstance-modules" in path.reason


def test_a_derivation_that_takes_the_commit_itself_is_never_called_healthy(nix_bin: Path, tmp_path: Path) -> None:
    flake = (
        "{ outputs = { self }: { packages.x86_64-linux.goinstance = "
        f'({DERIVE}) "goinstance" {{ rev = self.rev; }}; }}; }}'
    )

    report = judged(
        nix_bin, tmp_path, "flake", [{**STACK, "flake.nix": flake}, {"goinstance/main.go": "package main // changed\n"}]
    )

    assert short(report) == {"goinstance": "unproven"}
    assert "every commit" in report.findings[0].reason


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_removed_file_is_put_back_to_see_whether_it_was_taken(flavour: str, nix_bin: Path, tmp_path: Path) -> None:
    reads = expression(
        "config = if builtins.pathExists ./goinstance/config.json "
        "then builtins.readFile ./goinstance/config.json else null;"
    )
    base: Files = {**STACK, "default.nix": reads}

    report = judged(nix_bin, tmp_path, flavour, [base, {"goinstance/config.json": None, "goinstance/other.go": None}])

    assert paths(report, "goinstance") == {"goinstance/config.json": "rebuilt", "goinstance/other.go": "masked"}


@pytest.mark.parametrize("mode", [Counterfactual.AUTO, Counterfactual.NEVER])
def test_nothing_is_evaluated_where_the_inputs_tell(mode: Counterfactual, nix_bin: Path, tmp_path: Path) -> None:
    base: Files = {**STACK, "default.nix": expression("src = ./goinstance;")}

    report = judged(nix_bin, tmp_path, "file", [base, {"goinstance/main.go": "changed\n"}], counterfactual=mode)

    assert short(report)["goinstance"] == "rebuilt"
    assert report.judgement.census.counterfactual_evaluations == 0
