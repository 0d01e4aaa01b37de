"""GitHub's action, run step by step as the service runs it, on the incident's own repository."""

import hashlib
import inspect
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from nixdrift.demo.incident import FIX, GROUNDWORK, INCIDENT, METRICS, RETRIES
from nixdrift.repository.story import make_repository
from tests.ci.api import Service, serving
from tests.ci.composite import Ran, Runner
from tests.command import CHECKOUT
from tests.corpus import git

ZERO = "0" * 40
AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@example.org")
Play = Callable[..., Ran]


@pytest.fixture
def stack(tmp_path: Path) -> tuple[Path, list[str]]:
    """Give the incident's repository at the fix, and the ids of its commits."""
    directory = tmp_path / "stack"
    commits = make_repository(directory, [event.chapter for event in INCIDENT])
    git(directory, "checkout", "--quiet", "-B", "main", commits[FIX])
    return directory, commits


@pytest.fixture
def github() -> Iterator[Service]:
    """Give the service's API."""
    with serving(Service()) as service:
        yield service


@pytest.fixture
def play(tmp_path: Path, newest_nix: Path, github: Service) -> Play:
    """Give what runs the action for an event, with a nixdrift that is installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "nixdrift").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m nixdrift "$@"\n')
    (programs / "nixdrift").chmod(0o755)

    def played(repository: Path, name: str, event: Any, variables: Mapping[str, str], **inputs: str) -> Ran:
        temporary = tmp_path / f"temporary-{len(list(tmp_path.iterdir()))}"
        temporary.mkdir()
        (temporary / "event.json").write_bytes(orjson.dumps(event))
        environment = {
            "PATH": os.pathsep.join([str(programs), str(newest_nix), os.environ["PATH"]]),
            "HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": github.url,
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(temporary / "event.json"),
            "GITHUB_JOB": "drift",
            "GITHUB_REPOSITORY": "stack/stack",
            "GITHUB_WORKFLOW": "drift",
            "GITHUB_SHA": git(repository, "rev-parse", "HEAD").strip(),
            **variables,
        }
        given = {"nixdrift": "installed", "python": sys.executable, "args": f"--store\n{tmp_path / 'store'}", **inputs}
        return Runner(temporary, repository, environment, event).run(**given)

    return played


def pull_request(commits: list[str], branch: str = "fix") -> tuple[str, Any, dict[str, str]]:
    """Give the event of a pull request that merges the fix."""
    event = {
        "action": "synchronize",
        "number": 7,
        "pull_request": {"number": 7, "head": {"ref": branch, "sha": commits[FIX]}, "base": {"ref": "main"}},
        "repository": {"full_name": "stack/stack", "default_branch": "main"},
    }
    names = {"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": branch, "GITHUB_REF": "refs/pull/7/merge"}
    return "pull_request", event, names


def push(before: str, after: str, branch: str = "main") -> tuple[str, Any, dict[str, str]]:
    """Give the event of a push."""
    event = {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "created": before == ZERO,
        "deleted": False,
        "forced": False,
        "repository": {"full_name": "stack/stack", "default_branch": "main"},
    }
    return "push", event, {"GITHUB_REF": f"refs/heads/{branch}", "GITHUB_REF_NAME": branch, "GITHUB_REF_TYPE": "branch"}


def base_of(ran: Ran) -> str:
    """Give the commit that was compared with."""
    return str(orjson.loads(Path(ran.outputs["report"]).read_bytes())["base"]["commit"])


def at_pull_request(directory: Path, commits: list[str], branch: str = "fix") -> None:
    """Lay the repository out as it is for a pull request: merged into its target."""
    git(directory, "checkout", "--quiet", "-B", branch, commits[FIX])
    git(directory, "branch", "--force", "main", commits[GROUNDWORK])


def test_a_pull_request_is_told_in_one_comment_which_the_next_run_edits(
    stack: tuple[Path, list[str]], play: Play, github: Service
) -> None:
    directory, commits = stack
    at_pull_request(directory, commits)
    first = play(directory, *pull_request(commits))

    assert (first.status, first.outputs["exit-status"], first.outputs["findings"]) == (1, "1", "1"), first.log
    assert base_of(first) == commits[GROUNDWORK]
    assert first.summary.strip()
    assert "\n::error " in first.log
    assert "goinstance" in first.log
    [upload] = first.uploads
    assert upload == {"sarif_file": first.outputs["sarif"], "category": "nixdrift"}
    assert Path(first.outputs["sarif"]).read_bytes().startswith(b"{")
    assert Path(first.outputs["html"]).exists()
    [comment] = github.comments
    assert comment["body"].startswith("<!-- nixdrift ")
    assert first.summary.strip() in comment["body"]

    github.comments[0]["body"] = comment["body"].partition("\n")[0]
    second = play(directory, *pull_request(commits), fail_on="never", upload_sarif="false")

    assert (second.status, second.uploads) == (0, [])
    [comment] = github.comments
    assert second.summary.strip() in comment["body"]
    assert sum(asked.startswith("POST") for asked in github.asked) == 1


def test_a_merge_queue_is_compared_with_what_it_merges_onto(
    stack: tuple[Path, list[str]], play: Play, github: Service
) -> None:
    directory, commits = stack
    event = {
        "action": "checks_requested",
        "merge_group": {
            "head_sha": commits[FIX],
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-0",
            "base_sha": commits[RETRIES],
            "base_ref": "refs/heads/main",
        },
        "repository": {"full_name": "stack/stack", "default_branch": "main"},
    }
    ran = play(
        directory, "merge_group", event, {"GITHUB_BASE_REF": "", "GITHUB_REF_NAME": "gh-readonly-queue/main/pr-7-0"}
    )

    assert base_of(ran) == commits[RETRIES]
    assert github.asked == []


def test_a_push_is_compared_with_what_was_there_also_in_a_clone_of_one_commit(
    stack: tuple[Path, list[str]], play: Play, tmp_path: Path
) -> None:
    directory, commits = stack
    git(directory, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", directory.as_uri(), "shallow")
    ran = play(tmp_path / "shallow", *push(commits[METRICS], commits[FIX]))

    assert base_of(ran) == commits[METRICS]
    assert ran.status == 1


def test_a_new_branch_is_compared_with_where_it_left_the_default_branch(
    stack: tuple[Path, list[str]], play: Play
) -> None:
    directory, commits = stack
    git(directory, "checkout", "--quiet", "-b", "fix")
    git(directory, "branch", "--force", "main", commits[RETRIES])
    ran = play(directory, *push(ZERO, commits[FIX], "fix"))

    assert base_of(ran) == commits[RETRIES]


def test_a_pull_request_needs_no_more_than_what_is_checked_out_by_default(
    stack: tuple[Path, list[str]], play: Play, tmp_path: Path
) -> None:
    directory, commits = stack
    name, event, variables = pull_request(commits)
    git(directory, "checkout", "--quiet", "-B", "main", commits[RETRIES])
    git(directory, *AUTHOR, "merge", "--quiet", "--no-ff", "-m", "merge", commits[FIX])
    git(directory, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", directory.as_uri(), "shallow")
    git(tmp_path / "shallow", "update-ref", "-d", "refs/remotes/origin/main")
    ran = play(tmp_path / "shallow", name, event, variables)

    assert base_of(ran) == commits[RETRIES]
    assert ran.status == 1


HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "x';touch pwned;'",
    "::set-output name=findings::0",
    "%0A::error::x",
    "a\n::error::x",
)


def test_names_that_look_like_commands_do_nothing(stack: tuple[Path, list[str]], play: Play, github: Service) -> None:
    directory, commits = stack
    branch = "$(touch${IFS}pwned);touch${IFS}pwned"
    at_pull_request(directory, commits, branch)
    for name in HOSTILE:
        (directory / "goinstance" / name).write_text("new")
    git(directory, "add", "--all")
    git(directory, *AUTHOR, "commit", "--quiet", "-m", "x\n\n::error::y")
    before = set(directory.iterdir())
    ran = play(
        directory, *pull_request(commits, branch), roots='goinstance\n\n$(touch pwned)`";touch pwned', base="main"
    )

    assert ran.outputs["exit-status"] == "2"
    assert "::error title=nixdrift could not judge this change::not an attribute path: " in ran.log
    assert ran.summary.startswith(
        "## nixdrift could not judge this change\n\n    nixdrift: error: not an attribute path: "
    )
    assert github.comments == []
    ran = play(directory, *pull_request(commits, branch), roots="goinstance")
    assert (ran.outputs["exit-status"], ran.outputs["findings"]) == ("1", "1"), ran.log
    assert set(directory.iterdir()) == before
    assert not list(directory.glob("**/pwned"))
    heeded = [line for line in commands_in(ran.log) if "title=" not in line]
    assert heeded == []


def test_a_run_with_a_stranger_s_code_and_the_repository_s_secrets_is_warned_of(
    stack: tuple[Path, list[str]], play: Play, github: Service
) -> None:
    directory, commits = stack
    _, event, variables = pull_request(commits)
    ran = play(directory, "pull_request_target", event, variables, roots="--nowhere")

    assert ran.log.startswith("::warning title=nixdrift::pull_request_target hands a stranger's code")
    assert (ran.status, github.asked) == (2, [])


def commands_in(log: str) -> list[str]:
    """Give the lines that the runner takes for commands: not what stands where it was told to listen to none."""
    found, word = [], None
    for line in map(str.strip, log.splitlines()):
        if word is not None:
            word = None if line == f"::{word}::" else word
        elif line.startswith("::stop-commands::"):
            word = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
    return found


def write_wheel(file: Path, name: str, version: str, text: str) -> None:
    """Write a wheel of one module, which is a program of that name where it has a function `main`."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(f"{name}.py", text)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        if "def main" in text:
            wheel.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {name}:main\n")
        wheel.writestr(f"{info}/RECORD", "")


