"""The names of entries: a digest of all that an entry follows from."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def key_of(parts: Mapping[str, Any]) -> str:
    """Give the name of what follows from some values, and from nothing else: 64 hexadecimal digits.

    The values are plain: text, numbers, lists and mappings of them. Bytes of a file name that are no text are kept
    apart like any others.
    """
    return hashlib.sha256(orjson.dumps(_plain(parts), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        case Mapping():
            return {_plain(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
