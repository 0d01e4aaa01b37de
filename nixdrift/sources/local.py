"""What is known of an input source that comes from the repository."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from nixdrift.changes import SUBMODULE_MODE, FileState
from nixdrift.model import StorePath
from nixdrift.tree import Tree, is_below, join


class Evidence(Enum):
    """How it is known what an input source holds."""

    STORE_PATH = "store-path"
    """The store path computed from a git object is the input source's own: it *is* that path at that commit."""
    CONTENTS = "contents"
    """The source was listed in the store, and its files are the repository's."""


@dataclass(frozen=True, slots=True)
class LocalSource:
    """An input source whose content comes from the repository."""

    path: StorePath
    evidence: Evidence
    origins: tuple[str, ...]
    """The repository paths that it is made from: more than one where they have the same content and name, none where
    it is empty."""
    files: Mapping[str, FileState] | None = None
    """Repository path → what the source holds there; None where it holds all that is at its origins."""
    is_whole: bool = True
    """Whether all of its content was traced; if not, something in it may come from anywhere."""

    def holds(self, path: str, tree: Tree) -> FileState | None:
        """Give what the source holds of a repository path, or None; ``tree`` is that of the source's commit.

        A submodule's link is never held: Nix sees an empty directory in its place.
        """
        if self.files is not None:
            return self.files.get(path)
        if not any(is_below(path, origin) for origin in self.origins):
            return None
        state = tree.entries.get(path)
        return None if state is None or state.mode == SUBMODULE_MODE else state

    def covers(self, path: str) -> bool:
        """Tell whether the source is made from a path, or holds anything at or below it."""
        if self.files is not None:
            return any(is_below(file, path) for file in self.files)
        return any(is_below(path, origin) for origin in self.origins)

    def narrowed(self, origins: Collection[str]) -> "LocalSource":
        """Give the same source with some of its origins only; none is no news, and leaves it as it is."""
        if self.files is None or not origins:
            return self
        files = self.files
        first, *others = sorted(self.origins)
        within = {path[len(first) :].lstrip("/") for path in files if is_below(path, first)}
        within = {path for path in within if all(join(other, path) in files for other in others)}
        held = {path: files[path] for path in (join(origin, inside) for origin in origins for inside in within)}
        return replace(self, origins=tuple(sorted(origins)), files=held)
