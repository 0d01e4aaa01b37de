"""Group what nobody claims: by what is built of it, where a manifest says that something is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from nixdrift.audit.regions import Totals, regions
from nixdrift.judgement import UnclaimedDirectory
from nixdrift.manifests import MANIFESTS
from nixdrift.tree import ancestors

_CONVENIENCE = "Makefile"
"""At the top of a repository, this is most often a list of commands for its developers."""


def unclaimed_directories(paths: Iterable[str], totals: Totals) -> tuple[UnclaimedDirectory, ...]:
    """Group paths that nobody claims by the outermost directory with a manifest among them, else by directory."""
    listed = sorted(paths)
    manifests = frozenset(path for path in listed if _is_manifest(path))
    homes = {path.rpartition("/")[0] for path in manifests}
    built: defaultdict[str, list[str]] = defaultdict(list)
    for path in listed:
        for home in _homes(path, homes):
            built[home].append(path)
    rest = set(listed) - {path for inside in built.values() for path in inside}
    groups = [(home, tuple(inside)) for home, inside in built.items()]
    groups += [(region.directory, region.paths) for region in regions(rest, totals)]
    return tuple(
        UnclaimedDirectory(directory, inside, tuple(path for path in inside if path in manifests))
        for directory, inside in sorted(groups)
    )


def _is_manifest(path: str) -> bool:
    return path.rpartition("/")[2] in MANIFESTS and path != _CONVENIENCE


def _homes(path: str, homes: Iterable[str]) -> Iterator[str]:
    """Give the directory whose manifest speaks for a path; that of the top speaks only for what lies beside it."""
    above = [directory for directory in ancestors(path) if directory in homes]
    outermost = next((directory for directory in reversed(above) if directory), None)
    if outermost is not None:
        yield outermost
    elif "/" not in path and above:
        yield ""
