"""A git tree as a value: every path below it with its mode and object id, and its NAR, read lazily."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.changes import TREE_MODE, FileState

ReadBlob = Callable[[str], bytes]
"""Object id of a blob → its content."""


@dataclass(frozen=True)
class Tree:
    """All that one commit's tree holds, sub-trees included, keyed by path; the top itself is ``""``."""

    entries: Mapping[str, FileState]

    @property
    def top(self) -> str:
        """The id of the tree itself."""
        return self.entries[""].object_id

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Directory path → the names in it."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.entries:
            if path:
                directory, _, name = path.rpartition("/")
                names[directory].append(name)
        return {directory: tuple(inside) for directory, inside in names.items()}

    @cached_property
    def paths_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Base name → the paths that have it, sorted."""
        paths: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.entries):
            paths[path.rpartition("/")[2]].append(path)
        return {name: tuple(found) for name, found in paths.items()}

    @cached_property
    def paths_by_object(self) -> Mapping[str, tuple[str, ...]]:
        """Blob id → the paths that hold this content."""
        paths: defaultdict[str, list[str]] = defaultdict(list)
        for path, state in self.entries.items():
            if state.mode != TREE_MODE:
                paths[state.object_id].append(path)
        return {object_id: tuple(sorted(found)) for object_id, found in paths.items()}

    def files_below(self, directory: str) -> Iterator[str]:
        """Give the paths of all files at or below a path, in no particular order."""
        pending = [directory]
        while pending:
            path = pending.pop()
            state = self.entries.get(path)
            if state is None:
                continue
            if state.mode == TREE_MODE:
                pending.extend(join(path, name) for name in self.children.get(path, ()))
            else:
                yield path


def join(directory: str, name: str) -> str:
    """Join a directory path, which may be the top (``""``), and what lies below it."""
    if not directory:
        return name
    return f"{directory}/{name}" if name else directory


def ancestors(path: str) -> Iterator[str]:
    """Give the directories above a path, nearest first, the top (``""``) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def is_below(path: str, directory: str) -> bool:
    """Tell whether a path is a directory itself or lies below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def parse_tree(output: bytes, top: str) -> Tree:
    """Read ``git ls-tree -r -t -z --full-tree``; ``top`` is the id of the tree itself.

    Source: https://git-scm.com/docs/git-ls-tree#_output_format
    """
    entries = {"": FileState(TREE_MODE, top)}
    for record in output.split(b"\0")[:-1]:
        head, _, path = record.partition(b"\t")
        mode, _kind, object_id = head.decode("ascii").split()
        entries[os.fsdecode(path)] = FileState(mode, object_id)
    return Tree(entries)
