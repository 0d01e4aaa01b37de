"""Look after a cache: what is in it, what has not been of use for long, and whether all of it is sound."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from nixdrift.cache import DirectoryStorage, Entry, Storage, unsealed, value_of
from nixdrift.errors import InvalidInputError, NixdriftError
from nixdrift.snapshot import is_snapshot, read_snapshot

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Damaged:
    """An entry that is not as it was made."""

    name: str
    reason: str


def prune(
    storage: Storage, *, days: float | None, most_bytes: int | None, now: float | None = None
) -> tuple[Entry, ...]:
    """Remove what was not used for some days, then what was used longest ago until all else fits; give what went.

    Nothing that is removed is lost: it is worked out again. Raises `NixdriftError` where something cannot be removed.
    """
    entries = sorted(storage.entries(), key=lambda one: (one.used, one.name))
    now = time.time() if now is None else now
    oldest = None if days is None else now - days * _DAY
    gone = [one for one in entries if oldest is not None and one.used < oldest]
    left = entries[len(gone) :]
    surplus = 0 if most_bytes is None else sum(one.size for one in left) - most_bytes
    for one in left:
        if surplus <= 0:
            break
        surplus -= one.size
        gone.append(one)
    for one in gone:
        _remove(storage, one.name)
    if isinstance(storage, DirectoryStorage):
        # Nobody writes an entry for a day.
        storage.sweep(now - _DAY)
    return tuple(gone)


def damaged(storage: Storage) -> Iterator[Damaged]:
    """Read every entry, and give those that are not as they were made."""
    for entry in storage.entries():
        data = storage.read(entry.name, is_use=False)
        if data is None:
            yield Damaged(entry.name, "it cannot be read")
            continue
        try:
            _check(unsealed(entry.name, data))
        except (ValueError, InvalidInputError) as error:
            yield Damaged(entry.name, str(error))


def remove(storage: Storage, found: Damaged) -> None:
    """Remove an entry that is damaged."""
    _remove(storage, found.name)


def _check(content: bytes) -> None:
    if is_snapshot(content):
        read_snapshot(content, source="it")
    else:
        value_of(content)


def _remove(storage: Storage, name: str) -> None:
    try:
        storage.remove(name)
    except OSError as error:
        raise NixdriftError(
            f"cannot remove {name} from {storage.described}: {error.strerror or error}", hint="may you write there?"
        ) from error
