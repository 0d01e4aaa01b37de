"""Where entries are kept: a directory, in which a file is made as a whole and never changed."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nixdrift.errors import UsageError

NAME = re.compile(r"[a-z]+/[0-9a-f]{64}")
"""Kind and key: a name that leads nowhere else."""

_TEMPORARY = ".new-"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an entry without reading it."""

    name: str
    """Kind and key, with a slash between."""
    size: int
    """Bytes."""
    used: float
    """When it was written or read last, in seconds since 1970; 0: unknown."""


class Storage(Protocol):
    """Keeps entries by their names; many may read and write at once."""

    @property
    def described(self) -> str:
        """Where it is, as a person knows it."""

    def read(self, name: str, *, is_use: bool = True) -> bytes | None:
        """Give an entry, or None where there is none that can be read; ``is_use``: it is of use, and said to be."""

    def has(self, name: str) -> bool:
        """Tell whether there is an entry, sound or not."""

    def write(self, name: str, content: bytes) -> None:
        """Keep an entry: whole or not at all; raises OSError where it cannot be kept."""

    def remove(self, name: str) -> None:
        """Forget an entry; raises OSError where that cannot be done."""

    def entries(self) -> Iterator[Entry]:
        """List what there is."""


@dataclass(frozen=True, slots=True)
class DirectoryStorage:
    """Entries as files: ``KIND/KEY``."""

    directory: Path

    @property
    def described(self) -> str:
        """The directory."""
        return str(self.directory)

    def check(self) -> None:
        """Raise `UsageError` where nothing could be kept, before anything is worked out."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory):
                return
        except OSError as error:
            raise UsageError(
                f"cannot write the cache {self.directory}: {error.strerror}",
                hint="name a directory that you may write (--cache-dir DIR), or use none (--no-cache)",
            ) from error

    def read(self, name: str, *, is_use: bool = True) -> bytes | None:
        """Give an entry; a link in its place, or in that of its directory, is none."""
        with suppress(OSError):
            descriptor = os.open(self._file(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                content = file.read()
                if is_use:
                    with suppress(OSError):
                        # So that `nixdrift cache prune` knows what is of use.
                        os.utime(descriptor)
                return content
        return None

    def has(self, name: str) -> bool:
        """Tell whether there is an entry."""
        with suppress(OSError):
            return self._file(name).is_file()
        return False

    def write(self, name: str, content: bytes) -> None:
        """Keep an entry under its name at once: who reads at the same time has all of it, or nothing."""
        target = self._file(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        """Forget an entry."""
        self._file(name).unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """List what there is, sorted; of what a killed run left half written, nothing."""
        for file in sorted(self._files("*")):
            name = f"{file.parent.name}/{file.name}"
            with suppress(OSError):
                if NAME.fullmatch(name) and file.is_file():
                    facts = file.lstat()
                    yield Entry(name, facts.st_size, facts.st_mtime)

    def sweep(self, before: float) -> None:
        """Remove what killed runs left half written before some time, in seconds since 1970."""
        for file in self._files(f"{_TEMPORARY}*"):
            with suppress(OSError):
                if file.lstat().st_mtime < before:
                    file.unlink()

    def _file(self, name: str) -> Path:
        if NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no name of an entry")
        file = self.directory / name
        if file.parent.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(file.parent))
        return file

    def _files(self, pattern: str) -> Iterator[Path]:
        """List files of the directories that are no links: what these lead to is somebody else's."""
        kinds = (kind for kind in self.directory.glob("*/") if not kind.is_symlink())
        return (file for kind in kinds for file in kind.glob(pattern))
