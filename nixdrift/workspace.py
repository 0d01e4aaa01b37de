"""The one place that a run writes to: a directory of its own, removed at its end, swept after a kill.

Each run holds a lock on its directory. A directory whose lock nobody holds belongs to a run that was killed; the
next run removes it. Where something is evaluated may become part of what it evaluates to: what is to be compared with
another run is evaluated at a place that is the same for all, by one run at a time.
"""

import errno
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from platformdirs import user_cache_path

from nixdrift.errors import NixdriftError
from nixdrift.progress import Progress, Tell, untold

_LOCK = "lock"
_FIXED = "run-fixed"
_NEW = ".new-"

_MOST_RACES = 1000
"""How often the fixed place may be lost to another run that waits for it."""


def default_parent() -> Path:
    """Give the directory below which runs work: the user's cache directory, by the platform's convention."""
    return user_cache_path("nixdrift") / "runs"


def fixed_directory(parent: Path | None = None) -> Path:
    """Give the place at which every run works that has to be at the same one (its real path)."""
    return (parent or default_parent()).resolve() / _FIXED


@contextmanager
def workspace(parent: Path | None = None, *, fixed: bool = False, progress: Tell = untold) -> Iterator[Path]:
    """Give an empty directory (its real path), and remove it however the block ends.

    A fixed one is at the same place for every run: while another one works there, this one waits, and says so.
    Raises `NixdriftError` where none can be made.
    """
    chosen = parent or default_parent()
    try:
        chosen.mkdir(parents=True, exist_ok=True)
        _sweep(chosen)
        directory, lock = _fixed(chosen, progress) if fixed else _locked_directory(chosen)
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


def _locked_directory(parent: Path, name: str | None = None) -> tuple[Path, int]:
    # The lock is taken before the directory gets the name under which a sweep looks for it.
    with _beginning(parent, fcntl.LOCK_SH):
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent.resolve()))
        try:
            lock = os.open(fresh / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                return fresh.rename(fresh.with_name(name or fresh.name.replace(_NEW, "run-", 1))), lock
            except BaseException:
                os.close(lock)
                raise
        except BaseException:
            _remove(fresh)
            raise


@contextmanager
def _beginning(parent: Path, lock: int) -> Iterator[bool]:
    """Hold a lock on all beginnings, and tell whether that could be done: by those who begin it can be shared."""
    directory = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(directory, lock)
        except OSError:
            # Somebody begins, or this file system has no such locks.
            yield False
        else:
            yield True
    finally:
        os.close(directory)


def _fixed(parent: Path, progress: Tell) -> tuple[Path, int]:
    for _race in range(_MOST_RACES):
        try:
            return _locked_directory(parent, _FIXED)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
        progress(Progress("waiting for another run to end"))
        _remove_abandoned(parent / _FIXED, wait=True)
        time.sleep(0.01)
    raise OSError(errno.ENOTEMPTY, f"{_FIXED} holds what is no run's")


def _sweep(parent: Path) -> None:
    for directory in parent.glob("run-*"):
        _remove_abandoned(directory)
    if unbegun := list(parent.glob(f"{_NEW}*")):
        with _beginning(parent, fcntl.LOCK_EX | fcntl.LOCK_NB) as nobody_begins:
            for directory in unbegun if nobody_begins else ():
                _remove(directory)


def _remove_abandoned(directory: Path, *, wait: bool = False) -> None:
    """Remove a directory if its run was killed; wait for one that is at work, or leave it alone."""
    with suppress(OSError):
        try:
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            # It was killed when all that it had was removed, the lock being the last.
            directory.rmdir()
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            # Its run may have ended just now, and another one may have begun at the same place.
            if os.path.samestat(os.fstat(lock), (directory / _LOCK).stat()):
                _remove(directory)
        finally:
            os.close(lock)


def _remove(directory: Path) -> None:
    """Remove a tree that may hold a Nix store, whose directories cannot be written; its lock goes last."""
    for folder, _folders, _files in os.walk(directory):
        with suppress(OSError):
            Path(folder).chmod(stat.S_IRWXU)
    with suppress(OSError):
        for entry in directory.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != _LOCK:
                entry.unlink()
        # What could not be removed stays locked up with it, for the next run to try.
        if [entry.name for entry in directory.iterdir()] == [_LOCK]:
            (directory / _LOCK).unlink()
        directory.rmdir()
