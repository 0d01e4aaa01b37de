"""Whether two fetches ask for the same thing, as far as their words can tell."""

from enum import Enum
from itertools import product

from nixdrift.fetches.fetch import Fetch
from nixdrift.fetches.wanted import Wanted, share_commit

_MOST_ADDRESSES = 8
"""How many mirrors of each are compared: they are all said to have the same thing."""


class Relation(Enum):
    """How what two fetches ask for is related; closest first."""

    SAME = "the same"
    UNCLEAR = "what may be something else"
    """One names a commit or a version and the other does not, or one is a repository's and the other a release's."""
    PROJECT = "what has the name of another project"
    COMMIT = "another commit"
    VERSION = "another version"
    NAME = "another file"

    @property
    def is_contradiction(self) -> bool:
        """Whether they cannot both be right."""
        return self not in {Relation.SAME, Relation.UNCLEAR}

    @property
    def distance(self) -> int:
        """The place in the order from the closest on."""
        return _DISTANCE[self]


_DISTANCE = {one: place for place, one in enumerate(Relation)}


def relation(one: Fetch, other: Fetch) -> Relation | None:
    """Relate what two fetches ask for, or give None where one of them does not say it."""
    if one.revision == other.revision and set(one.addresses) & set(other.addresses):
        return Relation.SAME
    pairs = product(one.wanted[:_MOST_ADDRESSES], other.wanted[:_MOST_ADDRESSES])
    related = ((_related_as_files if one.is_file and other.is_file else _related)(*pair) for pair in pairs)
    return min(related, key=lambda found: found.distance, default=None)


def _related_as_files(one: Wanted, other: Wanted) -> Relation:
    """Relate what is hashed as it comes: how it is packed counts, too."""
    found = _related(one, other)
    if found is not Relation.SAME:
        return found
    if one.packing != other.packing:
        return Relation.NAME
    # What a forge makes of a tag is not what its project has packed for a release.
    return Relation.UNCLEAR if bool(one.what) != bool(other.what) else found


def _related(one: Wanted, other: Wanted) -> Relation:
    if one.what and other.what and one.what != other.what:
        return Relation.NAME
    have_commits = bool(one.commits and other.commits)
    if have_commits and not share_commit(one.commits, other.commits):
        return Relation.COMMIT
    if one.version and other.version and one.version != other.version:
        return Relation.VERSION
    if have_commits:
        return Relation.SAME
    if not _share_name(one, other):
        return Relation.PROJECT
    has_one_more = bool(one.commits) != bool(other.commits) or one.version != other.version
    return Relation.UNCLEAR if has_one_more else Relation.SAME


def _share_name(one: Wanted, other: Wanted) -> bool:
    """Tell whether two addresses are of one file, or else of one project."""
    if one.what and other.what:
        return one.what == other.what
    return bool({one.what, one.project} & {other.what, other.project} - {frozenset()})
