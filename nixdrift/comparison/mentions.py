"""What the texts of derivations mention and none of their inputs holds: paths that were taken as strings.

Nix makes an input of a path, and of a string that has kept its context. A string without context is a text like any
other: the builder finds at such a path what its machine has there, or nothing.
"""

import posixpath
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import orjson

from nixdrift.graph import DerivationGraph
from nixdrift.model import DIGEST_LENGTH, Derivation, StorePath, digest_of, output_path
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import STORE_PATH_PATTERN
from nixdrift.tree import is_below


class MentionKind(Enum):
    """What kind of path is mentioned."""

    REPOSITORY = "repository"
    """A path below the place where the revision's own files lay while it was evaluated."""
    STORE = "store"
    """Another store object."""
    MACHINE = "machine"
    """A path outside of the store, where people keep their files."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A path in a text of a derivation."""

    attribute: str
    """The attribute that the text is: ``src``, ``args``, ``builder``."""
    where: str
    """The same in words: ``variable src``, ``argument 2``."""
    kind: MentionKind
    path: str
    """Relative to the top of the repository; relative to the store directory; or absolute."""
    is_all: bool = True
    """Whether the text is nothing but this path."""

    @property
    def object(self) -> StorePath:
        """The store object that the path is, or lies in."""
        return StorePath(self.path.partition("/")[0])


@dataclass(frozen=True, slots=True)
class _Text:
    attribute: str
    where: str
    value: str

    def mention(self, kind: MentionKind, path: str, match: re.Match[str]) -> Mention:
        return Mention(self.attribute, self.where, kind, path, match[0] == self.value)


@dataclass(frozen=True)
class Mentions:
    """The mentions in the derivations of one evaluation, each derivation looked at when it is first asked for."""

    graph: DerivationGraph
    store_dir: str
    top: str | None
    """Where the files of the revision lay, if that is known."""
    _known: dict[StorePath, tuple[Mention, ...]] = field(default_factory=dict, repr=False)
    _below: dict[StorePath, tuple[tuple[StorePath, Mention], ...]] = field(default_factory=dict, repr=False)

    _digests: dict[StorePath, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def of(self, path: StorePath) -> tuple[Mention, ...]:
        """Give what a derivation mentions."""
        if path not in self._known:
            self._known[path] = tuple(dict.fromkeys(self._mentions(self.graph.derivations[path])))
        return self._known[path]

    def below(self, path: StorePath) -> tuple[tuple[StorePath, Mention], ...]:
        """Give what a derivation and all that it is built from mention, nearest first."""
        if path not in self._below:
            near = (one for one in self.graph.nearest_first(path) if one in self.graph.derivations)
            self._below[path] = tuple((one, mention) for one in near for mention in self.of(one))
        return self._below[path]

    def objects(self, path: StorePath) -> Iterator[tuple[str, StorePath]]:
        """Give the store objects that a derivation mentions, and where: what their content is decides their path."""
        for mention in self.of(path):
            found = mention.object if mention.kind is MentionKind.STORE else self._top_object
            if found is not None and mention.kind is not MentionKind.MACHINE:
                yield mention.where, found

    @cached_property
    def _top_object(self) -> StorePath | None:
        """The store object that the revision's own files are, if they lie in the store."""
        within = f"{self.store_dir}/"
        return StorePath(self.top[len(within) :]) if self.top and self.top.startswith(within) else None

    def of_repository(self, path: StorePath) -> Iterator[Mention]:
        """Give the paths of the repository that a derivation mentions; quick where it mentions none."""
        derivation = self.graph.derivations[path]
        return self._of_repository(derivation, _all_texts(derivation))

    def _mentions(self, derivation: Derivation) -> Iterator[Mention]:
        # All texts are looked at in one go: there is hardly ever anything to be found in them.
        texts = _all_texts(derivation)
        yield from self._of_repository(derivation, texts)
        strange = set(self._store_digests.findall(texts)) - self._inputs(derivation)
        if strange:
            yield from self._of_store(derivation, strange)
        if _ELSEWHERE.search(texts):
            yield from self._of_machine(derivation)

    def _of_repository(self, derivation: Derivation, texts: str) -> Iterator[Mention]:
        top = self.top
        if top is None or top not in texts or self._is_input(derivation):
            return
        pattern = re.compile(rf"{re.escape(top)}(?![\w+\-.?=])(?P<below>{_REST})")
        for text, match in _matches(pattern, derivation):
            below = posixpath.normpath(match["below"].lstrip("/") or ".")
            if not below.startswith(".."):
                yield text.mention(MentionKind.REPOSITORY, "" if below == "." else below, match)

    def _is_input(self, derivation: Derivation) -> bool:
        """Tell whether the revision's own files are an input as a whole: a flake's ``self``."""
        own = self._top_object
        return own is not None and digest_of(own) in self._inputs(derivation)

    def _of_store(self, derivation: Derivation, digests: Container[str]) -> Iterator[Mention]:
        pattern = re.compile(rf"{re.escape(self.store_dir)}/(?P<path>{STORE_PATH_PATTERN}{_REST})")
        for text, match in _matches(pattern, derivation):
            is_own = self.top is not None and match[0].startswith(self.top)
            if digest_of(StorePath(match["path"])) in digests and not is_own:
                yield text.mention(MentionKind.STORE, match["path"].rstrip("/."), match)

    def _of_machine(self, derivation: Derivation) -> Iterator[Mention]:
        known = [self.store_dir, *([self.top] if self.top else [])]
        for text, match in _matches(_ELSEWHERE, derivation):
            if not any(is_below(match[0], place) for place in known):
                yield text.mention(MentionKind.MACHINE, posixpath.normpath(match[0]), match)

    @cached_property
    def _store_digests(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.store_dir)}/([{ALPHABET}]{{{DIGEST_LENGTH}}})-")

    def _inputs(self, derivation: Derivation) -> set[str]:
        """Give the digests of all that a derivation may mention: its inputs, their outputs, and its own."""
        made = (derivation.drv_path, *derivation.input_derivations)
        known = self._digests
        found = [known.get(path) or self._made(path) for path in made]
        return {digest_of(path) for path in derivation.input_sources}.union(*found)

    def _made(self, path: StorePath) -> tuple[str, ...]:
        """Give the digests of a derivation and of its outputs, and keep them: many are built from it."""
        outputs = map(output_path, self.graph.outputs(path).values())
        found = self._digests[path] = tuple([digest_of(one) for one in (path, *outputs) if one])
        return found


