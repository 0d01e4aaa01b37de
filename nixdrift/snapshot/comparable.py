"""Whether two snapshots were made in one way, so that what differs between them was changed."""

from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.snapshot.snapshot import Listed, Place, Snapshot


def check_same_question(base: Snapshot, head: Snapshot) -> None:
    """Raise `IncompleteGraphError` where two snapshots do not answer the same question, asked at the same place."""
    if base.question != head.question:
        raise IncompleteGraphError(
            f"base and head were evaluated in different ways: with {base.question}, and with {head.question}",
            hint="make both snapshots with the same options",
        )
    check_place(base.place, head.place)
    for source in base.sources.keys() & head.sources.keys():
        one, other = base.sources[source], head.sources[source]
        if isinstance(one, Listed) and isinstance(other, Listed) and one != other:
            raise InvalidInputError(
                f"two snapshots disagree about what is in {source}", hint="make both again: nixdrift snapshot"
            )


def check_place(base: Place, head: Place) -> None:
    """Raise `IncompleteGraphError` where both sides take in where they were evaluated, and those places differ."""
    if base.name and head.name and base.name != head.name:
        raise IncompleteGraphError(
            f"base and head are from directories of different names, which sources take on: {base.name}, {head.name}",
            hint="make both snapshots in checkouts of one name",
        )
    if base.digest and head.digest and base.digest != head.digest:
        raise IncompleteGraphError(
            "base and head were evaluated at different places, and hold the path: it is part of what they are",
            hint="make both with the same cache directory (HOME or XDG_CACHE_HOME), in checkouts of one name",
        )
