"""The one place that a run writes to: a directory of its own, removed at its end, swept after a kill.

Each run holds a lock on its directory. A directory whose lock nobody holds belongs to a run that was killed; the
next run removes it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from platformdirs import user_cache_path

from nixdrift.errors import NixdriftError

_LOCK = "lock"


def default_parent() -> Path:
    """Give the directory below which runs work: the user's cache directory, by the platform's convention."""
    return user_cache_path("nixdrift") / "runs"


@contextmanager
def workspace(parent: Path | None = None) -> Iterator[Path]:
    """Give a fresh directory (its real path), and remove it however the block ends.

    Raises `NixdriftError` where none can be made.
    """
    chosen = parent or default_parent()
    try:
        chosen.mkdir(parents=True, exist_ok=True)
        _sweep(chosen)
        directory, lock = _locked_directory(chosen)
    except OSError as error:
        raise NixdriftError(
            f"cannot make a working directory in {chosen}: {error.strerror}",
            hint="set XDG_CACHE_HOME to a directory that can be written",
        ) from error
    try:
        yield directory
    finally:
        _remove(directory)
        os.close(lock)


def _locked_directory(parent: Path) -> tuple[Path, int]:
    # The lock is taken before the directory gets the name under which a sweep looks for it.
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=parent.resolve()))
    lock = os.open(fresh / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    directory = fresh.with_name(fresh.name.replace(".new-", "run-", 1))
    fresh.rename(directory)
    return directory, lock


def _sweep(parent: Path) -> None:
    for directory in parent.glob("run-*"):
        with suppress(OSError):
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(directory)
            finally:
                os.close(lock)


def _remove(directory: Path) -> None:
    """Remove a tree that may hold a Nix store, whose directories cannot be written."""
    for folder, _folders, _files in os.walk(directory):
        with suppress(OSError):
            Path(folder).chmod(stat.S_IRWXU)
    shutil.rmtree(directory, ignore_errors=True)
