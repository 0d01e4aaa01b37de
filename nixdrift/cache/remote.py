"""Entries in any place that fsspec knows a way to: a bucket, a web server, another machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nixdrift.cache.storage import NAME, Entry
from nixdrift.errors import UsageError

_HOW = "pip install 'nixdrift[remote-cache]', and the package for that kind of URL"


@dataclass(frozen=True, slots=True)
class RemoteStorage:
    """Entries below a URL; a half-written one is told by its digest when it is read."""

    url: str
    files: Any
    """The file system of fsspec, which has no types."""
    root: str

    @property
    def described(self) -> str:
        """The URL."""
        return self.url

    def check(self) -> None:
        """Raise `UsageError` where nothing could be kept, before anything is worked out."""
        try:
            self.files.makedirs(self.root, exist_ok=True)
        except Exception as error:  # fsspec's file systems raise what the library below them does
            raise UsageError(f"cannot write the cache {self.url}: {error}", hint="is the URL right?") from error

    def read(self, name: str, *, is_use: bool = True) -> bytes | None:
        """Give an entry."""
        try:
            content: bytes = self.files.cat_file(self._place(name))
        except FileNotFoundError:
            return None
        except Exception:  # as above; what cannot be read is worked out once more
            return None
        return content

    def has(self, name: str) -> bool:
        """Tell whether there is an entry."""
        try:
            return bool(self.files.exists(self._place(name)))
        except Exception:  # as below: it will be worked out once more
            return False

    def write(self, name: str, content: bytes) -> None:
        """Keep an entry."""
        place = self._place(name)
        try:
            self.files.makedirs(place.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(place, content)
        except OSError:
            raise
        except Exception as error:  # as above
            raise OSError(str(error)) from error

    def remove(self, name: str) -> None:
        """Forget an entry."""
        self.files.rm_file(self._place(name))

    def entries(self) -> Iterator[Entry]:
        """List what there is, sorted."""
        found = self.files.find(self.root, detail=True)
        for place, facts in sorted(found.items()):
            name = "/".join(place.split("/")[-2:])
            if NAME.fullmatch(name):
                yield Entry(name, int(facts.get("size") or 0), _time(facts))

    def _place(self, name: str) -> str:
        if NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no name of an entry")
        return f"{self.root}/{name}"


def _time(facts: dict[str, Any]) -> float:
    for name in ("mtime", "LastModified", "created", "last_modified"):
        match facts.get(name):
            case datetime() as time:
                return time.timestamp()
            case int() | float() as seconds:
                return float(seconds)
    return 0.0


def open_remote(url: str) -> RemoteStorage:
    """Open the storage at a URL; raises `UsageError` where nothing here knows how."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f"a cache at a URL needs fsspec: {url}", hint=_HOW) from error
    try:
        files, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"cannot use {url} as a cache: {error}", hint=_HOW) from error
    return RemoteStorage(url, files, str(root).rstrip("/"))