# What makes a wheel, as a build backend does: of nixdrift, as a program that tells which `needed` there is.
BACKEND = f"""
from pathlib import Path
import zipfile
{inspect.getsource(write_wheel)}

def build_wheel(directory, settings=None, metadata=None):
    name = "nixdrift-9.9-py3-none-any.whl"
    text = "from needed import SAID\\ndef main():\\n    print(SAID)\\n"
    write_wheel(Path(directory, name), "nixdrift", "9.9", text)
    return name
"""


def test_it_is_installed_with_pip_into_a_place_of_its_own(tmp_path: Path) -> None:
    wheel = tmp_path / "nixdrift-9.9-py3-none-any.whl"
    write_wheel(wheel, "nixdrift", "9.9", "def main():\n    print('the one that was installed')\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GITHUB_EVENT_NAME": "push", "PIP_NO_INDEX": "1"}
    only_install = frozenset({"Check", "Upload to code scanning", "Comment", "Result"})
    ran = Runner(temporary, tmp_path, environment, without=only_install).run(nixdrift=str(wheel), python=sys.executable)

    assert ran.status == 0, ran.log
    [place] = map(Path, ran.paths)
    assert [program.name for program in place.iterdir()] == ["nixdrift"]
    said = subprocess.run([place / "nixdrift"], env=environment, capture_output=True, check=True)
    assert said.stdout == b"the one that was installed\n"


