"""Compare values down to what is inside of them: only what differs by more than the names of counterparts."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from nixdrift.explanation.secrets import Masker, is_secret
from nixdrift.explanation.texts import Texts
from nixdrift.model import StorePath, digest_of
from nixdrift.parity.files import read_object

Path = tuple[str, ...]
"""Where a value is inside of another: keys, and places in lists."""

_DEEPEST = 100
_LABELS = frozenset({"name", "key"})


class Absent(Enum):
    """One side has no such value."""

    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value on both sides that is compared as a whole."""

    path: Path
    a: object
    b: object
    names: Path = ()
    """What it is called, as far as that may tell that it is a secret: by its path, and by what stands beside it."""


def leaves(a: object, b: object, path: Path = (), names: Path = ()) -> Iterator[Leaf]:
    """Pair what is inside of two values: by key, and by place in lists of one length that hold more than texts.

    A text that is a JSON object on both sides is looked into, too.
    """
    for one in _inside(a, b, path, names):
        if one.path != path and len(path) < _DEEPEST:
            yield from leaves(one.a, one.b, one.path, one.names)
        else:
            yield one


def _inside(a: object, b: object, path: Path, names: Path) -> Iterator[Leaf]:
    if isinstance(a, str) and isinstance(b, str):
        read = read_object(a), read_object(b)
        if a != b and all(isinstance(one, dict) for one in read):
            a, b = read
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            called = (*names, *beside(a, key), *beside(b, key), key)
            yield Leaf((*path, key), a.get(key, Absent.ABSENT), b.get(key, Absent.ABSENT), called)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and any(map(_holds, [*a, *b])):
        for place, pair in enumerate(zip(a, b, strict=True)):
            yield Leaf((*path, str(place)), *pair, names)
    else:
        yield Leaf(path, a, b, names)


def beside(values: Mapping[str, object], key: str) -> Path:
    """Give what the value of a key is called by what stands beside it: ``{"name": "TOKEN", "value": …}``."""
    if key.casefold() != "value":
        return ()
    return tuple(one for name, one in values.items() if name.casefold() in _LABELS and isinstance(one, str))


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)


@dataclass(frozen=True)
class Writer:
    """Writes the texts of one derivation so that its counterpart's can be compared with them."""

    texts: Texts
    tokens: Mapping[str, str]
    """Digest of something that has a counterpart → what stands for both."""

    def exact(self, text: str) -> str:
        """Write a text for comparison: what has a counterpart is no difference, and all else is one."""
        return self.texts.replaced(text, self._token)

    def raw(self, text: str) -> str:
        """Write a text with the store paths that are in it."""
        return self.texts.replaced(text, str)

    def _token(self, path: str) -> str:
        digest = digest_of(StorePath(path))
        known = self.texts.known.get(digest)
        if digest not in self.tokens or known is None or not path.startswith(known[0]):
            return path
        return f"…{self.tokens[digest]}{path[len(known[0]) :]}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that differs, as it is shown: masked, and None where there is none."""

    path: Path
    a: str | None
    b: str | None
    leaf: Leaf


def differing(
    a: object, b: object, writers: tuple[Writer, Writer], masker: Masker, names: Path = ()
) -> Iterator[Shown]:
    """Give the values inside of two that differ; ``names`` is what they are under, as far as that tells secrets."""
    for leaf in leaves(a, b, names=names):
        if _exact(leaf.a, writers[0]) != _exact(leaf.b, writers[1]):
            yield _shown(leaf, writers, masker)


def _exact(value: object, writer: Writer) -> str:
    return "" if value is Absent.ABSENT else _dumped(_rewritten(value, lambda text, _names: writer.exact(text), ()))


def _shown(leaf: Leaf, writers: tuple[Writer, Writer], masker: Masker) -> Shown:
    def written(value: object, write: Callable[[str], str], *, quoted: bool = False) -> str | None:
        if value is Absent.ABSENT:
            return None
        masked = _rewritten(value, lambda text, under: masker.mask(write(text), *under), leaf.names)
        return masked if isinstance(masked, str) and not quoted else _dumped(masked, indent=2)

    values = (leaf.a, leaf.b)
    found = [written(value, writer.texts.plain) for value, writer in zip(values, writers, strict=True)]
    if found[0] == found[1]:
        # Two of one name that changed places, or a text and a number: only all of it tells them apart.
        quoted = not all(isinstance(value, str) for value in values)
        found = [written(value, writer.raw, quoted=quoted) for value, writer in zip(values, writers, strict=True)]
    return Shown(leaf.path, found[0], found[1], leaf)


Rewrite = Callable[[str, Path], str]


def _rewritten(value: object, rewrite: Rewrite, names: Path) -> object:
    """Write every text inside of a value anew; a number that is a secret is one, too."""
    match value:
        case str():
            return rewrite(value, names)
        case dict():
            return {key: _rewritten(one, rewrite, (*names, *beside(value, key), key)) for key, one in value.items()}
        case list():
            return [_rewritten(inside, rewrite, names) for inside in value]
        case int() | float() if not isinstance(value, bool) and is_secret(*names):
            return rewrite(_dumped(value), names)
    return value


def _dumped(value: object, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=False, default=str)
