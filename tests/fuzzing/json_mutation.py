"""Damage to JSON documents: what comes out is JSON nearly always, and says something else."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

_RAW = {
    "@deep-list@": b"[" * 900 + b"]" * 900,
    "@deep-object@": b'{"a":' * 900 + b"0" + b"}" * 900,
    "@deepest@": b"[" * 20000 + b"]" * 20000,
    "@huge@": b"1" * 5000,
    "@infinite@": b"1e999",
    "@larger@": b"36893488147419103232",
    "@surrogate@": b'"\\ud800"',
    "@stray@": b'"\xff"',
    "@nan@": b"NaN",
}
"""What Python cannot hold, or would not write: it is put in the place of a text."""

_AGAIN = "@again@"
"""What makes a key another one in Python, and is taken out of the document."""

_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 4, 5, 7, 2**31, 2**63, 2**64 - 1, -(2**63), 0.5, 1e308, -0.0),
    *("", "a", "\0", "\n", "\x1b[31m", "\ufffe", "é", "/", "..", "out", "x" * 5000, "sha256", "r:sha256", "2024-01-31"),
    *("/nix/store/", "00000000000000000000000000000000-a.drv", "/nix/store/00000000000000000000000000000000-a"),
    *([], {}, [[]], [0], [None], ["a"], ["a", "a"], {"a": 0}, {"": ""}, {"path": 1}, {"outputs": []}),
    *_RAW,
)


def mutate(data: bytes, random: Random) -> bytes:
    """Damage a JSON document in one place; what is none becomes one."""
    try:
        document = json.loads(data)
        places = [*_places(document)]
    except (ValueError, RecursionError):
        return b"{}"
    if not places or random.random() < 0.01:
        return written(random.choice(_VALUES))
    holder, key = random.choice(places)
    _damage(holder, key, random, places)
    return written(document)


def written(document: object) -> bytes:
    """Write a document, with what Python would not write."""
    try:
        data = json.dumps(document).encode()
    except RecursionError:
        return b"[]"
    for name, raw in _RAW.items():
        data = data.replace(f'"{name}"'.encode(), raw)
    return data.replace(_AGAIN.encode(), b"")


def _places(document: object) -> Iterator[tuple[Any, Any]]:
    """Give every place of a document: what holds it, and its key there."""
    pending: list[Any] = [document]
    for holder in pending:
        keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            pending.append(holder[key])


def _damage(holder: Any, key: Any, random: Random, places: list[tuple[Any, Any]]) -> None:
    value = holder[key]
    match random.randrange(8):
        case 0:
            del holder[key]
        case 1:
            other, place = random.choice(places)
            holder[key] = json.loads(json.dumps(other.get(place) if isinstance(other, dict) else None))
        case 2 if isinstance(holder, dict):
            holder[random.choice(("", "a", f"{key}x", f"{key}{_AGAIN}", key.upper()))] = holder.pop(key)
        case 3 if isinstance(holder, dict):
            holder[f"{key}{_AGAIN}"] = random.choice((value, random.choice(_VALUES)))
        case 3:
            holder.insert(key, value)
        case 4 if isinstance(value, str):
            holder[key] = _changed(value, random)
        case 5 if isinstance(holder, dict) and isinstance(key, str):
            holder[_changed(key, random)] = holder.pop(key)
        case _:
            holder[key] = random.choice(_VALUES)


def _changed(text: str, random: Random) -> str:
    """Change one character of a text, or where it begins or ends."""
    place = random.randint(0, len(text))
    put = random.choice(("", "/", "-", ".", "0", "e", "\0", "\n", "\udcff", " ", ".drv", "é"))
    return text[:place] + put + text[place + random.randint(0, 2) :]
