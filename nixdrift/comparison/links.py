"""Symbolic links of a tree: where they lead within the repository."""

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.changes import SYMLINK_MODE
from nixdrift.tree import ReadBlob, Tree, ancestors, join

_MOST_STEPS = 40
"""How many links are followed for one, as Linux has it; what needs more leads in a circle."""


@dataclass(frozen=True)
class Links:
    """The symbolic links of a tree, each read when it is first asked where any of them lead."""

    tree: Tree | None
    read_blob: ReadBlob | None

    def to(self, path: str) -> tuple[str, ...]:
        """Give the links that lead to a path or a directory above it, sorted."""
        places = (path, *ancestors(path)) if self._by_place else ()
        return tuple(sorted({link for place in places for link in self._by_place.get(place, ())}))

    def places(self, link: str) -> tuple[str, ...]:
        """Give all that lies on the way from a link: other links, then the path that it leads to at last.

        Empty for one that leads out of the repository.
        """
        return self._places.get(link, ())

    @property
    def all(self) -> tuple[str, ...]:
        """The links that lead to somewhere in the repository, sorted."""
        return tuple(sorted(self._places))

    @cached_property
    def _places(self) -> Mapping[str, tuple[str, ...]]:
        entries = self.tree.entries if self.tree else {}
        links = (path for path, state in entries.items() if state.mode == SYMLINK_MODE)
        return {link: places for link in links if (places := tuple(self._followed(link)))}

    @cached_property
    def _by_place(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for link, places in self._places.items():
            for place in places:
                found.setdefault(place, []).append(link)
        return {place: tuple(links) for place, links in found.items()}

    def _followed(self, link: str) -> Iterator[str]:
        path: str | None = link
        for _step in range(_MOST_STEPS):
            path = self._next(path) if path is not None else None
            if path is None:
                return
            yield path

    def _next(self, path: str) -> str | None:
        """Give where a path leads if the first link on its way is followed; None if none is, or it leads out."""
        place = next((one for one in (*reversed([*ancestors(path)]), path) if self._is_link(one)), None)
        if place is None or self.tree is None or self.read_blob is None:
            return None
        target = os.fsdecode(self.read_blob(self.tree.entries[place].object_id))
        directory = place.rpartition("/")[0]
        found = posixpath.normpath(join(join(directory, target), path[len(place) :].lstrip("/")))
        is_outside = target.startswith("/") or found == ".." or found.startswith("../")
        return None if is_outside else "" if found == "." else found

    def _is_link(self, path: str) -> bool:
        state = self.tree.entries.get(path) if self.tree else None
        return state is not None and state.mode == SYMLINK_MODE
