"""What has to hold after every run, however it ended: of the repository, the home, the cache and processes."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.command import CommandLine
from tests.corpus import git
from tests.repository.fingerprint import Fingerprint, fingerprint

_ASKED = (("status", "--porcelain"), ("stash", "list"), ("reflog",), ("worktree", "list"), ("fsck", "--strict"))
"""Whether a repository is sound, and all that a user can lose in it."""

_SECONDS_TO_END = 20


@dataclass(frozen=True, slots=True)
class State:
    """A repository at some time."""

    files: Fingerprint
    told: tuple[str, ...]
    """What git says of it."""


def state_of(repository: Path) -> State:
    """Look at a repository, and change nothing in it."""
    told = tuple(git(repository, "--no-optional-locks", *question) for question in _ASKED)
    return State(fingerprint(repository), told)


def not_as_it_was(repository: Path, before: State, *, whatever_files: bool = False) -> Iterator[str]:
    """Say what is otherwise in a repository; ``whatever_files``: ask git alone, where others wrote there too."""
    now = state_of(repository)
    if now.files != before.files and not whatever_files:
        paths = sorted(path for path, _fact in now.files.items() ^ before.files.items())
        yield f"the repository is not as it was: {', '.join(dict.fromkeys(paths))}"
    for question, was, one in zip(_ASKED, before.told, now.told, strict=True):
        if was != one:
            yield f"git {question[0]} says something else of the repository: {one}"


def processes(home: Path) -> set[int]:
    """Give the processes that have a home, but for those that have ended."""
    mark = f"HOME={home}".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.add(int(entry.name))
            except OSError:
                # It has ended, or is somebody else's.
                continue
    return found


def processes_left(home: Path) -> Iterator[str]:
    """Say which processes are left; those that are about to end get the time to do so."""
    until = time.monotonic() + _SECONDS_TO_END
    while (left := processes(home)) and time.monotonic() < until:
        time.sleep(0.02)
    if left:
        yield f"processes are left: {sorted(left)}"


def runs(nixdrift: CommandLine) -> list[str]:
    """List what there is of runs: those that are at work, and what others left."""
    return sorted(entry.name for entry in nixdrift.runs.glob("*"))


def runs_left(nixdrift: CommandLine) -> Iterator[str]:
    """Say what runs have left where they work."""
    if found := runs(nixdrift):
        yield f"runs are left: {', '.join(found)}"


def unsound_entries(nixdrift: CommandLine, place: Path) -> Iterator[str]:
    """Say which entries of the cache are damaged; ``place``: any directory."""
    verified = nixdrift("cache", "verify", cwd=place)
    if verified.status != 0:
        yield f"the cache is damaged: {verified.stdout.decode(errors='replace')}{verified.stderr}"


def broken(nixdrift: CommandLine, repository: Path, before: State, *, whatever_files: bool = False) -> Iterator[str]:
    """Say all that does not hold after runs that came to their ends."""
    yield from processes_left(nixdrift.home)
    yield from not_as_it_was(repository, before, whatever_files=whatever_files)
    yield from runs_left(nixdrift)
    yield from unsound_entries(nixdrift, repository)
