"""The user's repository is never touched, and no program that it names is ever run."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from tests.command import CommandLine, Outcome, fake_nix
from tests.corpus import FLAVOURS, commit_all, git, make_project
from tests.graphs import graph
from tests.repository.fingerprint import configuration, fingerprint, make_hostile, make_program

LIVE = ("check", "--system", "x86_64-linux", "--format", "json")


def judged(nixdrift: CommandLine, repository: Path, nix: Path, *arguments: object, cwd: Path | None = None) -> Outcome:
    """Judge a repository with real Nix in a private store, and check that it is as it was before."""
    before = fingerprint(repository)
    store = ("--store", nixdrift.home / "store")
    outcome = nixdrift(*LIVE, *store, *arguments, cwd=cwd or repository, nix=nix)
    assert fingerprint(repository) == before
    assert outcome.stderr == ""
    nixdrift.leaves_nothing()
    return outcome


def edited(repository: Path) -> Path:
    """Leave the work tree with a change of every kind: staged, not staged, untracked, deleted, renamed, ignored."""
    (repository / "goinstance" / "main.go").write_text("package main // staged\n")
    git(repository, "add", "goinstance/main.go")
    (repository / "goinstance" / "go.mod").write_text("module goinstance // not staged\n")
    (repository / "goinstance" / "new.go").write_text("package main // untracked\n")
    (repository / "platform" / "platform.txt").unlink()
    git(repository, "mv", "docs/operations.md", "docs/running.md")
    data = repository / "goinstance" / "data"
    (data / "regions.txt").rename(data / "zones.txt")
    (repository / ".git" / "info" / "exclude").write_text("*.log\n")
    (repository / "goinstance" / "debug.log").write_text("ignored\n")
    return repository


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_judging_two_commits_of_a_hostile_repository_touches_and_runs_nothing(
    flavour: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", flavour)
    (repository / "goinstance" / "main.go").write_text("package main // committed\n")
    commit_all(repository, "head")
    git(repository, "tag", "head")
    marker = tmp_path / "marker"
    make_hostile(repository, nixdrift.home, marker)
    assert judged(nixdrift, repository, nix_bin, "--base", "main~2", "--head", "head").verdicts == {
        "goinstance": "rebuilt",
        "platform": "unchanged",
    }
    assert not marker.exists()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_judging_the_work_tree_of_a_hostile_repository_touches_and_runs_nothing(
    flavour: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    repository = edited(make_project(tmp_path, "healthy", flavour))
    git(repository, "stash", "--quiet", "--include-untracked")
    git(repository, "stash", "apply", "--quiet", "--index")
    marker = tmp_path / "marker"
    make_hostile(repository, nixdrift.home, marker)

    report = judged(nixdrift, repository, nix_bin, "--worktree").report

    verdicts = {path["path"]: path["verdict"] for one in report["components"] for path in one["changed_paths"]}
    untracked = "rebuilt" if flavour == "file" else "masked"
    assert verdicts == {
        "goinstance/data/regions.txt": "rebuilt",
        "goinstance/data/zones.txt": untracked,
        "goinstance/go.mod": "rebuilt",
        "goinstance/main.go": "rebuilt",
        "goinstance/new.go": untracked,
        "platform/platform.txt": "rebuilt",
    }
    assert not marker.exists()
    subprocess.run(["git", "add", "--all"], cwd=repository, env={"PATH": os.environ["PATH"]}, check=False)
    assert marker.exists(), "the repository is not hostile: this test would prove nothing"


VARIANTS = {
    "counterfactual": ("check", "--counterfactual", "always", "--worktree"),
    "probe": ("probe", "--no-cache", "--worktree"),
    "probe of a commit": ("probe", "--no-cache"),
}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("command", VARIANTS)
def test_evaluating_variants_of_a_hostile_repository_touches_and_runs_nothing(
    command: str, flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    repository = edited(make_project(tmp_path, "healthy", flavour))
    marker = tmp_path / "marker"
    make_hostile(repository, nixdrift.home, marker)
    before = fingerprint(repository)

    options = ("--system", "x86_64-linux", "--format", "json", "--store", nixdrift.home / "store")
    outcome = nixdrift(*VARIANTS[command], *options, cwd=repository, nix=newest_nix)

    assert outcome.stderr == ""
    census = outcome.report["census"]
    assert census.get("evaluations", census.get("counterfactual_evaluations")) > 1
    assert fingerprint(repository) == before
    assert not marker.exists()
    nixdrift.leaves_nothing()


def test_a_hostile_submodule_is_not_touched_and_runs_nothing(nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    module = make_project(tmp_path / "modules", "healthy", "file")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(module), "module")
    commit_all(repository, "with a module")
    marker = tmp_path / "marker"
    (tmp_path / "hooks").mkdir()
    program = make_program(tmp_path, marker)
    with (repository / ".git" / "modules" / "module" / "config").open("a") as file:
        file.write(configuration(program, tmp_path / "hooks"))
    (repository / "module" / ".gitattributes").write_text("* filter=hostile\n")
    (repository / "module" / "README.md").write_text("edited\n")
    before = fingerprint(repository)
    judged_by_graphs(nixdrift, repository, "--worktree")
    assert fingerprint(repository) == before
    assert not marker.exists()


def test_a_partial_clone_fetches_nothing_by_itself(nixdrift: CommandLine, tmp_path: Path) -> None:
    origin = make_project(tmp_path, "healthy", "file")
    commit_all(origin, "head")
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=tree:0", f"file://{origin}", "partial")
    partial, marker = tmp_path / "partial", tmp_path / "marker"
    git(partial, "config", "remote.origin.url", "ssh://nowhere.invalid/stack")
    git(partial, "config", "core.sshCommand", str(make_program(tmp_path, marker)))
    file = tmp_path / "graph.json"
    file.write_bytes(orjson.dumps(graph()))
    before = fingerprint(partial)
    outcome = nixdrift("check", "--base-graph", file, "--head-graph", file, cwd=partial)
    nixdrift.refuses(outcome, 3, "objects|tree", "without --filter")
    assert fingerprint(partial) == before
    assert not marker.exists()


def test_a_run_in_a_linked_work_tree_judges_that_one_and_touches_neither(
    nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    git(repository, "worktree", "add", "--quiet", "-b", "topic", "../linked")
    linked = tmp_path / "linked"
    (linked / "goinstance" / "main.go").write_text("package main // in the linked one\n")
    before = fingerprint(repository)
    outcome = judged(nixdrift, linked, nix_bin, "--worktree")
    assert outcome.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}
    commit_all(linked, "head")
    after = fingerprint(repository)
    assert before != after
    assert judged(nixdrift, linked, nix_bin).verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}
    assert fingerprint(repository) == after


def test_a_linked_work_tree_of_a_bare_repository_is_judged(nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "--quiet", "../linked", "main")
    commit_all(tmp_path / "linked", "head")
    before = fingerprint(tmp_path / "bare.git")
    outcome = judged_by_graphs(nixdrift, tmp_path / "linked")
    assert outcome.report["head"]["commit"] == git(tmp_path / "linked", "rev-parse", "HEAD")
    assert fingerprint(tmp_path / "bare.git") == before


def judged_by_graphs(nixdrift: CommandLine, directory: Path, *arguments: str) -> Outcome:
    """Judge with two graphs, so that git alone is at work."""
    file = nixdrift.home / "graph.json"
    file.write_bytes(orjson.dumps(graph()))
    graphs = ("--base-graph", file, "--head-graph", file)
    outcome = nixdrift("check", *graphs, *arguments, "--format", "json", cwd=directory)
    assert outcome.stderr == ""
    nixdrift.leaves_nothing()
    return outcome


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", ["with a space", "größe", "quo'te", "a#b", "per%20cent", "q?x"])
def test_a_path_with_unusual_letters_is_judged(
    name: str, flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    parent = tmp_path / name
    parent.mkdir()
    repository = make_project(parent, "healthy", flavour)
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    outcome = judged(nixdrift, repository, newest_nix)
    assert outcome.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}


@pytest.mark.parametrize("name", ["line\nbreak", '"quoted"', "latin-\udce9"])
def test_a_path_of_any_bytes_is_judged(name: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    parent = tmp_path / name
    parent.mkdir()
    repository = make_project(parent, "healthy", "file")
    commit_all(repository, "head")
    outcome = judged_by_graphs(nixdrift, repository)
    assert outcome.report["head"]["commit"] == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_run_in_a_subdirectory_judges_the_project_around_it(
    flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", flavour)
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    outcome = judged(nixdrift, repository, newest_nix, cwd=repository / "goinstance" / "data")
    assert outcome.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}


@pytest.mark.parametrize("arguments", [(), ("--worktree",)])
def test_a_repository_that_may_only_be_read_is_judged(
    arguments: tuple[str, ...], nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    (repository / "goinstance" / "go.mod").write_text("module changed\n")
    graphs = tmp_path / "graph.json"
    graphs.write_bytes(orjson.dumps(graph()))
    for path in (repository, *repository.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    before = fingerprint(repository)
    command = ["check", "--base-graph", graphs, "--head-graph", graphs, *arguments, "--format", "json"]

    assert _as_a_reader(nixdrift, ["touch", "file"], repository).returncode == 1
    done = _as_a_reader(nixdrift, [sys.executable, "-m", "nixdrift", *command], repository)

    assert done.stderr == b""
    assert orjson.loads(done.stdout)["census"]["changed_paths"] == 1
    assert fingerprint(repository) == before


def _as_a_reader(
    nixdrift: CommandLine, command: Sequence[object], directory: Path
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command for which even root's own files are read-only."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        env={**nixdrift.environment(None), "PATH": os.environ["PATH"]},
        preexec_fn=_give_up_privileges,
        capture_output=True,
        check=False,
    )


def _give_up_privileges() -> None:
    # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE, by which root may write where the file's mode forbids it.
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


def test_after_a_kill_in_the_middle_the_repository_is_as_it_was(
    nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    repository = edited(make_project(tmp_path, "healthy", "file"))
    before = fingerprint(repository)
    facts = 'printf \'{"system":"x86_64-linux","version":"2","store":"/nix/store","search":[]}\''
    started = tmp_path / "started"
    answers_once = f"if [ -e {started} ]; then echo $$ >{started}; exec sleep 600; fi; : >{started}; {facts}"
    process = nixdrift.start("check", "--worktree", cwd=repository, nix=fake_nix(tmp_path / "nix", answers_once))
    until = time.monotonic() + 20
    while not (started.exists() and started.read_text().endswith("\n")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    assert list(nixdrift.runs.glob("run-*/worktree/stack/default.nix"))
    process.kill()
    process.communicate()
    os.kill(int(started.read_text()), signal.SIGKILL)
    assert fingerprint(repository) == before
    assert list(nixdrift.runs.iterdir())
    judged(nixdrift, repository, newest_nix, "--worktree")
