"""The faults, and the exit statuses that each may lead to."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.corpus import git
from tests.faults.broken_nix import HANGS, KILLED, NO_ROOM, nix_that, without_nix
from tests.faults.clock import LIBRARY, with_a_jumping_clock
from tests.faults.denied import (
    on_a_full_disk,
    with_a_read_only_cache,
    with_a_read_only_repository,
    without_permission,
)
from tests.faults.place import Place
from tests.faults.thrown import Throw, Thrown, Usual, beside, signalled
from tests.holding import processes


def _kill_nix(place: Place) -> None:
    for process in processes(place.nixdrift.home):
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


def _with_locks(place: Place, moment: float, usual: Usual) -> Thrown:
    locks = [place.repository / ".git" / name for name in ("index.lock", "HEAD.lock", "packed-refs.lock")]
    for lock in locks:
        lock.touch()
    try:
        return Thrown(place.run())
    finally:
        for lock in locks:
            lock.unlink()


JUDGED = 0
"""Stands for the exit status of a run without a fault."""

MAYBE = frozenset({JUDGED, 2, 3})
"""It was done before the fault, or says that it cannot be done."""

_ALL: Mapping[str, tuple[Throw | None, frozenset[int]]] = {
    "SIGKILL": (signalled(signal.SIGKILL), frozenset({JUDGED, -signal.SIGKILL})),
    "SIGTERM": (signalled(signal.SIGTERM), frozenset({JUDGED, 143, -signal.SIGTERM})),
    "SIGINT": (signalled(signal.SIGINT), frozenset({JUDGED, 130, -signal.SIGINT})),
    "the disk is full": (on_a_full_disk, MAYBE),
    "the repository is read-only": (with_a_read_only_repository, frozenset({JUDGED})),
    "the cache is read-only": (with_a_read_only_cache, MAYBE),
    "permission is denied": (without_permission, MAYBE),
    "no Nix": (without_nix, frozenset({3})),
    "Nix is killed": (nix_that(*KILLED), MAYBE),
    "Nix is killed at a moment": (beside(_kill_nix), MAYBE),
    "Nix finds no room": (nix_that(NO_ROOM), MAYBE),
    "Nix hangs": (nix_that(*HANGS), MAYBE),
    "Nix ends without a word": (nix_that("exit 0"), MAYBE),
    "Nix prints garbage": (nix_that("echo segfault ahead; exit 0", "head -c {size} /dev/urandom; exit 0"), MAYBE),
    "Nix prints invalid UTF-8": (nix_that(r"printf '\377\376' >&2; printf '\377'; exit 1"), MAYBE),
    "Nix writes 100 MB of messages": (nix_that("yes warning: again | head -c 100000000 >&2"), frozenset({JUDGED})),
    "git's locks are held": (_with_locks, frozenset({JUDGED})),
    "a branch moves": (beside(_move_branch), frozenset({JUDGED})),
    "the store is collected": (beside(_collect), MAYBE),
    "another check runs": (beside(_check_too), frozenset({JUDGED})),
    "the clock jumps": (with_a_jumping_clock if LIBRARY else None, frozenset({JUDGED})),
}

FAULTS: Mapping[str, tuple[Throw, frozenset[int]]] = {
    name: (throw, statuses) for name, (throw, statuses) in _ALL.items() if throw is not None
}
"""Fault → how it is thrown, and the exit statuses that it may lead to; what cannot be thrown here is left out."""
