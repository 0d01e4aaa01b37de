"""Repositories, revisions, configurations and destinations that nothing can be judged with."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.command import CommandLine, program_directory
from tests.corpus import commit_all, git
from tests.graphs import graph

GRAPHS = ("--base-graph", "../graph.json", "--head-graph", "../graph.json")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository of two commits, with a graph beside it: what is wrong is then not Nix."""
    repository = tmp_path / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    for number in (1, 2):
        (repository / "main.go").write_text(f"{number}\n")
        commit_all(repository, f"commit {number}")
    (tmp_path / "graph.json").write_bytes(orjson.dumps(graph()))
    return repository


def test_a_repository_and_two_graphs_are_judged(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", *GRAPHS, "--format", "json", cwd=repository)
    assert outcome.status == 0
    assert outcome.report["head"]["commit"] == git(repository, "rev-parse", "HEAD")
    nixdrift.leaves_nothing()


def _nothing(directory: Path) -> Path:
    return directory


def _bare(directory: Path) -> Path:
    git(directory, "init", "--quiet", "--bare", "bare.git")
    return directory / "bare.git"


def _inside_of_git(directory: Path) -> Path:
    return directory / "stack" / ".git" / "refs"


def _broken_configuration(directory: Path) -> Path:
    (directory / "stack" / ".git" / "config").write_text("[core\n")
    return directory / "stack"


def _broken_worktree(directory: Path) -> Path:
    git(directory / "stack", "worktree", "add", "--quiet", "../linked")
    shutil.rmtree(directory / "stack" / ".git" / "worktrees")
    return directory / "linked"


PLACES: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "no repository": (_nothing, "not a git repository", "--repository PATH"),
    "a bare repository": (_bare, "a bare repository has no work tree", "clone it"),
    "git's own directory": (_inside_of_git, "not in a work tree", "--repository PATH"),
    "a broken configuration": (_broken_configuration, "bad config line 1", "git status"),
    "a broken linked worktree": (_broken_worktree, "not a git repository", "--repository PATH"),
}


@pytest.mark.parametrize("what", PLACES)
def test_a_place_without_a_work_tree_is_refused(what: str, nixdrift: CommandLine, repository: Path) -> None:
    make, error, hint = PLACES[what]
    graphs = [str(repository / part) if part.endswith("json") else part for part in GRAPHS]
    nixdrift.refuses(nixdrift("check", *graphs, cwd=make(repository.parent)), 3, error, hint)