@pytest.fixture
def locked_action(tmp_path: Path) -> Path:
    """Give an action whose locks name one package that builds it and one that it takes, and where those are."""
    packages, action = tmp_path / "packages", tmp_path / "action"
    packages.mkdir()
    (action / "requirements").mkdir(parents=True)
    for lock, name, text in (("build", "backend", BACKEND), ("runtime", "needed", "SAID = 'what was locked'\n")):
        wheel = packages / f"{name}-1.0-py3-none-any.whl"
        write_wheel(wheel, name, "1.0", text)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (action / "requirements" / f"{lock}.txt").write_text(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n")
    write_wheel(packages / "needed-2.0-py3-none-any.whl", "needed", "2.0", "SAID = 'what is newest'\n")
    system = '[build-system]\nrequires = ["backend"]\nbuild-backend = "backend"\n'
    (action / "pyproject.toml").write_text(system + '[project]\nname = "nixdrift"\nversion = "9.9"\n')
    return action


@dataclass(frozen=True)
class Installed:
    """What came of installing an action by itself, from the packages at hand."""

    status: int
    told: str
    said: str
    """What its program says."""


def installed(action: Path, packages: Path, temporary: Path) -> Installed:
    """Install an action as the service does where no input says what to install."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(temporary),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(packages),
        "SOURCE": "",
        "PYTHON": sys.executable,
        "ACTION": str(action),
        "RUNNER_TEMP": str(temporary),
        "GITHUB_PATH": str(temporary / "path"),
    }

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    done = run("bash", str(CHECKOUT / "ci" / "github" / "install.sh"))
    said = run(str(Path((temporary / "path").read_text().strip(), "nixdrift"))).stdout if done.returncode == 0 else ""
    return Installed(done.returncode, done.stderr, said)


def test_the_action_at_a_commit_installs_what_is_locked_and_not_what_is_newest(
    locked_action: Path, tmp_path: Path
) -> None:
    done = installed(locked_action, tmp_path / "packages", tmp_path)

    assert (done.status, done.said) == (0, "what was locked\n"), done.told


def test_a_package_that_is_not_the_one_that_was_locked_is_not_installed(locked_action: Path, tmp_path: Path) -> None:
    write_wheel(tmp_path / "packages" / "needed-1.0-py3-none-any.whl", "needed", "1.0", "SAID = 'something else'\n")

    done = installed(locked_action, tmp_path / "packages", tmp_path)

    assert done.status != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.told
    assert not (tmp_path / "path").exists()


def test_nothing_that_others_choose_is_written_into_a_script() -> None:
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), step["name"]
        assert "uses" not in step or len(step["uses"].partition("@")[2].split()[0]) == 40, "a tag can be moved"
