"""What nixdrift cannot see, on real Nix: that it shows as docs/limits.md says, and never as healthy."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from nixdrift.comparison.mode import Counterfactual
from nixdrift.nix import NixSettings
from nixdrift.pipeline import counterfactual
from nixdrift.pipeline.check import check
from nixdrift.request import CheckRequest
from tests.corpus import FLAVOURS, apply, commit_all, make_project, pairs
from tests.nix.building import variables
from tests.nix.project import make_history
from tests.nix.test_counterfactual import DERIVE, STACK, Files, expression, judged, paths, short
from tests.nix.test_modes import Dumped
from tests.placeholders import git

CONFIGURED: Files = {"goinstance/config.json": '{"a": 1}\n', "goinstance/main.go": "package main // changed\n"}
BOTH_UNPROVEN = dict.fromkeys(CONFIGURED, "unproven")


def test_what_evaluation_reads_is_unproven_without_another_evaluation(newest_nix: Path, tmp_path: Path) -> None:
    report = judged(newest_nix, tmp_path, "file", [STACK, CONFIGURED], counterfactual=Counterfactual.NEVER)
    (tmp_path / "dumped").mkdir()
    project = Dumped(committed(tmp_path / "dumped", STACK, CONFIGURED), newest_nix)
    graphs: dict[str, Any] = {"base_graph": (project.dump("base"),), "head_graph": (project.dump("main"),)}

    assert paths(report, "goinstance") == BOTH_UNPROVEN
    assert paths(project.check(base="base", head="main", **graphs), "goinstance") == BOTH_UNPROVEN


def committed(directory: Path, *states: Files) -> Path:
    """Make a repository whose first commit has a tag."""
    repository = make_history(directory, *states)
    git(repository, "tag", "base", f"HEAD~{len(states) - 1}")
    return repository


def test_what_the_last_evaluation_leaves_open_is_unproven(
    newest_nix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counterfactual, "MOST_EVALUATIONS", 1)

    report = judged(newest_nix, tmp_path, "file", [STACK, CONFIGURED])

    assert paths(report, "goinstance") == BOTH_UNPROVEN
    assert "evaluations did not suffice" in report.findings[0].reason


def test_what_a_builder_reads_from_the_machine_shows_only_where_no_input_holds_it(
    newest_nix: Path, tmp_path: Path
) -> None:
    read = 'args = [ "-c" "cat /srv/stack/goinstance/main.go > $out" ];'
    edit: Files = {"goinstance/main.go": "package main // changed\n"}
    verdicts = {}
    for name, more in (("held", "src = ./goinstance;"), ("read", "")):
        (tmp_path / name).mkdir()
        files = {**STACK, "default.nix": expression(f"{read} {more}")}
        report = judged(newest_nix, tmp_path / name, "file", [files, edit])
        verdicts[name] = short(report)["goinstance"], [one.rule for one in report.findings]

    assert verdicts == {"held": ("rebuilt", []), "read": ("stale", ["string-path"])}


def test_an_import_from_a_derivation_is_followed_only_where_that_is_asked_for(newest_nix: Path, tmp_path: Path) -> None:
    imports = expression(f'config = builtins.readFile (({DERIVE}) "config" {{ src = ./goinstance; }});')

    report = judged(newest_nix, tmp_path, "file", [{**STACK, "default.nix": imports}, CONFIGURED])

    assert short(report) == {"platform": "unchanged"}
    assert [(one.name, "import-from-derivation" in one.message) for one in report.failed_head] == [("goinstance", True)]


def test_of_two_changed_files_that_became_equal_either_is_taken_for_the_input(newest_nix: Path, tmp_path: Path) -> None:
    files = {**STACK, "default.nix": expression("config = ./goinstance/a/config;")}
    base: Files = {**files, "goinstance/a/config": "a\n", "goinstance/b/config": "b\n"}
    edit: Files = {"goinstance/a/config": "same\n", "goinstance/b/config": "same\n"}

    report = judged(newest_nix, tmp_path, "file", [base, edit])

    assert paths(report, "goinstance") == dict.fromkeys(edit, "rebuilt")


def test_a_pin_whose_content_the_store_does_not_have_is_an_attribute_that_does_not_evaluate(
    newest_nix: Path, tmp_path: Path
) -> None:
    pinned = 'builtins.path { path = ./goinstance; sha256 = "sha256-' + "A" * 43 + '="; }'

    report = judged(
        newest_nix, tmp_path, "file", [{**STACK, "default.nix": expression(f"src = {pinned};")}, CONFIGURED]
    )

    assert short(report) == {"platform": "unchanged"}
    assert [(one.name, "store path mismatch" in one.message) for one in report.failed_head] == [("goinstance", True)]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_is_committed_is_evaluated_whatever_a_checkout_would_make_of_it(
    flavour: str, newest_nix: Path, tmp_path: Path
) -> None:
    files: Files = {
        **STACK,
        "default.nix": expression("src = ./goinstance;"),
        ".gitattributes": "*.go text eol=crlf\n*.json ident\n",
        "goinstance/config.json": '"$Id$"\n',
    }
    edit: Files = {"goinstance/main.go": "package main // changed\n", "goinstance/config.json": '"$Id$", 1\n'}

    report = judged(newest_nix, tmp_path, flavour, [files, edit], counterfactual=Counterfactual.NEVER)

    assert paths(report, "goinstance") == dict.fromkeys(edit, "rebuilt")


def test_git_s_configuration_leads_nix_nowhere(newest_nix: Path, tmp_path: Path) -> None:
    library = committed(tmp_path, {"library.go": "package library\n"}).rename(tmp_path / "library")
    commit = git(library, "rev-parse", "HEAD")
    fetched = f'library = builtins.fetchGit {{ url = "file:///nowhere/library"; rev = "{commit}"; }};'
    configuration = f'[url "file://{library}"]\n\tinsteadOf = file:///nowhere/library\n'
    (tmp_path / ".gitconfig").write_text(configuration)
    clone = ["git", "ls-remote", "file:///nowhere/library"]

    report = judged(newest_nix, tmp_path, "file", [{**STACK, "default.nix": expression(fetched)}, CONFIGURED])

    # It would lead there, if it reached Nix's git.
    assert subprocess.run(clone, env={"HOME": str(tmp_path)}, capture_output=True, check=False).returncode == 0
    assert [one.name for one in report.failed_head] == ["goinstance"]


def test_from_dumps_the_commits_of_a_checkout_beside_are_not_known(newest_nix: Path, tmp_path: Path) -> None:
    found = "sibling-commit", "an earlier commit comes to be used"
    (pair,) = [one for one in pairs() if (one.cause, one.name) == found]
    repository = make_project(tmp_path, pair.cause, "file")
    for number, edits in enumerate((*pair.before, pair.edits)):
        apply(repository, edits)
        commit_all(repository, f"state {number}")
    git(repository, "tag", "base", "HEAD~1")
    project = Dumped(repository, newest_nix)
    graphs: dict[str, Any] = {"base_graph": (project.dump("base"),), "head_graph": (project.dump("main"),)}

    told = {
        store: [one.rule for one in project.check(base="base", head="main", store=store, **graphs).findings]
        for store in (False, True)
    }

    assert told == {False: [], True: ["old-commit"]}


IMPORTS = expression(
    f'config = builtins.readFile (({DERIVE}) "config" {{ src = ./goinstance; '
    'args = [ "-c" "while read x; do echo $x; done < $src/config.json > $out" ]; });'
)


@pytest.mark.parametrize(("mode", "config", "main"), [("auto", "rebuilt", "masked"), ("never", "unproven", "unproven")])
def test_what_comes_by_an_import_from_a_derivation_is_never_healthy_by_mistake(
    mode: str, config: str, main: str, newest_nix: Path, tmp_path: Path
) -> None:
    repository = committed(tmp_path, {**STACK, "default.nix": IMPORTS}, CONFIGURED)
    (tmp_path / "machine").mkdir()
    options = (("allow-import-from-derivation", "true"), ("sandbox", "false"), ("build-users-group", ""))
    request = CheckRequest(
        repository=repository,
        nix=NixSettings(system="x86_64-linux", options=options),
        environment=variables(newest_nix, tmp_path / "machine"),
        workspaces=tmp_path / "runs",
        counterfactual=Counterfactual(mode),
    )
    report = check(request)

    assert paths(report, "goinstance") == {"goinstance/config.json": config, "goinstance/main.go": main}