_END = r"\s\"'`<>|&;,(){}\[\]:*?$\\\0"
"""What ends a path in a script or a list."""

_REST = f"[^{_END}]*"

_USUAL = (
    *("bin", "boot", "build", "dev", "etc", "include", "lib", "lib32", "lib64", "libexec", "nix", "nix-support"),
    *("opt", "private", "proc", "run", "sbin", "share", "sys", "tmp", "usr", "var"),
    *("Applications", "Developer", "Library", "System"),
    *("homeless-shelter", "interpreter", "no-such-path", "no-such-dir", "path-not-set"),
)
"""Directories at the top of a machine that belong to programs, and not to the files of a repository."""

_PLACEHOLDER = f"[{ALPHABET}]{{52}}"
"""What stands at the top for an output whose path is not known yet."""

_ELSEWHERE = re.compile(
    # The slash comes first, since a search for it is the quickest.
    rf"/(?<![^\s\"'=(\[<>|&;,`\0]/)(?!(?:{'|'.join(_USUAL)}|{_PLACEHOLDER})(?:[/{_END}]|$))"
    rf"[A-Za-z0-9_][^/{_END}]*/[^/{_END}]{_REST}"
)
"""An absolute path at the start of a word that is none of the usual ones: two names at least."""


def _all_texts(derivation: Derivation) -> str:
    attributes = derivation.structured_attrs or ""
    return "\0".join((derivation.builder, *derivation.args, *derivation.env.values(), attributes))


def _matches(pattern: re.Pattern[str], derivation: Derivation) -> Iterator[tuple[_Text, re.Match[str]]]:
    return ((text, match) for text in _texts(derivation) for match in pattern.finditer(text.value))


def _texts(derivation: Derivation) -> Iterator[_Text]:
    yield _Text("builder", "builder", derivation.builder)
    for number, argument in enumerate(derivation.args, start=1):
        yield _Text("args", f"argument {number}", argument)
    for name, value in sorted(derivation.env.items()):
        yield _Text(name, f"variable {name}", value)
    if derivation.structured_attrs:
        for name, attribute in sorted(_attributes(derivation.structured_attrs).items()):
            yield from (_Text(name, f"attribute {name}", text) for text in _strings(attribute))


def _attributes(text: str) -> Mapping[str, object]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        # Bytes that are no UTF-8: the whole is looked at as one text.
        return {"__json": text}
    return found if isinstance(found, dict) else {}


def _strings(value: object) -> Iterator[str]:
    pending = [value]
    while pending:
        match pending.pop():
            case str(text):
                yield text
            case list(values):
                pending += reversed(values)
            case dict(members):
                pending += reversed(members.values())
