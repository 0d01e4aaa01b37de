"""Find the cache that a user names: a directory, or a URL."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from platformdirs import user_cache_path

from nixdrift.cache.remote import RemoteStorage, open_remote
from nixdrift.cache.storage import DirectoryStorage


def default_directory() -> Path:
    """Give the user's cache directory, by the platform's convention."""
    return user_cache_path("nixdrift") / "cache"


def open_storage(place: str | None) -> DirectoryStorage | RemoteStorage:
    """Open a cache: a directory or any URL that fsspec knows; None: the user's own.

    Raises `UsageError` where nothing could be kept there.
    """
    storage = storage_at(place)
    storage.check()
    return storage


def storage_at(place: str | None) -> DirectoryStorage | RemoteStorage:
    """Give the same, whether or not anything could be kept there."""
    if place is None:
        return DirectoryStorage(default_directory())
    if "://" not in place:
        return DirectoryStorage(Path(place))
    parts = urlsplit(place)
    # A file system of this machine can do what fsspec's does not: replace a file at once.
    return DirectoryStorage(Path(unquote(parts.path))) if parts.scheme == "file" else open_remote(place)
