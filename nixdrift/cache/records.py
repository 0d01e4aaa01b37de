"""Entries that are plain values: JSON, compressed, with the name and the digest that they have to have."""

import hashlib
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from nixdrift.cache.storage import Storage

LARGEST = 1 << 28
"""How many bytes a record may unpack to."""


def _silent(_message: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Records:
    """Plain values in a storage; what is damaged is told, and as good as absent."""

    storage: Storage
    warn: Callable[[str], None] = _silent
    _unwritable: list[str] = field(default_factory=list, repr=False)

    def load(self, kind: str, key: str) -> Any | None:
        """Give a value, or None where there is none."""
        data = self.storage.read(f"{kind}/{key}")
        if data is None:
            return None
        with suppress(ValueError, zlib.error):
            return read_record(kind, key, data)
        self.warn(f"the cache entry {kind}/{key[:12]} is damaged: it is made again")
        return None

    def store(self, kind: str, key: str, value: Any) -> None:
        """Keep a value; where that cannot be done, say so once: it will be worked out again."""
        self.keep(f"{kind}/{key}", write_record(kind, key, value))

    def keep(self, name: str, content: bytes) -> bool:
        """Keep an entry of any kind, in the same way; tell whether it was kept."""
        try:
            self.storage.write(name, content)
        except OSError as error:
            if not self._unwritable:
                self.warn(f"cannot keep results in {self.storage.described}: {error.strerror or error}")
                self._unwritable.append(name)
            return False
        return True


def write_record(kind: str, key: str, value: Any) -> bytes:
    """Give the content of an entry: the same value gives the same bytes."""
    content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    head = b"%s %s %s\n" % (kind.encode(), key.encode(), hashlib.sha256(content).hexdigest().encode())
    return head + zlib.compress(content)


def read_record(kind: str, key: str, data: bytes) -> Any:
    """Read an entry; raises ValueError or `zlib.error` where it is damaged, or another one under this name."""
    head, _line_end, packed = data.partition(b"\n")
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, LARGEST)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut off, or too large")
    if head.split(b" ") != [kind.encode(), key.encode(), hashlib.sha256(content).hexdigest().encode()]:
        raise ValueError("not what its name says")
    return orjson.loads(content)
