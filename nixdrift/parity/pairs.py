"""The inputs of two derivations, paired: by name, by the words in which the sides differ, by what refers to them."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.explanation.pairing import Key, Pair, matched
from nixdrift.model import Derivation, StorePath, digest_of, output_path
from nixdrift.parity.fields import generated_file, structured
from nixdrift.parity.subject import Subject
from nixdrift.store.paths import STORE_PATH_PATTERN

_STORE_PATH = re.compile(STORE_PATH_PATTERN)
_NOTHING_ELSE = re.compile(rf"(?:/[^\s:]*)?/{STORE_PATH_PATTERN}(?:/[^\s:]*)?")


@dataclass(frozen=True, slots=True)
class Paired:
    """Inputs of one kind, derivations or sources, that are not the same on both sides."""

    pairs: tuple[Pair, ...]
    only_a: tuple[StorePath, ...]
    only_b: tuple[StorePath, ...]


@dataclass(frozen=True)
class Pairing:
    """The inputs of a derivation of each side."""

    a: Subject
    b: Subject
    one: Derivation
    other: Derivation

    @cached_property
    def derivations(self) -> Paired:
        """The input derivations."""
        return self._paired(self.one.input_derivations.keys(), self.other.input_derivations.keys())

    @cached_property
    def sources(self) -> Paired:
        """The input sources."""
        return self._paired(self.one.input_sources, self.other.input_sources)

    @cached_property
    def tokens(self) -> Mapping[str, str]:
        """Digest of what has a counterpart → what stands for both of them, without those that are the same."""
        pairs = (*self.derivations.pairs, *self.sources.pairs, (self.one.drv_path, self.other.drv_path))
        found: dict[str, str] = {}
        for number, pair in enumerate(pairs):
            for subject, path in zip((self.a, self.b), pair, strict=True):
                found |= {digest: f"{number}{output}" for output, digest in _digests(subject, path)}
        return found

    def _paired(self, ones: Collection[StorePath], others: Collection[StorePath]) -> Paired:
        own, its = (sorted(set(paths) - set(same)) for paths, same in ((ones, others), (others, ones)))
        mine = frozenset(own)

        def subject(path: StorePath) -> Subject:
            return self.a if path in mine else self.b

        def fields(path: StorePath, *, alone: bool) -> frozenset[str]:
            return (self._fields[0] if path in mine else self._fields[1]).naming(path, subject(path), alone=alone)

        keys: list[Key] = [
            lambda path: subject(path).name(path),
            lambda path: subject(path).stem(path),
            lambda path: subject(path).naming.neutral(subject(path).name(path)),
            lambda path: subject(path).neutral(path),
            lambda path: _unless_empty(subject(path).neutral(path), fields(path, alone=False)),
            lambda path: _is_file(path, subject(path)) and _unless_empty((), fields(path, alone=True)),
        ]
        pairs, only_a, only_b = matched(own, its, keys)
        return Paired(tuple(sorted(pairs)), tuple(only_a), tuple(only_b))

    @cached_property
    def _fields(self) -> tuple["_Fields", "_Fields"]:
        return _Fields(self.one), _Fields(self.other)


def _unless_empty(name: object, fields: frozenset[str]) -> object:
    return (name, fields) if fields else None


def _is_file(path: StorePath, subject: Subject) -> bool | None:
    """Tell whether something is a source, or writes a file: the one that a variable is set to is like the other's."""
    derivation = subject.side.graph.derivations.get(path)
    return True if derivation is None or generated_file(derivation) is not None else None


def _digests(subject: Subject, path: StorePath) -> Iterator[tuple[str, str]]:
    """Give each way to name something by a store path: what of it, and the digest."""
    yield ".drv", digest_of(path)
    derivation = subject.side.graph.derivations.get(path)
    for name, output in derivation.outputs.items() if derivation else ():
        known = output_path(output)
        if known is not None:
            yield name, digest_of(known)


@dataclass(frozen=True)
class _Fields:
    """Which of its variables and attributes refer to an input of a derivation."""

    derivation: Derivation

    def naming(self, path: StorePath, subject: Subject, *, alone: bool) -> frozenset[str]:
        """Give the fields that name an input; with ``alone`` those that are nothing else."""
        found = self._alone if alone else self._any
        return frozenset(field for _what, digest in _digests(subject, path) for field in found.get(digest, ()))

    @cached_property
    def _any(self) -> Mapping[str, list[str]]:
        return _by_digest(self._texts)

    @cached_property
    def _alone(self) -> Mapping[str, list[str]]:
        return _by_digest((name, text) for name, text in self._texts if _NOTHING_ELSE.fullmatch(text))

    @property
    def _texts(self) -> Iterator[tuple[str, str]]:
        derivation = self.derivation
        yield from ((f"env {name}", value) for name, value in derivation.env.items())
        for name, value in structured(derivation).items():
            yield f"attribute {name}", value if isinstance(value, str) else json.dumps(value)
        yield "args", "\n".join(derivation.args)
        yield "builder", derivation.builder


def _by_digest(texts: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in texts:
        for match in _STORE_PATH.finditer(text):
            found.setdefault(match[0][:32], []).append(name)
    return found
