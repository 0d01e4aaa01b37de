"""One cache that many runs share: a directory, or a URL that fsspec knows, with real Nix."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nixdrift.cache import unsealed
from tests.command import CommandLine
from tests.histories import BREAKING, go, told

HISTORY = ("history", "--system", "x86_64-linux")

# `local` is fsspec's own file system: it stands for any URL, and two processes can share it.
PLACES: dict[str, Callable[[Path], str]] = {"directory": str, "url": lambda path: f"local://{path}"}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the cache, as it is named on the command line."""
    return PLACES[request.param](tmp_path / "shared")


def entries(directory: Path) -> dict[str, bytes]:
    """Read all that lies in a cache, whatever it is."""
    return {str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()}


def test_a_second_machine_evaluates_nothing(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, place: str
) -> None:
    told(tmp_path / "stack", BREAKING)
    second = CommandLine(tmp_path / "second", nixdrift.programs)
    second.home.mkdir()
    ask = (*HISTORY, "--format", "json", "--cache-dir", place)

    first = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    before = entries(tmp_path / "shared")
    again = second(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    text = second(*HISTORY, "--cache-dir", place, cwd=tmp_path / "stack", nix=newest_nix)

    assert (first.status, first.stderr) == (again.status, again.stderr) == (0, "")
    assert first.stdout == again.stdout
    assert "· 0 commits evaluated now" in text.stdout.decode()
    assert before == entries(tmp_path / "shared")


def test_many_runs_at_once_on_a_cold_cache_answer_alike_and_leave_only_sound_entries(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, place: str
) -> None:
    told(tmp_path / "stack", BREAKING)
    ask = (*HISTORY, "--format", "json", "--jobs", 2, "--cache-dir", place)
    alone = nixdrift(*HISTORY, "--format", "json", "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)

    runs = [nixdrift.start(*ask, cwd=tmp_path / "stack", nix=newest_nix) for _run in range(4)]
    answers = [run.communicate() for run in runs]

    assert [run.returncode for run in runs] == [0, 0, 0, 0]
    assert [report for report, _errors in answers] == [alone.stdout] * 4
    # At a URL nothing says that a file is written at once: half of one may have been read, and is no answer.
    said = [line for _report, errors in answers for line in errors.decode().splitlines()]
    assert [line for line in said if "://" not in place or "is damaged: it is made again" not in line] == []
    left = entries(tmp_path / "shared")
    for name, data in left.items():
        assert unsealed(name, data)
    assert sum(name.startswith("snapshots/") for name in left) == len(BREAKING) + 1
    checked = nixdrift("cache", "verify", "--cache-dir", place, cwd=tmp_path)
    assert (checked.status, checked.stdout) == (0, b"")
    assert f"0 damaged; {len(left)} entries" in checked.stderr
    nixdrift.leaves_nothing()


def test_what_is_half_written_at_a_url_is_told_and_made_again(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    ask = (*HISTORY, "--format", "json", "--cache-dir", f"local://{tmp_path / 'shared'}")
    first = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    for file in (tmp_path / "shared").glob("*/*"):
        file.write_bytes(file.read_bytes()[:-3])

    again = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    healed = nixdrift("cache", "verify", "--cache-dir", f"local://{tmp_path / 'shared'}", cwd=tmp_path)

    assert again.stdout == first.stdout
    assert "is damaged: it is made again" in again.stderr
    assert healed.status == 0


def test_a_url_that_nothing_knows_is_told_in_a_line(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])

    outcome = nixdrift(*HISTORY, "--cache-dir", "nowhere://bucket", cwd=tmp_path / "stack", nix=newest_nix)

    nixdrift.refuses(outcome, 2, "cannot use nowhere://bucket as a cache", "remote-cache")
