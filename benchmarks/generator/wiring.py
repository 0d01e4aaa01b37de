"""Who takes what: a graph by numbers alone, in flat arrays. What a derivation takes has a smaller number than it.

Tools are taken as often as measured; beside them each derivation takes what nobody has taken yet (a fetched source
mostly has one referrer), and what others took before: what is taken often is taken more often still, which is what
gives the heavy tail.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.generator.shape import (
    BOOTSTRAP,
    BUILT,
    COMMON_SOURCES,
    DIFFERING_FETCHED_SHARE,
    DIFFERING_SOURCES,
    DISTINCT_SOURCES,
    FETCHED,
    FETCHED_SHARE,
    TOOLS,
    UNREFERRED_SHARE,
)

FIRST = BOOTSTRAP + TOOLS
"""The first number that is no tool's."""

_TAKEN_ANEW = (1 - FETCHED_SHARE - UNREFERRED_SHARE) / (1 - FETCHED_SHARE)
"""How many built derivations another one takes first, for each that is built."""
_OWN_SOURCE = DISTINCT_SOURCES / (1 - FETCHED_SHARE)
"""How many input sources there are for each derivation that is built: at first, nobody else takes one."""
_COMMON_AGAIN = 0.6
"""How often a source that is taken again is one of those that many take."""
_FETCHED_AGAIN = 0.12
"""How often that which is taken again is a fetched one."""


class Lists:
    """Lists of numbers, one after the other in one array."""

    def __init__(self) -> None:
        self._ends = array("Q", [0])
        self.flat = array("I")

    def append(self, numbers: Iterable[int]) -> None:
        """Add a list."""
        self.flat.extend(numbers)
        self._ends.append(len(self.flat))

    def __getitem__(self, number: int) -> Sequence[int]:
        return self.flat[self._ends[number] : self._ends[number + 1]]


@dataclass(frozen=True)
class Wiring:
    """A graph: base has the first ones, head has all."""

    base: int
    head: int
    fetched: bytearray
    """Number of a derivation → whether it is fetched."""
    inputs: Lists
    """Number of a derivation → those that it takes, sorted."""
    sources: Lists
    """Number of a derivation → the input sources that it takes, by their numbers, sorted."""
    distinct_sources: int


def wire(base: int, gained: int, chance: Random) -> Wiring:
    """Make a graph of some derivations, and of some more that take them."""
    if base <= 2 * FIRST:
        raise SystemExit(f"a graph has more than {2 * FIRST} derivations: there are {FIRST} tools")
    maker = _Maker(chance)
    for number in range(base + gained):
        if number == base:
            # What is new is taken by what is new: else it would take from base's unreferred ones.
            maker.fresh_built.clear()
        maker.add(number, is_last=number in {base - 1, base + gained - 1})
    return Wiring(base, base + gained, maker.fetched, maker.inputs, maker.sources, maker.distinct_sources)


