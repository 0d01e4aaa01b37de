"""What became of a fetch between two revisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nixdrift.fetches.fetch import Fetch
from nixdrift.fetches.relation import Relation, relation


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs."""

    name: str
    """The attribute."""
    before: str
    after: str


@dataclass(frozen=True)
class FetchChange:
    """A fetch at base, and one at head that has its hash."""

    before: Fetch
    after: Fetch

    @cached_property
    def relation(self) -> Relation:
        """How what is asked for is related to what was."""
        if self._claims_another_version:
            return Relation.VERSION
        if not self.addresses:
            return Relation.SAME
        return relation(self.before, self.after) or Relation.UNCLEAR

    @property
    def _claims_another_version(self) -> bool:
        """Tell whether the name has another version where the address has none."""
        before, after = self.before, self.after
        known = [*before.wanted, *after.wanted]
        silent = bool(known) and not any(one.version or one.commits for one in known)
        versions = {before.version, after.version}
        return silent and before.stem == after.stem and len(versions) == 2 and "" not in versions

    @cached_property
    def addresses(self) -> tuple[Difference, ...]:
        """What differs in where it is asked for; mirrors that come or go beside one that stays are no news."""
        former, latter = self.before.addresses, self.after.addresses
        has_moved = former != latter and not set(former) & set(latter)
        moved = [Difference("url", "".join(former[:1]), "".join(latter[:1]))] if has_moved else []
        revisions = self.before.revision, self.after.revision
        return (*moved, *([Difference("rev", *revisions)] if revisions[0] != revisions[1] else []))

    @cached_property
    def names(self) -> tuple[Difference, ...]:
        """The name, if it differs."""
        names = self.before.name, self.after.name
        return (Difference("name", *names),) if names[0] != names[1] else ()

    @cached_property
    def options(self) -> tuple[Difference, ...]:
        """The options that differ."""
        return _differences(self.before.options, self.after.options)

    @cached_property
    def scripts(self) -> tuple[Difference, ...]:
        """The scripts that differ."""
        return _differences(self.before.scripts, self.after.scripts)

    @property
    def is_rewritten_only(self) -> bool:
        """Whether all that differs is a script."""
        return bool(self.scripts) and not (self.addresses or self.options)

    @property
    def edit(self) -> object:
        """What is equal for two fetches whose scripts were edited in the same way: the lines that came and went."""
        return tuple((one.name, _lines(one.before) ^ _lines(one.after)) for one in self.scripts)

    @property
    def distance(self) -> tuple[int, int]:
        """How far the two are apart, to find of several the one that became the other."""
        return self.relation.distance, sum(map(len, (self.addresses, self.names, self.options, self.scripts)))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    names = sorted(before.keys() | after.keys())
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def _lines(text: str) -> frozenset[str]:
    return frozenset(text.split("\n"))
