"""What is kept in a storage: sealed with its name and its digest, so that what is damaged or moved is told."""

import hashlib
import json
import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from nixdrift.cache.storage import Storage

_LOG = logging.getLogger(__name__)

LARGEST = 1 << 28
"""How many bytes a value may unpack to."""

_MAGIC = b"nixdrift cache 1 "


def _silent(_message: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Records:
    """A storage whose entries are sealed; what is damaged is told, and as good as absent."""

    storage: Storage
    warn: Callable[[str], None] = _silent
    _unwritable: list[str] = field(default_factory=list, repr=False)

    def has(self, kind: str, key: str) -> bool:
        """Tell whether there is an entry, sound or not."""
        found = self.storage.has(f"{kind}/{key}")
        _LOG.info("cache: %s/%s: %s", kind, key[:12], "there" if found else "miss")
        return found

    def load(self, kind: str, key: str) -> bytes | None:
        """Give the content of an entry, or None where there is none."""
        data = self.storage.read(f"{kind}/{key}")
        _LOG.info("cache: %s/%s: %s", kind, key[:12], "miss" if data is None else "hit")
        if data is None:
            return None
        with suppress(ValueError):
            return unsealed(f"{kind}/{key}", data)
        self.complain(kind, key)
        return None

    def complain(self, kind: str, key: str) -> None:
        """Say that an entry is not as it was made."""
        self.warn(f"the cache entry {kind}/{key[:12]} is damaged: it is made again")

    def store(self, kind: str, key: str, content: bytes) -> bool:
        """Keep an entry, and tell whether that could be done; where not, say so once."""
        try:
            self.storage.write(f"{kind}/{key}", sealed(f"{kind}/{key}", content))
        except OSError as error:
            if not self._unwritable:
                self.warn(f"cannot keep results in {self.storage.described}: {error.strerror or error}")
                self._unwritable.append(key)
            return False
        _LOG.info("cache: %s/%s: kept", kind, key[:12])
        return True

    def load_value(self, kind: str, key: str) -> Any | None:
        """Give an entry that is a plain value, or None where there is none."""
        content = self.load(kind, key)
        if content is None:
            return None
        with suppress(ValueError):
            return value_of(content)
        self.complain(kind, key)
        return None

    def store_value(self, kind: str, key: str, value: Any) -> bool:
        """Keep a plain value: the same gives the same bytes."""
        return self.store(kind, key, zlib.compress(_dumped(value)))


def sealed(name: str, content: bytes) -> bytes:
    """Put before a content what it is, and its digest."""
    return b"%s%s %s\n%s" % (_MAGIC, name.encode("ascii"), hashlib.sha256(content).hexdigest().encode(), content)


def unsealed(name: str, data: bytes) -> bytes:
    """Give the content of an entry; raises ValueError where it is damaged, or another one under this name."""
    head, _line_end, content = data.partition(b"\n")
    if head + b"\n" != sealed(name, content)[: len(head) + 1]:
        raise ValueError(f"{name} is not as it was made")
    return content


def value_of(content: bytes) -> Any:
    """Read a plain value that was kept; raises ValueError where it is none, or larger than is read."""
    unpacker = zlib.decompressobj()
    try:
        value = _loaded(unpacker.decompress(content, LARGEST))
    except (zlib.error, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("it is cut off, or too large")
    return value


def _dumped(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # A file name that is no text: its bytes are written as what stands for them in a string.
        return json.dumps(value, sort_keys=True).encode("ascii")


def _loaded(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)
