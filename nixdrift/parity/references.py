"""What a differing value refers to that is absent: by store path, or by being exactly the name of something."""

import re
from collections.abc import Iterator
from typing import TypeGuard

from nixdrift.model import digest_of
from nixdrift.parity.result import Reference
from nixdrift.parity.subject import Subject
from nixdrift.parity.values import Leaf
from nixdrift.store.paths import STORE_PATH_PATTERN, is_valid_name

_STORE_PATH = re.compile(STORE_PATH_PATTERN)


def references(leaf: Leaf, a: Subject, b: Subject, *, is_masked: bool) -> tuple[Reference, ...]:
    """Give the references to something absent in a value; of a secret, only those by store path."""
    found = [*_by_path(leaf.a, a, b, of_a=True), *_by_path(leaf.b, b, a, of_a=False)]
    if not is_masked:
        found += _by_name(leaf.a, leaf.b, a, b)
    return tuple(sorted(set(found), key=lambda one: (not one.of_a, one.name, str(one.had_by))))


def _by_path(value: object, own: Subject, other: Subject, *, of_a: bool) -> Iterator[Reference]:
    """Give what a value names by its store path, as far as the other side has nothing like it."""
    for text in _texts(value):
        for match in _STORE_PATH.finditer(text):
            path = own.by_digest.get(match[0][:32])
            if path is not None and is_absent(own, path, other):
                yield Reference(of_a, own.name(path), "a" if of_a else "b")


def is_absent(own: Subject, path: str, other: Subject) -> bool:
    """Tell whether a side has neither a derivation or input source of the other, nor a counterpart of it."""
    known = own.by_digest[path[:32]]
    return digest_of(known) not in other.by_digest and own.neutral(known) not in other.neutral_names


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and is_valid_name(value)


def _by_name(value: object, other_value: object, a: Subject, b: Subject) -> Iterator[Reference]:
    """Give what a value is the exact name of, on the other side or on none, where the other value is one on its own.

    That the other value names something of its own side is what shows that this is meant to be such a name.
    """
    if not (_is_name(value) and _is_name(other_value)):
        return
    if value in a.things and other_value not in b.things:
        yield Reference(False, other_value, "a" if other_value in a.things else None)
    if other_value in b.things and value not in a.things:
        yield Reference(True, value, "b" if value in b.things else None)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inside in value.values():
                yield from _texts(inside)
        case list():
            for inside in value:
                yield from _texts(inside)
