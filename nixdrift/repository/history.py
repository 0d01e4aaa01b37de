"""The history of one revision, searched for what input sources were taken from: the port that rules ask."""

import binascii
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from nixdrift.errors import NixdriftError, RepositoryError
from nixdrift.evaluation import Position
from nixdrift.flakes.reference import remote_name
from nixdrift.history import Past
from nixdrift.model import StorePath, digest_of, name_of
from nixdrift.repository import log
from nixdrift.repository.private import PrivateRepository
from nixdrift.repository.revisions import Commit, UserRepository, open_repository
from nixdrift.repository.search import Listed, Search, asked, holds, is_fetched
from nixdrift.sources import ListSource, Prover, object_of
from nixdrift.store import base32
from nixdrift.tree import Tree

_REVISION = "[0-9a-f]{40}"
_LOCATION = r"(\.\./|/)[A-Za-z0-9_.+@~-][A-Za-z0-9_.+@~/-]*"
"""A path that is written in a file: in a URL, a text or an expression."""

_MOST_BESIDE = 16
"""How many checkouts beside this one are searched."""


@dataclass(frozen=True)
class RevisionHistory:
    """What lies behind one revision of the user's repository; see `nixdrift.history.History`."""

    private: PrivateRepository
    revision: Commit
    tree: Tree
    prover: Prover
    list_source: ListSource | None = None
    _found: dict[tuple[StorePath, tuple[str, ...]], Past | None] = field(default_factory=dict, repr=False)

    @property
    def top(self) -> str:
        """The absolute path of the repository."""
        return str(self.private.user.top)

    @cached_property
    def remotes(self) -> frozenset[str]:
        """The repositories that the remotes are, as ``host/owner/name``."""
        names = (remote_name(url) for url in self.private.user.remotes)
        return frozenset(name for name in names if name is not None)

    def find(self, source: StorePath, near: Iterable[str]) -> Past | None:
        """Find the commit of which an input source is the tree, or one of some paths."""
        paths = asked(near)
        if (source, paths) not in self._found:
            # A partial clone lacks objects: what cannot be read is nothing that could be said.
            with suppress(RepositoryError):
                self._found[source, paths] = self._find(source, paths)
        return self._found.setdefault((source, paths), None)

    def _find(self, source: StorePath, paths: tuple[str, ...]) -> Past | None:
        listing = self.list_source(source) if self.list_source else None
        if listing is None:
            current = self.prover.prove(self.tree, paths, [source], [name_of(source)])
            return None if current else self._own.proven(source, paths)
        state = object_of(listing, self.private.user.object_format)
        if state is None or self._is_current(state.object_id, paths):
            return None
        listed = Listed(source, listing, state)
        found = self._with_pin(self._own.listed(listed, paths), source)
        if holds(self.tree, listing, found.path if found else ""):
            return found if found and (found.named or found.pinned) else None
        return found or self._own.part(listed) or (self._beside(listed) if is_fetched(source) else None)

    def _with_pin(self, found: Past | None, source: StorePath) -> Past | None:
        if found is None or (found.named and not found.path):
            return found
        spellings = [digest_of(source)]
        for digest in self.prover.digests(found.tree, found.path):
            base64 = binascii.b2a_base64(digest, newline=False).decode().rstrip("=")
            spellings += [digest.hex(), base32.encode(digest), base64]
        pattern = "|".join(re.escape(spelling) for spelling in spellings)
        written = log.written(self.private.repo, self.revision.tree, pattern)
        return replace(found, pinned=next(iter(written.values()), None))

    def _is_current(self, object_id: str, paths: Iterable[str]) -> bool:
        entries = self.tree.entries
        return any(path in entries and entries[path].object_id == object_id for path in paths)

    def _beside(self, source: Listed) -> Past | None:
        for search, path in self._checkouts.values():
            found = search.listed(source, asked([path]))
            if found is not None:
                return found if found.behind else None
        return None

    def commit(self, revision: str, beside: str | None = None) -> Past | None:
        """Look up a commit by its full id."""
        checkout = self._checkout(Path(beside)) if beside is not None else None
        search = self._own if beside is None else checkout[0] if checkout else None
        with suppress(RepositoryError):
            return search.past(revision, "") if search else None
        return None

    @cached_property
    def _own(self) -> Search:
        tip = self.revision.onto or self.revision.commit
        return Search(self.private.repo, tip, lambda: self._named, self.prover)

    @cached_property
    def _named(self) -> Mapping[str, Position]:
        return log.written(self.private.repo, self.revision.tree, _REVISION, "--word-regexp")

    @cached_property
    def _checkouts(self) -> Mapping[Path, tuple[Search, str]]:
        """The checkouts whose locations are written in the revision's files, each with the path that is meant."""
        found: dict[Path, tuple[Search, str]] = {}
        for place in self._places():
            if len(found) < _MOST_BESIDE and place not in found and (checkout := self._checkout(place)):
                found[place] = checkout
        return found

    def _places(self) -> Iterator[Path]:
        written = log.written(self.private.repo, self.revision.tree, _LOCATION)
        for text, position in sorted(written.items()):
            directory = self.private.user.top / posixpath.dirname(position.path)
            yield Path(os.path.normpath(directory / text))

    def _checkout(self, place: Path) -> tuple[Search, str] | None:
        """Open the checkout that a place lies in, unless it is one of this very repository."""
        user = self.private.user
        if place.is_relative_to(user.top) or not place.is_dir():
            return None
        if not any((above / ".git").exists() for above in (place, *place.parents)):
            return None
        try:
            checkout = open_repository(place)
            return None if checkout.object_directory == user.object_directory else self._search(checkout)
        except NixdriftError:
            # What cannot be read there is nothing that could be said of it.
            return None

    def _search(self, checkout: UserRepository) -> tuple[Search, str]:
        tip = checkout.resolve("HEAD").commit
        return Search(checkout.repo, tip, lambda: self._named, beside=checkout.top.name), checkout.directory
