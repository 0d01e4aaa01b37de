"""How much of a closure something holds already, and what would have to be fetched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nixdrift.deployment.deployed import Deployed
from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath


@dataclass(frozen=True, slots=True)
class Wanted:
    """One path of a closure, and the bytes of its archive (None: not known)."""

    path: StorePath
    size: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A closure, in two parts: each path of it is in exactly one."""

    held: tuple[Wanted, ...]
    """What is there: the largest first, what has no known size last."""
    fetched: tuple[Wanted, ...]
    """What is not, in the same order."""

    @property
    def held_bytes(self) -> int:
        """The bytes that are there, as far as sizes are known."""
        return _total(self.held)

    @property
    def fetched_bytes(self) -> int:
        """The bytes to be fetched, as far as sizes are known."""
        return _total(self.fetched)

    @property
    def held_of_unknown_size(self) -> int:
        """How many paths are there that `held_bytes` leaves out."""
        return _unknown(self.held)

    @property
    def fetched_of_unknown_size(self) -> int:
        """How many paths are to be fetched that `fetched_bytes` leaves out."""
        return _unknown(self.fetched)


def coverage(wanted: Deployed, held: Deployed) -> Coverage:
    """Divide a closure by what something holds of it.

    Raises `InvalidInputError` where the two are not of one store directory.
    """
    if wanted.store_dir != held.store_dir:
        raise InvalidInputError(
            f"{wanted.described} is of the store {wanted.store_dir}, and {held.described} of {held.store_dir}",
            hint="no path can be the same in two store directories: compare what is of one",
        )
    sizes = {**held.sizes, **wanted.sizes}
    return Coverage(_largest_first(wanted.paths & held.paths, sizes), _largest_first(wanted.paths - held.paths, sizes))


def _largest_first(paths: Iterable[StorePath], sizes: Mapping[StorePath, int]) -> tuple[Wanted, ...]:
    found = (Wanted(path, sizes.get(path)) for path in paths)
    return tuple(sorted(found, key=lambda one: (one.size is None, -(one.size or 0), one.path)))


def _total(paths: Iterable[Wanted]) -> int:
    return sum(one.size for one in paths if one.size is not None)


def _unknown(paths: Iterable[Wanted]) -> int:
    return sum(one.size is None for one in paths)
