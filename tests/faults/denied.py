"""What may not be read or written: file systems that are full or read-only, and permissions."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.faults.place import Place
from tests.faults.thrown import Thrown, Usual, half, part
from tests.holding import runs_left, unsound_entries

_MOST_ROOM = 200_000
"""Bytes; runs need from 120,000 to as many."""


def on_a_full_disk(place: Place, moment: float, usual: Usual) -> Thrown:
    """Let a run work where there is hardly any room, and the next one where there is: it is to find nothing amiss."""
    disk = _directory(place, "disk")
    there = _with_cache(place, disk, TMPDIR=str(disk))
    with _mounted("-t", "tmpfs", "-o", f"size={4096 + int(moment * _MOST_ROOM)}", "tmpfs", disk):
        ended = there.run()
        subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
        wrong = [*unsound_entries(there.nixdrift, place.directory)]
        again = there.run()
        if again != place.right:
            wrong.append(f"with room again: exit status {again.status}: {again.stderr[-500:]}")
        wrong += runs_left(there.nixdrift)
    return Thrown(ended, tuple(wrong))


def with_a_read_only_cache(place: Place, moment: float, usual: Usual) -> Thrown:
    """Let a run find that nothing can be kept, or that it cannot work where it does."""
    cache = _directory(place, "read-only")
    with _mounted("-t", "tmpfs", "-o", "ro", "tmpfs", cache):
        if part(moment, 1) < 0.5:
            return Thrown(place.run("--cache-dir", cache / "entries"))
        return Thrown(_with_cache(place, cache).run())


def with_a_read_only_repository(place: Place, moment: float, usual: Usual) -> Thrown:
    """Let a run find a repository that cannot be written, by anybody."""
    with _mounted("--bind", place.repository, place.repository):
        subprocess.run(["mount", "-o", "remount,ro,bind", place.repository], check=True)
        return Thrown(place.run(*half(place, moment)))


def without_permission(place: Place, moment: float, usual: Usual) -> Thrown:
    """Let a run meet a file or directory that it may not read, or not write."""
    found = [*_unusual(place)]
    path, mode = found[int(moment * len(found))]
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        return Thrown(_without_privileges(place).run(*half(place, moment)))
    finally:
        path.chmod(before)


def _without_privileges(place: Place) -> Place:
    """Let root ask for permission as anybody else has to."""
    command = (str(shutil.which("setpriv")), "--bounding-set=-dac_override,-dac_read_search")
    return replace(place, nixdrift=replace(place.nixdrift, wrapper=command))


def _unusual(place: Place) -> Iterator[tuple[Path, int]]:
    """Give what may be closed to a run."""
    repository, cache = place.repository, place.nixdrift.home / "cache" / "nixdrift"
    for directory in (repository, repository / "goinstance", repository / ".git", repository / ".git" / "objects"):
        yield from ((directory, 0o000), (directory, 0o555))
    yield from ((one, 0o000) for one in sorted((repository / ".git" / "objects").glob("[0-9a-f][0-9a-f]")))
    yield from ((repository / one, 0o000) for one in ("goinstance/main.go", "goinstance/go.mod", "goinstance/new.go"))
    yield from (
        (repository / ".git" / one, 0o000)
        for one in ("HEAD", "index", "config", "refs", "packed-refs")
        if (repository / ".git" / one).exists()
    )
    for directory in (place.nixdrift.home, cache, cache / "runs", cache / "cache"):
        yield from ((directory, 0o000), (directory, 0o555))
    yield from ((one, 0o000) for one in sorted((cache / "cache").glob("*/*")))


def _directory(place: Place, name: str) -> Path:
    directory = place.directory / name
    directory.mkdir(exist_ok=True)
    return directory


def _with_cache(place: Place, cache: Path, **settings: str) -> Place:
    own = {**place.nixdrift.settings, "XDG_CACHE_HOME": str(cache), **settings}
    return replace(place, nixdrift=replace(place.nixdrift, settings=own))


@contextmanager
def _mounted(*arguments: object) -> Iterator[None]:
    subprocess.run(["mount", *map(os.fspath, arguments)], check=True)  # type: ignore[call-overload]
    try:
        yield
    finally:
        subprocess.run(["umount", str(arguments[-1])], check=True)
