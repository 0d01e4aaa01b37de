"""The store's own texts of derivations, each of which is read as far as it is asked for.

What a derivation takes is read at once, and that its text is shaped as it should be is seen with it; what it promises,
its environment and the rest are most of the work, and are needed of few.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from nixdrift.derivation.aterm import Head, Known, read_derivation, read_head, read_outputs
from nixdrift.links import Linked, Links
from nixdrift.model import Derivation, Output, StorePath, derivation_name
from nixdrift.store.aterm import escape
from nixdrift.store.outputs import drv_path_of


@dataclass(frozen=True)
class Texts:
    """The texts that a run has met: what two revisions share is read once."""

    _heads: dict[StorePath, Head] = field(default_factory=dict, repr=False)
    _texts: dict[StorePath, tuple[bytes, Known]] = field(default_factory=dict, repr=False)
    _read: dict[StorePath, Derivation] = field(default_factory=dict, repr=False)
    _mentioned: dict[str, Known] = field(default_factory=dict, repr=False)
    """Store directory → what its texts have mentioned."""

    def head(self, path: StorePath) -> Head | None:
        """Give what a derivation takes, or None where its text has not been met."""
        return self._heads.get(path)

    def learn(self, path: StorePath, text: bytes, store_dir: str) -> Head:
        """Take the text that a store has at a path.

        Raises `InvalidInputError` where it is no derivation's, or names paths of another store directory.
        """
        known = self._known(store_dir)
        return self._keep(path, text, known, read_head(text, path, known))

    def learn_proven(self, path: StorePath, text: bytes, store_dir: str) -> bool:
        """Take a text that comes from elsewhere, if it is the one that a store has at a path; tell whether it is.

        Raises `InvalidInputError` as `learn` does.
        """
        if path in self._texts and self._texts[path][0] == text:
            return True
        known = self._known(store_dir)
        head = read_head(text, path, known)
        if drv_path_of(text, derivation_name(path), (*head.sources, *head.derivations), store_dir) != path:
            return False
        self._keep(path, text, known, head)
        return True

    def _known(self, store_dir: str) -> Known:
        return self._mentioned.get(store_dir) or self._mentioned.setdefault(store_dir, Known(store_dir))

    def _keep(self, path: StorePath, text: bytes, known: Known, head: Head) -> Head:
        self._texts[path] = text, known
        self._heads[path] = head
        return head

    def text(self, path: StorePath) -> bytes:
        """Give the text of a derivation."""
        return self._texts[path][0]

    def derivation(self, path: StorePath) -> Derivation:
        """Read all of a derivation; raises `InvalidInputError` where it promises what no derivation does."""
        found = self._read.get(path)
        if found is None:
            text, known = self._texts[path]
            found = self._read[path] = read_derivation(text, path, known)
        return found

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Read what a derivation promises."""
        found = self._read.get(path)
        return found.outputs if found is not None else read_outputs(self._texts[path][0], path, self._texts[path][1])

    def of(self, paths: Iterable[StorePath]) -> "Stored":
        """Give the derivations at some paths, whose texts have all been met."""
        heads = {path: self._heads[path] for path in paths}
        links = Links(
            {path: head.derivations for path, head in heads.items()},
            {path: head.sources for path, head in heads.items()},
            frozenset([head.system for head in heads.values()]),
            {path: head.hashes for path, head in heads.items() if head.hashes},
        )
        return Stored(links, self)

    def adopt(self, derivations: Mapping[StorePath, Derivation]) -> None:
        """Take the texts that some derivations were read from."""
        if isinstance(derivations, Stored):
            others = derivations.texts
            self._texts.update(others._texts)
            self._read.update(others._read)
            self._heads.update(others._heads)


@dataclass(frozen=True, eq=False)
class Stored(Linked):
    """Derivations whose texts are at hand.

    Asking for one that promises what no derivation does raises `InvalidInputError`.
    """

    links: Links
    texts: Texts

    def __getitem__(self, path: StorePath) -> Derivation:
        if path not in self.links.derivations:
            raise KeyError(path)
        return self.texts.derivation(path)

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Give what a derivation promises, read alone where the rest has not been read."""
        return self.texts.outputs(path)

    def holding(self, text: str) -> Iterator[Derivation]:
        """Give those that have a text somewhere: in what they take and promise, or in what their builders see."""
        written = escape(text).encode("utf-8", "surrogateescape")
        return (self[path] for path in self if written in self.texts.text(path))

    def part(self, paths: Iterable[StorePath]) -> "Stored":
        """Give some of them, left unread as well."""
        return self.texts.of(paths)
