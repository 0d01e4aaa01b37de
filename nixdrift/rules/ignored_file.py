"""A component's source directory holds files that git ignores.

No commit holds them, and neither does a flake: what this machine has there takes part in no build of a commit. Of an
expression file, `src = ./.` takes them along, so that another machine builds something else. A note.

Fires:

- in a check or an audit of the working tree, git ignores files in the directory that a component takes

Stays silent:

- a commit is checked or audited
- the files are what Nix leaves behind itself: `result`, `.direnv`

Usual remedy: track what is needed, and leave out the rest with a filter.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from nixdrift.judgement import Finding, Level
from nixdrift.model import StorePath
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Rule, finding, listed
from nixdrift.sources import LocalSource
from nixdrift.tree import is_below

_LEFTOVERS = ("result", ".direnv")


def _within(inspection: Inspection) -> Iterator[Finding]:
    files = inspection.side.files
    ignored = [path for path in files.ignored if not _is_leftover(path)] if files else []
    takers: defaultdict[StorePath, set[str]] = defaultdict(set)
    for source in inspection.side.sources.values() if ignored else ():
        inside = [path for path in ignored if _is_inside(path, source)]
        for taker in inspection.side.graph.direct_referrers(source.path) if inside else ():
            takers[taker].update(inside)
    for taker in sorted(takers.keys() & inspection.derivations):
        yield _finding(inspection, taker, sorted(takers[taker]))


def _is_leftover(path: str) -> bool:
    name = path.rstrip("/").rpartition("/")[2]
    return name in _LEFTOVERS or name.startswith("result-")


def _is_inside(path: str, source: LocalSource) -> bool:
    return any(is_below(path, origin) for origin in source.origins)


def _finding(inspection: Inspection, taker: StorePath, paths: Sequence[str]) -> Finding:
    name = inspection.name(taker)
    if inspection.side.evaluation.of_flake is False:
        reason = "no commit holds them: what is built from the directory itself is not what the commit gives"
    else:
        reason = "neither a commit nor a flake holds them: nothing that is built does"
    return finding(
        IGNORED_FILE.id,
        Level.NOTE,
        name,
        paths,
        message=f"git ignores files among the sources of {name}: {listed(paths)}",
        reason=reason,
        remedy="track what it needs, and leave out the rest with a filter",
        location=inspection.position(taker, "src"),
        identity=(),
    )


IGNORED_FILE = Rule("ignored-file", Level.NOTE, "git ignores files among its sources", within=_within)