@pytest.mark.parametrize("place", ["absent", "graph.json"])
def test_a_repository_that_is_no_directory_is_refused(place: str, nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", "--repository", repository.parent / place, cwd=repository)
    nixdrift.refuses(outcome, 3, f"no directory to look for a repository in: .*{place}", "--repository PATH")


def test_without_git_that_is_said(nixdrift: CommandLine, repository: Path, tmp_path: Path) -> None:
    without = CommandLine(nixdrift.home, program_directory(tmp_path / "no-git"))
    without.refuses(without("check", *GRAPHS, cwd=repository), 3, "git is not on PATH", "install git")


REVISIONS = {
    "unknown": ("nowhere", 3, "unknown revision: 'nowhere'", "git log"),
    "an unknown id": ("0" * 40, 3, "unknown revision", "git log"),
    "an option": ("--output=x", 2, "not a revision: '--output=x'", "a commit, a branch or a tag"),
    "empty": ("", 2, "not a revision: ''", "a commit, a branch or a tag"),
    "a range": ("HEAD^..HEAD", 3, "unknown revision", "git log"),
    "a file": ("HEAD:main.go", 3, "unknown revision", "git log"),
    "steering the terminal": ("\x1b[31mred\n", 3, r"unknown revision: '\\x1b", "git log"),
}


@pytest.mark.parametrize("option", ["--base", "--head"])
@pytest.mark.parametrize("what", REVISIONS)
def test_a_revision_that_names_no_commit_is_refused(
    what: str, option: str, nixdrift: CommandLine, repository: Path
) -> None:
    revision, status, error, hint = REVISIONS[what]
    outcome = nixdrift("check", *GRAPHS, f"{option}={revision}", cwd=repository)
    nixdrift.refuses(outcome, status, error, hint)
    assert sorted(file.name for file in repository.iterdir()) == [".git", "main.go"]


def test_the_first_commit_has_nothing_to_be_compared_with(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", *GRAPHS, "--head", "HEAD~1", cwd=repository)
    nixdrift.refuses(outcome, 3, "'HEAD~1' has no parent", "--base REV")


def test_a_shallow_clone_is_refused_with_the_way_to_fetch_more(nixdrift: CommandLine, repository: Path) -> None:
    git(repository.parent, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    shallow = repository.parent / "shallow"
    nixdrift.refuses(nixdrift("check", *GRAPHS, cwd=shallow), 3, "'HEAD' has no parent", "fetch-depth: 0")
    base = git(repository, "rev-parse", "HEAD~1")
    nixdrift.refuses(nixdrift("check", *GRAPHS, "--base", base, cwd=shallow), 3, "unknown revision", "fetch-depth: 0")


@pytest.mark.parametrize("arguments", [(), ("--worktree",), ("--base", "main")])
def test_a_branch_without_a_commit_is_refused(
    arguments: tuple[str, ...], nixdrift: CommandLine, repository: Path
) -> None:
    git(repository.parent, "init", "--quiet", "--initial-branch=main", "unborn")
    outcome = nixdrift("check", *GRAPHS, *arguments, cwd=repository.parent / "unborn")
    nixdrift.refuses(outcome, 3, "the branch has no commit yet", "commit first")


CONFIGURATIONS = {
    "not TOML": (b"[components", "nixdrift.toml: not TOML", "toml.io"),
    "not text": (b"\xff\xfe", "nixdrift.toml: not TOML", "toml.io"),
    "an unknown key": (b"ignroe = []", "unknown key ignroe", "did you mean ignore"),
    "an unknown key of a component": (b"[components.a]\nsource = []", "components.a.source", "did you mean sources"),
    "a key like no other": (b"zzz = 1", "unknown key zzz", "components, generated, housekeeping, ignore"),
    "a text for a list": (b'ignore = "docs"', "ignore is not a list", r"ignore = \["),
    "a list of numbers": (b"ignore = [1]", "ignore is not a list", r"ignore = \["),
    "a list for a table": (b"components = []", "components is not a table", r"\[components\]"),
    "a number for a component": (b"[components]\na = 1", "components.a is not a table", r"\[components.a\]"),
    "a number for a name": (b"[components.a]\nderivation = 1", "derivation is not a string", 'derivation = "'),
    "a pattern that git refuses": (b'ignore = ["!"]', "ignore", "."),
    "a component that is nowhere": (b"[components.gone]", "declares gone", "the components here are goinstance"),
}


@pytest.mark.parametrize("what", CONFIGURATIONS)
def test_a_configuration_that_means_nothing_is_refused(what: str, nixdrift: CommandLine, repository: Path) -> None:
    content, error, hint = CONFIGURATIONS[what]
    (repository / "nixdrift.toml").write_bytes(content)
    nixdrift.refuses(nixdrift("check", *GRAPHS, cwd=repository), 3, error, hint)


def test_a_configuration_that_is_no_file_is_refused(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", *GRAPHS, "--config", "absent.toml", cwd=repository)
    nixdrift.refuses(outcome, 3, "cannot read absent.toml", "file")
    (repository / "nixdrift.toml").mkdir()
    nixdrift.refuses(nixdrift("check", *GRAPHS, cwd=repository), 3, "cannot read .*nixdrift.toml", "file")
    (repository / "nixdrift.toml").rmdir()
    (repository / "nixdrift.toml").symlink_to("absent")
    nixdrift.refuses(nixdrift("check", *GRAPHS, cwd=repository), 3, "cannot read .*nixdrift.toml", "file")


@pytest.mark.parametrize("target", ["/dev/zero", "/etc/hostname", "../elsewhere.toml", "chain"])
def test_a_configuration_that_lies_elsewhere_is_not_read(target: str, nixdrift: CommandLine, repository: Path) -> None:
    (repository.parent / "elsewhere.toml").write_text("very_secret = 1\n")
    (repository / "chain").symlink_to("../elsewhere.toml")
    (repository / "nixdrift.toml").symlink_to(target)
    outcome = nixdrift("check", *GRAPHS, cwd=repository)
    nixdrift.refuses(outcome, 3, "nixdrift.toml is a link that leads out of the repository", "--config")


@pytest.mark.parametrize("destination", ["absent/report.json", "../graph.json/report.json"])
def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    destination: str, nixdrift: CommandLine, repository: Path
) -> None:
    graphs = ("--base-graph", "absent.json", "--head-graph", "absent.json")
    outcome = nixdrift("check", *graphs, "--output", destination, cwd=repository)
    nixdrift.refuses(outcome, 2, f"cannot write {destination}", "directory that you may write")


def test_a_directory_is_no_place_for_a_report(nixdrift: CommandLine, repository: Path) -> None:
    nixdrift.refuses(nixdrift("check", *GRAPHS, "--output", ".git", cwd=repository), 2, "directory", "--help")


def test_a_report_is_written_whole_or_not_at_all(nixdrift: CommandLine, repository: Path) -> None:
    report = repository.parent / "reports" / "report.json"
    report.parent.mkdir()
    report.write_text("the last one\n")
    report.chmod(0o640)
    arguments = ("check", *GRAPHS, "--format", "json", "--output", report)
    refused = nixdrift(*arguments, "--head", "nowhere", cwd=repository)
    assert (refused.status, report.read_text()) == (3, "the last one\n")

    outcome = nixdrift(*arguments, cwd=repository)

    assert (outcome.status, outcome.stdout) == (0, b"")
    assert orjson.loads(report.read_bytes())["version"] == 1
    assert report.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in report.parent.iterdir()] == ["report.json"]


def test_a_report_goes_through_a_link_and_into_a_pipe(nixdrift: CommandLine, repository: Path) -> None:
    link, target = repository.parent / "link.json", repository.parent / "target.json"
    link.symlink_to(target)
    nixdrift("check", *GRAPHS, "--format", "json", "--output", link, cwd=repository)
    assert link.is_symlink()
    assert orjson.loads(target.read_bytes())["version"] == 1
    outcome = nixdrift("check", *GRAPHS, "--format", "json", "--output", "/dev/stdout", cwd=repository)
    assert outcome.report["version"] == 1


def test_a_full_disk_is_said_and_is_no_bug(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", *GRAPHS, "--output", "/dev/full", cwd=repository)
    nixdrift.refuses(outcome, 2, "cannot write /dev/full: No space left", "directory that you may write")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"], ["rules"], ["demo"]])
def test_what_does_not_fit_on_a_full_disk_behind_standard_output_is_no_bug(
    arguments: list[str], nixdrift: CommandLine, tmp_path: Path
) -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = nixdrift(*arguments, cwd=tmp_path, stdout=full)
    assert outcome.status == 3
    assert outcome.stderr.splitlines()[0].startswith("nixdrift: error: cannot write")
    assert "No space left on device" in outcome.stderr.splitlines()[0]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_was_closed_is_nowhere_and_no_bug(closed: str, nixdrift: CommandLine, repository: Path) -> None:
    for arguments, status in ((["--version"], 0), (["check", *map(str, GRAPHS), "--fail-on", "never"], 0), (["x"], 2)):
        command = shlex.join([sys.executable, "-m", "nixdrift", *arguments])
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} {closed}"],
            cwd=repository,
            env=nixdrift.environment(None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stdout + done.stderr) == (status, False)
    nixdrift.leaves_nothing()


@pytest.mark.parametrize("cache", ["/dev/null/cache", "/proc/cache"])
def test_a_cache_directory_that_cannot_be_written_is_refused(
    cache: str, nixdrift: CommandLine, repository: Path
) -> None:
    nixdrift.settings["XDG_CACHE_HOME"] = cache
    outcome = nixdrift("check", *GRAPHS, cwd=repository)
    nixdrift.refuses(outcome, 3, f"cannot make a working directory in {cache}/nixdrift/runs", "XDG_CACHE_HOME")


def test_what_a_shell_or_a_hook_exports_redirects_nothing(
    nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    other = tmp_path / "other" / ".git"
    nixdrift.settings.update(
        GIT_DIR=str(other),
        GIT_WORK_TREE=str(other.parent),
        GIT_INDEX_FILE=str(other / "index"),
        GIT_OBJECT_DIRECTORY=str(other / "objects"),
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="core.worktree",
        GIT_CONFIG_VALUE_0=str(other),
        GIT_PYTHON_TRACE="full",
        GIT_EXTERNAL_DIFF="/bin/false",
    )
    for arguments in ((), ("--worktree",)):
        outcome = nixdrift("check", *GRAPHS, *arguments, "--format", "json", cwd=repository)
        assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.report["base"]["commit"] == git(repository, "rev-parse", "HEAD")
    assert not (other / "index").exists()
    assert {file.name for file in (other / "objects").iterdir()} == {"info", "pack"}
