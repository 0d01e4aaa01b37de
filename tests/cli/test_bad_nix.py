"""A Nix that is not there, fails, hangs or talks nonsense; and what interrupts a run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import CHECKOUT, CommandLine, fake_nix
from tests.corpus import commit_all, git, make_project

FACTS = """printf '{"system":"x86_64-linux","version":"2.26.3","store":"/nix/store","search":[]}\'"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a project that any Nix could judge."""
    repository = make_project(tmp_path, "healthy", "file")
    (repository / "goinstance" / "main.go").write_text("package main\n")
    commit_all(repository, "head")
    return repository


def test_without_nix_that_is_said(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("check", cwd=repository)
    nixdrift.refuses(outcome, 3, "nix-instantiate is not on PATH", "install Nix, or judge without it")


def test_a_nix_that_may_not_be_run_is_said(nixdrift: CommandLine, repository: Path, tmp_path: Path) -> None:
    nix = fake_nix(tmp_path / "nix", "")
    (nix / "nix-instantiate").write_text("no program\n")
    outcome = nixdrift("check", cwd=repository, nix=nix)
    nixdrift.refuses(outcome, 3, "nix-instantiate cannot be run: Exec format error", "install Nix")


NONSENSE = {
    "fails at once": ("echo 'error: the daemon is gone' >&2; exit 1", "the daemon is gone", "nix-instantiate"),
    "fails in silence": ("exit 1", "no message", "nix-instantiate"),
    "is killed": ("kill -9 $$", "here: nix-instantiate was ended by SIGKILL$", "nix-instantiate"),
    "is killed as it speaks": (
        "echo 'warning: slow' >&2; kill -9 $$",
        "here: nix-instantiate was ended by SIGKILL$",
        "nix-instantiate",
    ),
    "prints nothing": ("exit 0", "does not answer as Nix does", "nix-instantiate"),
    "prints garbage": ("echo segfault ahead", "does not answer as Nix does", "nix-instantiate"),
    "prints other JSON": ("echo '[1, 2]'", "does not answer as Nix does", "nix-instantiate"),
    "prints numbers for names": (
        """echo '{"system": 1, "version": 2, "store": 3}'""",
        "does not answer as Nix does",
        "nix-instantiate",
    ),
    "does not list attributes": (FACTS, "Nix gave no list of attributes", "nix-instantiate"),
    "steers the terminal": ("printf 'error: \\033[31mred\\033[2J\\n' >&2; exit 1", "here: red$", "nix-instantiate"),
    "writes 20 MB of warnings": (
        "for i in $(seq 20000); do printf 'warning: %01000d\\n' $i; done >&2; echo 'error: at last' >&2; exit 1",
        "at last",
        "nix-instantiate",
    ),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_a_nix_that_does_not_answer_is_refused(
    what: str, nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    script, error, hint = NONSENSE[what]
    outcome = nixdrift("check", cwd=repository, nix=fake_nix(tmp_path / "nix", script))
    nixdrift.refuses(outcome, 3, error, hint)


def hanging_nix(directory: Path) -> Path:
    """Make a Nix that hangs, as does a process that it started; both leave their ids in files."""
    pids = directory.with_name("pids")
    return fake_nix(directory, f"sleep 600 & echo $! >>{pids}; echo $$ >>{pids}; trap '' TERM INT; wait; sleep 600")


Started = tuple[int, str | None]
"""A process: its id, which another one may get when it has ended, and when it started; None: it has ended."""


def process_ids(directory: Path) -> list[Started]:
    """Wait for what a hanging Nix leaves of itself."""
    file = directory / "pids"
    _wait(lambda: file.exists() and len(file.read_text().splitlines()) == 2)
    return [(process, _start(process)) for process in map(int, file.read_text().splitlines())]


def _wait(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + 60  # on a machine that does much else
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.02)


def _start(process: int) -> str | None:
    """Give when a process started, in ticks of the machine; None where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[19] if fields[0] != "Z" else None


def assert_gone(processes: list[Started]) -> None:
    _wait(lambda: all(start is None or _start(process) != start for process, start in processes))


def test_a_nix_that_hangs_is_stopped_in_time_with_all_that_it_started(
    nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    outcome = nixdrift("check", "--timeout", "1", cwd=repository, nix=hanging_nix(tmp_path / "nix"))
    nixdrift.refuses(outcome, 3, "nix-instantiate was still running after 1 s and was stopped", "--timeout SECONDS")
    assert_gone(process_ids(tmp_path))


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_signal_ends_a_hanging_nix_and_leaves_nothing(
    number: signal.Signals, status: int, nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    process = nixdrift.start("check", cwd=repository, nix=hanging_nix(tmp_path / "nix"))
    started = process_ids(tmp_path)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (status, b"")
    assert stderr == (b"nixdrift: error: interrupted\n" if status == 130 else b"")
    assert_gone(started)
    nixdrift.leaves_nothing()


def test_what_a_kill_leaves_is_swept_by_the_next_run_and_a_running_one_is_not(
    nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    nix = hanging_nix(tmp_path / "nix")
    killed = nixdrift.start("check", cwd=repository, nix=nix)
    left = process_ids(tmp_path)
    killed.kill()
    killed.communicate()
    (tmp_path / "pids").unlink()
    running = nixdrift.start("check", cwd=repository, nix=nix)
    started = process_ids(tmp_path)
    try:
        assert len(list(nixdrift.runs.iterdir())) == 1
        nixdrift("check", cwd=repository)
        assert len(list(nixdrift.runs.iterdir())) == 1
    finally:
        running.terminate()
        running.communicate(timeout=60)
        for process, _start_of_it in left:
            os.kill(process, signal.SIGKILL)
    assert_gone(started)
    nixdrift.leaves_nothing()


def test_a_reader_that_stops_reading_is_no_finding(nixdrift: CommandLine, tmp_path: Path) -> None:
    process = nixdrift.start("schema", cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=20) == 141


def test_a_bug_says_so_with_a_traceback(tmp_path: Path) -> None:
    program = (
        "import sys, nixdrift.pipeline.check as pipeline, nixdrift.cli as cli\n"
        "def fail(*_, **__): raise KeyError('unforeseen')\n"
        "pipeline.check = fail\n"
        "sys.argv = ['nixdrift', 'check']\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 4
    assert done.stdout == b""
    assert lines[0].startswith("Traceback")
    assert lines[-3] == "KeyError: 'unforeseen'"
    assert lines[-2:] == [
        "nixdrift: error: this is a bug in nixdrift",
        "nixdrift: hint: please report it with the lines above",
    ]


PROJECTS = {
    "nothing to evaluate": (
        (),
        ["flake.nix", "default.nix"],
        "no flake.nix, default.nix or release.nix",
        "--file PATH",
    ),
    "a file that is not there": (
        ("--file", "nix/x.nix"),
        [],
        "nothing to evaluate at HEAD: no nix/x.nix",
        "--file PATH",
    ),
    "a file above the repository": (("--file", "../x.nix"), [], "no ../x.nix", "--file PATH"),
    "a flake above the repository": (("../other#x",), [], "a flake outside of the repository: ../other", "nixdrift"),
    "two flakes": (("./a#x", "./b#y"), [], "roots of several flakes", "one flake at a time"),
    "no attribute path": (('a."b',), [], "not an attribute path: 'a.\"b'", "write it as Nix does"),
    "an empty attribute": (("a..b",), [], "not an attribute path: 'a..b'", "write it as Nix does"),
}


@pytest.mark.parametrize("what", PROJECTS)
def test_a_project_that_nothing_can_be_evaluated_in_is_refused(
    what: str, nixdrift: CommandLine, repository: Path, tmp_path: Path
) -> None:
    arguments, removed, error, hint = PROJECTS[what]
    for name in removed:
        (repository / name).unlink(missing_ok=True)
    commit_all(repository, "without")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "once more")
    outcome = nixdrift("check", *arguments, cwd=repository, nix=fake_nix(tmp_path / "nix", FACTS))
    nixdrift.refuses(
        outcome, 2 if "#" in "".join(arguments) or what.endswith(("path", "attribute")) else 3, error, hint
    )
