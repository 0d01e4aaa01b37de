"""The directory of a run: its own, or the one place where runs work one after another."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nixdrift.errors import NixdriftError
from nixdrift.progress import Progress
from nixdrift.workspace import workspace
from tests.command import CHECKOUT

HOLD = """
import sys
from pathlib import Path
from nixdrift.workspace import workspace
with workspace(Path(sys.argv[1]), fixed=True) as directory:
    (directory / "left").mkdir()
    (directory / "left" / "file").touch()
    print(directory, flush=True)
    sys.stdin.read()
"""


def holder(parent: Path) -> "subprocess.Popen[bytes]":
    """Start a process that works at the fixed place until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(parent)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert Path(os.fsdecode(process.stdout.readline().strip())).parent == parent
    return process


def test_every_run_has_a_directory_of_its_own_that_is_gone_afterwards(tmp_path: Path) -> None:
    with workspace(tmp_path) as one, workspace(tmp_path) as other:
        assert one != other
        (one / "store").mkdir(mode=0o500)
    assert list(tmp_path.iterdir()) == []


def test_the_fixed_place_is_the_same_for_every_run_and_empty_at_first(tmp_path: Path) -> None:
    places = []
    for _run in range(2):
        with workspace(tmp_path, fixed=True) as directory:
            assert [entry.name for entry in directory.iterdir()] == ["lock"]
            (directory / "file").touch()
            places.append(directory)
    assert places[0] == places[1]
    assert list(tmp_path.iterdir()) == []


def test_who_comes_second_to_the_fixed_place_waits_and_says_so(tmp_path: Path) -> None:
    process = holder(tmp_path)
    said: list[str] = []
    is_waiting = threading.Event()

    def progress(message: Progress) -> None:
        said.append(message.doing)
        is_waiting.set()

    def work() -> None:
        with workspace(tmp_path, fixed=True, progress=progress) as directory:
            said.append(f"at work with {sorted(entry.name for entry in directory.iterdir())}")

    second = threading.Thread(target=work)
    second.start()
    assert is_waiting.wait(30)
    assert set(said) == {"waiting for another run to end"}
    process.communicate()
    assert process.returncode == 0
    second.join(30)

    assert said[-1] == "at work with ['lock']"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fixed", [True, False])
def test_what_a_killed_run_left_at_the_fixed_place_is_removed_by_the_next_one(tmp_path: Path, fixed: bool) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [entry.name for entry in tmp_path.iterdir()] == ["run-fixed"]

    with workspace(tmp_path, fixed=fixed) as directory:
        assert list(tmp_path.iterdir()) == [directory]
        assert [entry.name for entry in directory.iterdir()] == ["lock"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [".new-abc", ".new-abc/lock", "run-abc"])
def test_what_a_run_left_that_was_killed_at_its_very_start_or_end_is_removed_by_the_next_one(
    tmp_path: Path, left: str
) -> None:
    place = tmp_path / left
    if place.name == "lock":
        place.parent.mkdir()
        place.touch()
    else:
        place.mkdir()

    with workspace(tmp_path) as directory:
        assert list(tmp_path.iterdir()) == [directory]


def test_runs_that_begin_at_the_same_time_take_nothing_from_each_other(tmp_path: Path) -> None:
    found = []

    def work() -> None:
        for _run in range(30):
            with workspace(tmp_path) as directory:
                found.append((directory / "lock").exists())

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [True] * 240
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_leaves_the_run_at_the_fixed_place_alone(tmp_path: Path) -> None:
    with workspace(tmp_path, fixed=True) as directory:
        with workspace(tmp_path):
            pass
        assert (directory / "lock").exists()


def test_what_is_no_runs_at_the_fixed_place_is_left_alone_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nixdrift.workspace._MOST_RACES", 3)
    (tmp_path / "run-fixed").mkdir()
    (tmp_path / "run-fixed" / "file").touch()
    with pytest.raises(NixdriftError, match="run-fixed holds what is no run's"), workspace(tmp_path, fixed=True):
        pass
    assert (tmp_path / "run-fixed" / "file").exists()


def test_many_runs_at_the_fixed_place_work_one_after_another(tmp_path: Path) -> None:
    at_work = threading.Lock()
    overlaps = []

    def work() -> None:
        with workspace(tmp_path, fixed=True) as directory:
            overlaps.append(not at_work.acquire(blocking=False))
            (directory / "file").touch()
            at_work.release()

    threads = [threading.Thread(target=work) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert overlaps == [False] * 12
    assert list(tmp_path.iterdir()) == []
