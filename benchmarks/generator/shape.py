"""What real graphs look like, as small tables.

Measured by `benchmarks.generator.measure` on a recording of nixpkgs of 2016, at two commits: 70,779 and 70,988
derivations, 230 MB of JSON each; nobody refers to 17,800 of them. *Fetched* are the fixed-output derivations, *built*
all others. What was not in it is not here: structured attributes, floating
outputs.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

MARKS = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1)
"""The shares of a population that the values of a `Spread` are at."""


@dataclass(frozen=True)
class Spread:
    """How a number is spread over a population: the value at each of `MARKS`."""

    values: Sequence[int]

    def draw(self, chance: Random) -> int:
        """Draw a number: between two marks every ratio is as likely as another."""
        place = chance.random()
        mark = bisect_right(MARKS, place) - 1
        low, high = self.values[mark], self.values[mark + 1]
        if low == high:
            return low
        part = (place - MARKS[mark]) / (MARKS[mark + 1] - MARKS[mark])
        return round(math.exp(math.log(low + 1) * (1 - part) + math.log(high + 1) * part)) - 1


@dataclass(frozen=True)
class Kind:
    """What derivations of one kind are like."""

    inputs: Spread | None
    """How many input derivations one takes; None: only tools."""
    tools: Mapping[int, float]
    """Which tools it takes, by their numbers, and how many of this kind do: what nearly all take."""
    sources: Spread
    """How many input sources one takes."""
    common_sources: Mapping[int, float]
    """Which sources it takes that many take, by their numbers, and how many of this kind do."""
    variables: Spread
    size: Spread
    """How many bytes a record takes as compact JSON."""


FETCHED_SHARE = 0.486
UNREFERRED_SHARE = 0.2515
"""How many derivations nobody refers to: none of them is fetched."""
SEVERAL_OUTPUTS_SHARE = 0.0225
"""How many of the built derivations have more outputs than one."""
DISTINCT_SOURCES = 0.0215
"""How many input sources there are for each derivation."""

DIFFERING_SHARE = 0.0065
"""How many derivations of head are not in base."""
GAINED_SHARE = 0.003
"""How many of head's are new by name, too."""
DIFFERING_FETCHED_SHARE = 0.75
"""How many of those that differ by themselves are fetched."""
DIFFERING_SOURCES = 0.0013
"""How many input sources differ; at least one."""
BESIDE_SHARE = 0.2
"""For how many of what is new by name another file was added beside the expression."""

BOOTSTRAP = 30
"""How deep it goes below the tools: each is built on the one before it."""
TOOLS = 24

FETCHED = Kind(
    inputs=None,
    tools={0: 0.977, 1: 0.977, 2: 0.875, 3: 0.875, 4: 0.104, 5: 0.021, 6: 0.021, 7: 0.018, 8: 0.018, 9: 0.018},
    sources=Spread((0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2)),
    common_sources={0: 0.898, 1: 0.075, 2: 0.021, 3: 0.021},
    variables=Spread((11, 15, 21, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22, 22)),
    size=Spread((808, 1380, 1841, 2265, 2279, 2294, 2307, 2316, 2324, 2336, 2988, 3182, 3214, 3244, 3264, 3270)),
)
BUILT = Kind(
    inputs=Spread((1, 4, 4, 5, 6, 7, 7, 8, 9, 10, 12, 16, 28, 72, 337, 2579)),
    # Numbers 2 and 3 are taken by what is fetched alone.
    tools={0: 0.986, 1: 0.984, 4: 0.246, 5: 0.243, 6: 0.211, 7: 0.086, 8: 0.085, 9: 0.084, 10: 0.084, 11: 0.080}
    | {12: 0.073, 13: 0.060, 14: 0.057, 15: 0.057, 16: 0.057, 17: 0.057, 18: 0.046, 19: 0.037, 20: 0.036, 21: 0.035}
    | {22: 0.030, 23: 0.030},
    sources=Spread((0, 1, 1, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 8, 13, 14)),
    common_sources={1: 0.953, 4: 0.154, 5: 0.154, 6: 0.083, 7: 0.083, 8: 0.080, 9: 0.031, 10: 0.022, 11: 0.008},
    variables=Spread((8, 11, 12, 15, 18, 19, 20, 20, 20, 22, 22, 22, 26, 30, 41, 52)),
    size=Spread((876, 1391, 1628, 1938, 2280, 2739, 3206, 3727, 4254, 7102, 7580, 8368, 11454, 25190, 112605, 522999)),
)
COMMON_SOURCES = 12
