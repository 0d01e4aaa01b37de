"""The names of entries: a digest of all that an entry follows from."""

import hashlib
import json
from typing import Any


def key_of(parts: dict[str, Any]) -> str:
    """Give the name of what follows from some values, and from nothing else: 64 hexadecimal digits.

    The values are plain: text, numbers, and lists and dictionaries of them; bytes of a file name that are no text are
    kept apart like any others.
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()
