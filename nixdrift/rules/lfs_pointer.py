"""A component takes the pointer of a file that git LFS keeps elsewhere, and not the file.

What git records of such a file is a text that names its content. Nix does not fetch the content, neither for a flake
nor where git LFS is not installed: what is built holds the pointer. A note for expression files, since another
checkout may have the content.

Fires:

- an input source of a component holds a pointer; in a check, one that is new or changed

Stays silent:

- the pointer lies outside of every component
- Nix was told to fetch the content

Usual remedy: `inputs.self.lfs = true;` in `flake.nix` (Nix 2.27 or later), or fetch the content as an input of its own.
"""

from collections.abc import Iterator

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, FileState, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.evaluation import Position
from nixdrift.judgement import Finding, Level
from nixdrift.model import StorePath
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Rule, finding
from nixdrift.tree import ReadBlob

_BEGINNING = b"version https://git-lfs.github.com/spec/v1"


def _between(comparison: Comparison) -> Iterator[Finding]:
    """Give the pointers that changed: of what they stand for, nothing is built."""
    side, read_blob = comparison.after, comparison.evidence.read_blob
    for judged in comparison.judgement.components:
        component = judged.component
        for change in (path.change for path in judged.paths):
            if component.after in _takers(side, change.path) and _is_pointer(change.after, read_blob):
                yield _finding(side, component.name, change.path, component.position)


def _within(inspection: Inspection) -> Iterator[Finding]:
    side = inspection.side
    entries = side.tree.entries if side.tree else {}
    for path in sorted(inspection.paths & entries.keys()):
        takers = _takers(side, path) & inspection.derivations
        if takers and _is_pointer(entries[path], inspection.evidence.read_blob):
            for taker in sorted(takers):
                yield _finding(side, inspection.name(taker), path, inspection.position(taker, "src"))


def _takers(side: Side, path: str) -> frozenset[StorePath]:
    """Give the derivations that take a path themselves, with what git records of it."""
    state = side.tree.entries.get(path) if side.tree else None
    sources = [source for source in side.holders(path) if side.tree and source.holds(path, side.tree) == state]
    return frozenset(taker for source in sources for taker in side.graph.direct_referrers(source.path))


def _is_pointer(state: FileState | None, read_blob: ReadBlob | None) -> bool:
    is_file = state is not None and state.mode in {FILE_MODE, EXECUTABLE_MODE}
    return state is not None and is_file and read_blob is not None and read_blob(state.object_id).startswith(_BEGINNING)


def _finding(side: Side, name: str, path: str, position: Position | None) -> Finding:
    if side.evaluation.of_flake is False:
        reason = "what is evaluated is what git records: a checkout without git LFS holds the same"
        remedy = "check out with git LFS wherever this is built, or fetch the content as an input of its own"
    else:
        reason = "git records a pointer, and Nix does not fetch what it stands for"
        remedy = "inputs.self.lfs = true in flake.nix (Nix 2.27 or later), or fetch the content as an input of its own"
    return finding(
        LFS_POINTER.id,
        Level.NOTE if side.evaluation.of_flake is False else Level.WARNING,
        name,
        [path],
        message=f"{name} is built with the git LFS pointer {shown(path)}, and not with what it stands for",
        reason=reason,
        remedy=remedy,
        location=position,
    )


LFS_POINTER = Rule(
    "lfs-pointer", Level.WARNING, "a git LFS pointer is built, and not the file", between=_between, within=_within
)