class _Maker:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.distinct_sources = COMMON_SOURCES
        self.fetched, self.inputs, self.sources = bytearray(), Lists(), Lists()
        self._fresh_fetched: list[int] = []
        self.fresh_built: list[int] = []
        self._taken = {False: array("I"), True: array("I")}
        self._taken_sources = array("I")

    def add(self, number: int, *, is_last: bool) -> None:
        """Add a derivation; the last one takes all that is fetched and that nobody has taken."""
        if number < FIRST:
            self.fetched.append(False)
            self.inputs.append([number - 1] if number else [])
            self.sources.append([])
            return
        is_fetched = not is_last and self.chance.random() < FETCHED_SHARE
        self.fetched.append(is_fetched)
        kind = FETCHED if is_fetched else BUILT
        chosen = {BOOTSTRAP + tool for tool in self._often(kind.tools)}
        if kind.inputs is not None:
            room = max(1, kind.inputs.draw(self.chance) - len(chosen))
            chosen |= self._others(number, len(self._fresh_fetched) if is_last else room, is_last=is_last)
        self.inputs.append(sorted(chosen))
        room = kind.sources.draw(self.chance)
        self.sources.append(sorted(self._some_sources(room, kind.common_sources, is_fetched=is_fetched)))
        (self._fresh_fetched if is_fetched else self.fresh_built).append(number)

    def _often(self, shares: Mapping[int, float]) -> set[int]:
        return {one for one, share in shares.items() if self.chance.random() < share}

    def _others(self, number: int, room: int, *, is_last: bool) -> set[int]:
        chosen: set[int] = set()
        while self._fresh_fetched and len(chosen) < room:
            chosen.add(self._fresh_fetched.pop())
        if self.fresh_built and not is_last and self.chance.random() < _TAKEN_ANEW:
            chosen.add(self._popped(self.fresh_built))
        for _try in range(2 * (min(room, number // 4) - len(chosen))):
            if len(chosen) < room and (taken := self._taken[self.chance.random() < _FETCHED_AGAIN]):
                chosen.add(taken[self.chance.randrange(len(taken))])
        for one in sorted(chosen):
            self._taken[bool(self.fetched[one])].append(one)
        return chosen

    def _popped(self, fresh: list[int]) -> int:
        place = self.chance.randrange(len(fresh))
        fresh[place], fresh[-1] = fresh[-1], fresh[place]
        return fresh.pop()

    def _some_sources(self, room: int, common: Mapping[int, float], *, is_fetched: bool) -> set[int]:
        chosen = set[int]()
        if room and not is_fetched and self.chance.random() < _OWN_SOURCE:
            chosen.add(self.distinct_sources)
            self._taken_sources.append(self.distinct_sources)
            self.distinct_sources += 1
        chosen |= set(sorted(self._often(common))[: room - len(chosen)])
        for _try in range(2 * (room - len(chosen))):
            if len(chosen) < room:
                chosen.add(self._taken_source(common, is_fetched=is_fetched))
        return chosen

    def _taken_source(self, common: Mapping[int, float], *, is_fetched: bool) -> int:
        """Give one that is taken already: nearly all are those that many take."""
        if is_fetched or not self._taken_sources or self.chance.random() < _COMMON_AGAIN:
            return self.chance.choices(list(common), list(common.values()))[0]
        chosen = self.chance.choice(self._taken_sources)
        self._taken_sources.append(chosen)
        return chosen


@dataclass(frozen=True)
class Difference:
    """What base and head do not share."""

    itself: Mapping[int, int | None]
    """Numbers of derivations that differ by themselves → the input source by which they do, or None."""
    differing: bytearray
    """Number of a derivation → whether it, or anything that it is built from, differs."""


def differ(wiring: Wiring, share: float, chance: Random) -> Difference:
    """Let some derivations differ by themselves, and all that is built from them, up to a share of base.

    With a share of 1, what everything is built on differs.
    """
    if share >= 1:
        return Difference({0: None}, _closed(wiring, {0}))
    referrers, most = _Referrers(wiring), max(1, round(share * wiring.base))
    itself, reached = dict[int, int | None](), set[int]()
    for number, source in _candidates(wiring, chance, 40 * most):
        above = None if number in itself else referrers.above(number, most - len(reached), reached)
        if above is None:
            continue
        itself[number] = source
        reached |= above
        if len(reached) >= most:
            break
    return Difference(itself, _closed(wiring, itself))


def _candidates(wiring: Wiring, chance: Random, most: int) -> Iterator[tuple[int, int | None]]:
    """Give derivations that may differ, some of them with the input source by which they do."""
    counts = Counter(wiring.sources.flat)
    left = max(1, round(DIFFERING_SOURCES * wiring.distinct_sources))
    for _try in range(most):
        number = chance.randrange(FIRST, wiring.base)
        own = [one for one in wiring.sources[number] if counts[one] == 1]
        if own and left:
            left -= 1
            yield number, own[0]
        elif wiring.fetched[number] == (chance.random() < DIFFERING_FETCHED_SHARE):
            yield number, None


def _closed(wiring: Wiring, itself: Iterable[int]) -> bytearray:
    differing = bytearray(wiring.head)
    for number in itself:
        differing[number] = True
    for number in range(wiring.head):
        if not differing[number]:
            differing[number] = any(differing[used] for used in wiring.inputs[number])
    return differing


class _Referrers:
    """Who takes a derivation; none is asked of the tools, which nearly all take."""

    def __init__(self, wiring: Wiring) -> None:
        self._starts = array("Q", bytes(8 * (wiring.base + 2)))
        for number in range(wiring.base):
            for used in wiring.inputs[number]:
                self._starts[used + 2] += used >= FIRST
        for number in range(wiring.base):
            self._starts[number + 2] += self._starts[number + 1]
        self._flat = array("I", bytes(4 * self._starts[-1]))
        for number in range(wiring.base):
            for used in wiring.inputs[number]:
                if used >= FIRST:
                    self._flat[self._starts[used + 1]] = number
                    self._starts[used + 1] += 1

    def above(self, number: int, most: int, known: set[int]) -> set[int] | None:
        """Give all that is built from a derivation, itself included, and not known; None if it is more than asked."""
        found, pending = {number} - known, [number]
        while pending and len(found) <= most:
            one = pending.pop()
            for taker in self._flat[self._starts[one] : self._starts[one + 1]]:
                if taker not in found and taker not in known:
                    found.add(taker)
                    pending.append(taker)
        return found if len(found) <= most else None
