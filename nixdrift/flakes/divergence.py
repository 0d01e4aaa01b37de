"""Where a lock file does not stand for what the flake asks for: ``flake.nix`` was edited, and the lock was not.

Nix takes the lock's word for the inputs of a flake inside of the repository, whatever that flake asks for by now
(observed with Nix 2.8, 2.26 and 2.34).
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.flakes.inputs import asked_inputs
from nixdrift.flakes.lock import LockedInput
from nixdrift.flakes.reference import Reference, local_path
from nixdrift.tree import ReadBlob, Tree, join

FLAKE = "flake.nix"


@dataclass(frozen=True, slots=True)
class Divergence:
    """An input for which a flake asks otherwise than when it was locked."""

    flake: str
    """The path of the flake that asks."""
    asked: Reference
    locked: LockedInput

    @property
    def is_inside(self) -> bool:
        """Whether it is an input of a flake inside of the repository, of which Nix reads the lock alone."""
        return len(self.locked.name) > 1

    @property
    def differences(self) -> tuple[str, ...]:
        """In words, what is asked for otherwise; of a place on this machine only its last name."""
        asked, locked = _plain(self.asked), _plain(self.locked.original)
        names = sorted(name for name in {*asked, *locked} if asked.get(name) != locked.get(name))
        return tuple(f"{name} {_word(asked.get(name))}, and the lock {_word(locked.get(name))}" for name in names)


def _word(value: str | bool | None) -> str:
    if value is None:
        return "none"
    text = str(value)
    return text.rpartition("/")[2] if text.startswith(("/", "file:")) else text


def divergences(tree: Tree, read_blob: ReadBlob, directory: str, locks: Sequence[LockedInput]) -> Iterator[Divergence]:
    """Compare the flake in a directory, and the flakes inside of it, with the lock of the first."""
    yield from _diverging(tree, read_blob, directory, {one.name: one for one in locks}, (), frozenset())


def _diverging(
    tree: Tree,
    read_blob: ReadBlob,
    directory: str,
    locks: Mapping[tuple[str, ...], LockedInput],
    above: tuple[str, ...],
    overridden: frozenset[str],
) -> Iterator[Divergence]:
    flake = tree.entries.get(join(directory, FLAKE))
    asked = asked_inputs(read_blob(flake.object_id)) if flake else {}
    for name, one in sorted(asked.items()):
        lock = locks.get((*above, name))
        if lock is None or name in overridden:
            continue
        if not _is_same(one.reference, lock.original):
            yield Divergence(join(directory, FLAKE), one.reference, lock)
        inside = directory_within(lock.original, directory)
        if inside is not None and inside != directory:
            yield from _diverging(tree, read_blob, inside, locks, lock.name, one.overridden)


def directory_within(reference: Reference, directory: str) -> str | None:
    """Give the directory of the repository that a relative reference of a flake in ``directory`` leads to."""
    path = local_path(reference)
    if path is None or reference.get("type") != "path" or path.startswith("/"):
        return None
    found = posixpath.normpath(join(directory, path))
    found = posixpath.normpath(join(found, str(reference.get("dir") or "")))
    return None if found.startswith("..") else "" if found == "." else found


def _is_same(asked: Reference, locked: Reference) -> bool:
    return _plain(asked) == _plain(locked)


def _plain(reference: Reference) -> Mapping[str, str | bool]:
    plain = {name: value for name, value in reference.items() if value is not False}
    if isinstance(path := plain.get("path"), str):
        plain["path"] = posixpath.normpath(path)
    if plain.get("type") == "file":
        # Of what a plain URL leads to, Nix takes for a file what is no flake's input.
        plain["type"] = "tarball"
    return plain
