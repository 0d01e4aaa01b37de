"""The faults, each a way to run a check into which something breaks at some moment."""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.command import Outcome
from tests.corpus import git
from tests.faults.place import Place

Throw = Callable[[Place, float, float], Outcome]
"""Runs a check; the first number, from 0 to 1, says when or where it breaks, the second how long a check takes."""


def _half(moment: float) -> tuple[str, ...]:
    """Let half of the runs evaluate everything, and half find it in the cache."""
    return ("--no-cache",) if int(moment * 1000) % 2 else ()


def _signal(number: signal.Signals) -> Throw:
    def throw(place: Place, moment: float, usual: float) -> Outcome:
        process = place.start(*_half(moment))
        time.sleep(moment * usual)
        process.send_signal(number)
        report, errors = process.communicate()
        return Outcome(process.returncode, report, errors.decode(errors="replace"))

    return throw


def _beside(action: Callable[[Place], None]) -> Throw:
    """Do something at some moment of a run."""

    def throw(place: Place, moment: float, usual: float) -> Outcome:
        timer = threading.Timer(moment * usual, action, [place])
        timer.start()
        ended = place.run(*_half(moment))
        timer.join()
        return ended

    return throw


def _kill_nix(place: Place) -> None:
    for process in place.processes():
        with suppress(OSError):
            if Path(f"/proc/{process}/comm").read_text().startswith("nix"):
                os.kill(process, signal.SIGKILL)


def _collect(place: Place) -> None:
    command = [place.nix / "nix-store", "--store", place.nixdrift.home / "store", "--gc"]
    subprocess.run(command, env=place.nixdrift.environment(place.nix), capture_output=True, check=False)


def _check_too(place: Place) -> None:
    place.run()


def _move_branch(place: Place) -> None:
    git(place.repository, "branch", "--force", "moving", "HEAD~1")
    git(place.repository, "branch", "--delete", "--force", "--quiet", "moving")


def _nix_that(does: str) -> Throw:
    """Let one of the calls of Nix, an early or a late one, do something else."""

    def throw(place: Place, moment: float, usual: float) -> Outcome:
        programs = place.directory / "faulty"
        programs.mkdir(exist_ok=True)
        count = place.directory / "count"
        count.unlink(missing_ok=True)
        for name in ("nix", "nix-instantiate", "nix-store"):
            program = programs / name
            program.write_text(
                f"#!/bin/sh\necho >>{shlex.quote(str(count))}\n"
                f"if [ $(wc -l <{shlex.quote(str(count))}) = {1 + int(moment * 4)} ]; then {does}; fi\n"
                f'exec {shlex.quote(str(place.nix / name))} "$@"\n'
            )
            program.chmod(0o755)
        return place.run("--timeout", "20", "--no-cache", nix=programs)

    return throw


def _without_nix(place: Place, moment: float, usual: float) -> Outcome:
    empty = place.directory / "empty"
    empty.mkdir(exist_ok=True)
    return place.run("--no-cache", nix=empty)


def _with_locks(place: Place, moment: float, usual: float) -> Outcome:
    locks = [place.repository / ".git" / name for name in ("index.lock", "HEAD.lock", "packed-refs.lock")]
    for lock in locks:
        lock.touch()
    try:
        return place.run()
    finally:
        for lock in locks:
            lock.unlink()


def _on_a_full_disk(place: Place, moment: float, usual: float) -> Outcome:
    """Let a run work where there is hardly any room: from nothing to as much as it needs."""
    disk = place.directory / "disk"
    disk.mkdir(exist_ok=True)
    size = 4096 + int(moment * 1_500_000)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)
    try:
        settings = {"XDG_CACHE_HOME": str(disk), "TMPDIR": str(disk)}
        return replace(place, nixdrift=replace(place.nixdrift, settings=settings)).run()
    finally:
        subprocess.run(["umount", disk], check=True)


def _with_a_read_only_cache(place: Place, moment: float, usual: float) -> Outcome:
    """Let a run find a cache that cannot be written: a file system that may only be read."""
    cache = place.directory / "read-only"
    cache.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", cache], check=True)
    try:
        return place.run("--cache-dir", cache / "entries")
    finally:
        subprocess.run(["umount", cache], check=True)


NOT_JUDGED = frozenset({0, 2, 3})
"""It was done before the fault, or says that it cannot be done."""

FAULTS: Mapping[str, tuple[Throw, frozenset[int]]] = {
    "SIGKILL": (_signal(signal.SIGKILL), frozenset({0, -signal.SIGKILL})),
    "SIGTERM": (_signal(signal.SIGTERM), frozenset({0, 143, -signal.SIGTERM})),
    "SIGINT": (_signal(signal.SIGINT), frozenset({0, 130, -signal.SIGINT})),
    "the disk is full": (_on_a_full_disk, NOT_JUDGED),
    "the cache is read-only": (_with_a_read_only_cache, NOT_JUDGED),
    "no Nix": (_without_nix, frozenset({3})),
    "Nix is killed": (_beside(_kill_nix), NOT_JUDGED),
    "Nix ends without a word": (_nix_that("exit 0"), NOT_JUDGED),
    "Nix prints garbage": (_nix_that("echo segfault ahead; exit 0"), NOT_JUDGED),
    "Nix prints invalid UTF-8": (_nix_that(r"printf '\377\376' >&2; printf '\377'; exit 1"), NOT_JUDGED),
    "Nix writes 100 MB of messages": (_nix_that("yes warning: again | head -c 100000000 >&2"), NOT_JUDGED),
    "git's locks are held": (_with_locks, frozenset({0})),
    "a branch moves": (_beside(_move_branch), frozenset({0})),
    "the store is collected": (_beside(_collect), NOT_JUDGED),
    "another check runs": (_beside(_check_too), frozenset({0})),
}
"""Fault → how it is thrown, and the exit statuses that it may lead to."""
