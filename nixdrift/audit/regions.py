"""Put paths together by directory: a directory of which all is meant is named once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from nixdrift.audit.result import Region
from nixdrift.tree import ancestors

Totals = Mapping[str, int]
"""Directory → how many paths there are below it."""


def totals_of(paths: Iterable[str]) -> Totals:
    """Count the paths below every directory."""
    return Counter(directory for path in paths for directory in ancestors(path))


def regions(paths: Iterable[str], totals: Totals) -> tuple[Region, ...]:
    """Group some of the counted paths: by the outermost directory of which they are all, else by their own."""
    found: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    listed = sorted(set(paths))
    below = totals_of(listed)
    for path in listed:
        own, *above = ancestors(path)
        whole = [directory for directory in (own, *above) if below[directory] == totals[directory]]
        found[(whole[-1], True) if whole else (own, False)].append(path)
    return tuple(Region(directory, is_whole, tuple(inside)) for (directory, is_whole), inside in sorted(found.items()))
