"""Input sources that are a part of a directory: what a filter lets through, and what it leaves out."""

from dataclasses import dataclass
from functools import cached_property

from nixdrift.changes import SUBMODULE_MODE
from nixdrift.sources.local import LocalSource
from nixdrift.tree import Tree, ancestors, is_below


@dataclass(frozen=True)
class Filtered:
    """An input source of which every file is known, and the tree that it was made from."""

    source: LocalSource
    tree: Tree

    @property
    def is_empty(self) -> bool:
        """Whether nothing came through: then it cannot be told what it is a part of."""
        return not self.source.origins

    def leaves_out(self, path: str) -> bool:
        """Tell whether a file of the tree lies where the source is made from, and is not in it."""
        state = self.tree.entries.get(path)
        if state is None or state.mode == SUBMODULE_MODE or self.source.holds(path, self.tree) is not None:
            return False
        return self.is_empty or any(is_below(path, origin) for origin in self.source.origins)

    @cached_property
    def is_complete(self) -> bool:
        """Whether it is all that lies where it is made from."""
        files = (path for origin in self.source.origins for path in self.tree.files_below(origin))
        return not self.is_empty and not any(self.leaves_out(path) for path in files)

    def outermost(self, path: str) -> str:
        """Give the outermost directory above a path of which the source holds nothing, else the path itself."""
        left_out = path
        for directory in ancestors(path):
            if directory in self._directories or directory in self.source.origins:
                break
            left_out = directory
        return left_out

    @cached_property
    def _directories(self) -> frozenset[str]:
        return frozenset(directory for file in self.source.files or () for directory in ancestors(file))
