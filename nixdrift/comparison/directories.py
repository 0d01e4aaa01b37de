"""What the directories above a changed path are called: by themselves, and by the manifests in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE
from nixdrift.manifests import MANIFESTS, manifest_name
from nixdrift.naming import normalised
from nixdrift.tree import ReadBlob, Tree, ancestors, join


@dataclass(frozen=True, slots=True)
class DirectoryName:
    """A name that a directory bears, and where it is written."""

    directory: str
    name: str
    """Normalised, see `nixdrift.naming.normalised`."""
    written: str
    """In words: ``the directory goinstance/`` or ``goinstance/go.mod``."""


@dataclass(frozen=True)
class Directories:
    """The names that the directories of some trees bear, each looked up when it is first asked for."""

    trees: Sequence[Tree]
    read_blob: ReadBlob | None
    _known: dict[str, tuple[DirectoryName, ...]] = field(default_factory=dict, repr=False)

    def names(self, directory: str) -> tuple[DirectoryName, ...]:
        """Give the names that a directory bears in any of the trees."""
        if directory not in self._known:
            self._known[directory] = tuple(_names(directory, self.trees, self.read_blob))
        return self._known[directory]

    def above(self, paths: Iterable[str]) -> tuple[DirectoryName, ...]:
        """Give the names of all directories above some paths."""
        directories = dict.fromkeys(directory for path in paths for directory in ancestors(path))
        return tuple(name for directory in directories for name in self.names(directory))


def _names(directory: str, trees: Sequence[Tree], read_blob: ReadBlob | None) -> Iterable[DirectoryName]:
    own = directory.rpartition("/")[2]
    if own:
        yield DirectoryName(directory, normalised(own), f"the directory {directory}/")
    for manifest in MANIFESTS:
        path = join(directory, manifest)
        states = dict.fromkeys(tree.entries[path] for tree in trees if _is_file(tree, path))
        for state in states if read_blob is not None else ():
            name = manifest_name(manifest, read_blob(state.object_id)) if read_blob else None
            if name:
                yield DirectoryName(directory, normalised(name), path)


def manifests_in(directory: str, tree: Tree) -> tuple[str, ...]:
    """Give the build manifests that lie in a directory of a tree."""
    return tuple(join(directory, name) for name in MANIFESTS if _is_file(tree, join(directory, name)))


def _is_file(tree: Tree, path: str) -> bool:
    """Tell whether a regular file is at a path: a directory or a submodule may be called Makefile, too."""
    state = tree.entries.get(path)
    return state is not None and state.mode in {FILE_MODE, EXECUTABLE_MODE}
