"""A filter leaves a changed path out: its directory is an input, and the path is not.

`builtins.path` and `builtins.filterSource` with a filter, `lib.cleanSourceWith`, `lib.sourceByRegex` and
`lib.fileset.toSource` copy what they let pass, and nothing says what they left out: a new file that an allow-list
does not know, or a directory that a pattern matches by mistake, changes nothing that is built.

Fires:

- for a changed path that is stale or masked, where an input source of the component is made from a directory above
  the path, holds what it holds as it is in this revision, and does not hold the path; also where nothing passed the
  filter. The source is the component's own, or that of a derivation inside of it that is no root and no fixed output.

Stays silent:

- where no input source is made from a directory above the path; where a source has content of another time, and so is
  pinned and not filtered; for submodules, and for files that git does not track

Usual remedy: let the filter pass the path, or, if it is left out on purpose, have nixdrift.toml ignore it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nixdrift.changes import ChangeKind, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.filtering import Filtered
from nixdrift.comparison.side import Side
from nixdrift.evaluation import Position
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement
from nixdrift.model import StorePath, source_name
from nixdrift.rules.rule import Explanation, Rule, is_missed
from nixdrift.rules.stale import or_declare
from nixdrift.tree import is_below


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A path, the source that could hold it and does not, and the derivation that takes this source."""

    path: str
    filtered: Filtered
    taker: StorePath
    side: Side

    @property
    def source(self) -> StorePath:
        return self.filtered.source.path


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if not is_missed(path):
        return None
    # What is gone was left out, if ever, where it was.
    is_gone = path.change.kind is ChangeKind.REMOVED
    side = comparison.before if is_gone else comparison.after
    component = judged.component.before if is_gone else judged.component.after
    found = _leaving_out(side, component, path.change.path) if component else ()
    best = min(found, key=lambda one: (one.taker != component, _remoteness(one)), default=None)
    return _explanation(comparison, judged, path, best) if best else None


def _leaving_out(side: Side, component: StorePath, path: str) -> Iterator[_LeftOut]:
    for source, filtered in side.filtered.items():
        taker = side.takers(source).get(component)
        # Of an empty source it cannot be told what it is a part of: that of another derivation says nothing.
        if taker is not None and (taker == component or not filtered.is_empty) and filtered.leaves_out(path):
            yield _LeftOut(path, filtered, taker, side)


def _remoteness(found: _LeftOut) -> tuple[int, str]:
    above = (origin for origin in found.filtered.source.origins if is_below(found.path, origin))
    return -max(map(len, above), default=-1), found.source


def _explanation(
    comparison: Comparison, judged: ComponentJudgement, path: PathJudgement, found: _LeftOut
) -> Explanation:
    what, position = _what(found), _position(found)
    name = source_name(found.source)
    whose = judged.component.name if found.taker in _derivations(judged) else _name(found)
    at = f" at {shown(position.path)}:{position.line}" if position else f" of {name}"
    return Explanation(
        _remedy(comparison, found, what, at) + or_declare(judged, path),
        f"an input source of {whose} ({name}) {_made_of(found, what)}",
        position,
        what=what,
    )


def _derivations(judged: ComponentJudgement) -> tuple[StorePath | None, StorePath | None]:
    return judged.component.before, judged.component.after


def _name(found: _LeftOut) -> str:
    return found.side.graph.derivations[found.taker].name


def _what(found: _LeftOut) -> str:
    """Give what a filter would have to pass: the outermost directory of which it passes nothing, or the file."""
    if found.filtered.is_empty:
        return found.path
    outermost = found.filtered.outermost(found.path)
    return outermost if outermost == found.path else f"{outermost}/"


def _made_of(found: _LeftOut, what: str) -> str:
    if found.filtered.is_empty:
        return "is an empty directory: nothing passed its filter"
    origins = " or ".join(f"{shown(one)}/" if one else "the repository" for one in found.filtered.source.origins)
    return f"is made from {origins}, and leaves {shown(what)} out"


def _remedy(comparison: Comparison, found: _LeftOut, what: str, at: str) -> str:
    tree = comparison.after.tree
    if found.filtered.is_empty:
        return f"mend the filter{at}, which nothing passes"
    if tree is not None and what.rstrip("/") not in tree.entries:
        return f"look at the filter{at}: what is built never held {{what}}"
    if _was_all(comparison.before, found.source):
        # Then it may as well be pinned to what was there.
        return f"add {{what}} to the filter{at}, or refresh the hash that it is pinned by"
    return f"add {{what}} to the filter{at}"


def _was_all(side: Side, source: StorePath) -> bool:
    known = side.sources.get(source)
    filtered = side.filtered.get(source)
    return known is not None and (known.files is None or (filtered is not None and filtered.is_complete))


def _position(found: _LeftOut) -> Position | None:
    """Give where the source is written, as far as evaluation can tell."""
    places = found.side.evaluation.positions.get(found.taker, {})
    texts = found.side.graph.derivations[found.taker].env
    names = [name for name in sorted(texts) if found.source in texts[name]] or ["src", "srcs"]
    return next((places[name] for name in names if name in places), None)


FILTERED = Rule("filtered", Level.ERROR, "a filter leaves a changed path out", explain=_explain)
