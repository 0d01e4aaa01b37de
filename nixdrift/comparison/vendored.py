"""Which lock files vendored dependencies are made from, on one side of a comparison."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.comparison.side import Side
from nixdrift.derivation.attributes import attributes
from nixdrift.locks import replaced_directories
from nixdrift.manifests import is_lock_file
from nixdrift.model import StorePath, output_path
from nixdrift.sources.local import LocalSource
from nixdrift.tree import ReadBlob, is_below
from nixdrift.vendoring import ROOTS, Ecosystem, ecosystems_of


@dataclass(frozen=True, slots=True)
class Origins:
    """What of the repository a tree of vendored dependencies is made from."""

    locks: frozenset[str] = frozenset()
    directories: frozenset[str] = frozenset()
    """Directories that a ``go.mod`` among the lock files replaces a module with: they are vendored, too."""

    is_certain: bool = False
    """Whether it is recognised as vendored dependencies, which are made from nothing else."""

    def has(self, path: str) -> bool:
        """Tell whether a path is one of them, or in one of them."""
        return path in self.locks or any(is_below(path, directory) for directory in self.directories)


@dataclass(frozen=True)
class Vendored:
    """One side, and how to read its files."""

    side: Side
    read_blob: ReadBlob | None
    _known: dict[tuple[StorePath, bool], Origins] = field(default_factory=dict, repr=False)

    def origins(self, path: StorePath) -> Origins:
        """Give what a fixed output stands for among the sources that it is made from."""
        key = path, True
        if key not in self._known:
            takers = sorted(self.side.graph.direct_referrers(path))
            said = [attributes(self.side.graph.derivations[one]) for one in (path, *takers)]
            names = frozenset(name for one in said[1:] for name in used_as(self.side, one, path))
            ecosystems = ecosystems_of(self.side.graph.derivations[path].name, names)
            self._known[key] = self._origins(self.sources(path), ecosystems, said)
        return self._known[key]

    def expected_origins(self, path: StorePath, ecosystems: tuple[Ecosystem, ...]) -> Origins:
        """Give what vendored dependencies of a derivation should be made from: the lock files in its own sources."""
        key = path, False
        if key not in self._known:
            derivation = self.side.graph.derivations[path]
            own = [self.side.sources[one] for one in derivation.input_sources if one in self.side.sources]
            self._known[key] = self._origins(own, ecosystems, [attributes(derivation)])
        return self._known[key]

    def sources(self, path: StorePath) -> list[LocalSource]:
        """Give the local sources that something is made from."""
        closure = self.side.graph.closure([path])
        return [self.side.sources[one] for one in sorted(closure & self.side.sources.keys())]

    def _origins(
        self, sources: Iterable[LocalSource], ecosystems: tuple[Ecosystem, ...], said: Sequence[Mapping[str, str]]
    ) -> Origins:
        within = next((where for one in said if (where := _root(one))), "")
        locks = frozenset(lock for source in sources for lock in self._locks(source, ecosystems, within))
        # Go copies a module from beside only into a vendor directory, and not into what it would download.
        is_proxy = any(one.get("proxyVendor") for one in said)
        return Origins(locks, frozenset() if is_proxy else frozenset(self._replaced(locks)), bool(ecosystems))

    def _locks(self, source: LocalSource, ecosystems: tuple[Ecosystem, ...], within: str) -> Iterator[str]:
        """Give the lock files that count in a source: those where they are looked for, else all that it holds."""
        tree = self.side.tree
        held = [path for path in self._lock_files if tree is not None and source.holds(path, tree) is not None]
        held = [path for path in held if not ecosystems or any(one.is_lock(path) for one in ecosystems)]
        places = {posixpath.normpath(posixpath.join(origin, within)) for origin in source.origins}
        near = [path for path in held if path in source.origins or (posixpath.dirname(path) or ".") in places]
        yield from near or held

    @cached_property
    def _lock_files(self) -> tuple[str, ...]:
        return tuple(path for path in self.side.tree.entries if is_lock_file(path)) if self.side.tree else ()

    def _replaced(self, locks: Iterable[str]) -> Iterator[str]:
        tree, read = self.side.tree, self.read_blob
        for path in locks:
            if tree is not None and read is not None and posixpath.basename(path) == "go.mod":
                text = read(tree.entries[path].object_id).decode("utf-8", "surrogateescape")
                yield from replaced_directories(text, posixpath.dirname(path))


def used_as(side: Side, known: Mapping[str, str], path: StorePath) -> frozenset[str]:
    """Name those of some attributes that are an output of a derivation."""
    made = {output_path(output) for output in side.graph.derivations[path].outputs.values()}
    texts = {f"{side.evaluation.store_dir}/{one}" for one in made}
    return frozenset(name for name, text in known.items() if text in texts)


def _root(known: Mapping[str, str]) -> str:
    """Give the directory of a source in which its lock files lie, as far as attributes say."""
    for name in ROOTS:
        if known.get(name):
            return known[name]
    # A source root begins with the name of what is unpacked.
    return known.get("sourceRoot", "").partition("/")[2]
