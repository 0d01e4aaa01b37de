"""Structured attributes as the JSON text that Nix hashes.

Nix keeps them in the derivation's file as one text, made by the nlohmann library. Releases before 2.30 print
that text (``env.__json``); later ones print an object, from which the text must be made again, byte by byte.
Observed on Nix 2.26, 2.34.
"""

import json
import re
from json.encoder import encode_basestring

from nixdrift.derivation.floats import write_float

# No text without a match holds a float; a text with one may hold it inside a string.
_MAYBE_FLOAT = re.compile(r"[\[:,]-?\d+[.eE]")


def write_attributes(attributes: dict[str, object]) -> str:
    """Write a decoded JSON object as Nix does: compact, keys sorted bytewise, beyond ASCII nothing escaped.

    Raises `RecursionError` where it is nested hundreds of levels deep.
    """
    text = json.dumps(attributes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _write(attributes) if _MAYBE_FLOAT.search(text) else text


def _write(value: object) -> str:
    match value:
        case float():
            return write_float(value)
        case dict():
            members = ",".join([f"{encode_basestring(key)}:{_write(value[key])}" for key in sorted(value)])
            return "{" + members + "}"
        case list():
            return "[" + ",".join([_write(item) for item in value]) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
