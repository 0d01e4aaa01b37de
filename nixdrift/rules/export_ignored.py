"""Git leaves a file out of what it exports, or rewrites it, and a component is built from such an export.

A flake of Nix before 2.20 is what `git archive` writes: paths with the attribute `export-ignore` are not in it, and
in those with `export-subst` placeholders are replaced, so that they differ for every commit. `builtins.fetchGit` leaves
out the former in all releases, unless `exportIgnore = false` (Nix 2.20 or later).

Fires:

- a path with one of these attributes changes, and the component's source is such an export
- a component's source comes to lack such paths (a note)

Stays silent:

- the path lies outside of every component
- the path is taken as it is: by an expression file, or by a flake of Nix 2.20 or later

Usual remedy: take the attribute off what is needed, in `.gitattributes`.
"""

from collections.abc import Iterator

from nixdrift.changes import SUBMODULE_MODE, ChangeKind, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement, Verdict
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Explanation, Rule, finding, is_missed, listed
from nixdrift.sources import LocalSource
from nixdrift.tree import Tree, is_below

_LEFT_OUT = "git leaves it out of what it exports (export-ignore)"
_REWRITTEN = "git rewrites it in what it exports (export-subst), so that it differs for every commit"


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if not (is_missed(path) or path.verdict is Verdict.UNPROVEN):
        return None
    removed = path.change.kind is ChangeKind.REMOVED
    side, start = (
        (comparison.before, judged.component.before) if removed else (comparison.after, judged.component.after)
    )
    name = path.change.path
    if side.files is None or start is None or not (side.files.is_left_out(name) or name in side.files.rewritten):
        return None
    closure = side.graph.closure([start])
    if not any(source.path in closure and _is_export(source, name, side) for source in side.sources.values()):
        return None
    left_out = side.files.is_left_out(name)
    return Explanation(
        f"take {'export-ignore' if left_out else 'export-subst'} off {shown(name)}, in .gitattributes",
        _LEFT_OUT if left_out else _REWRITTEN,
        level=Level.ERROR if is_missed(path) else Level.WARNING,
    )


def _is_export(source: LocalSource, path: str, side: Side) -> bool:
    """Tell whether a source is what git exports of a directory above a path."""
    files, tree, held = side.files, side.tree, source.files
    if files is None or tree is None or held is None or not any(is_below(path, origin) for origin in source.origins):
        return False
    if path in files.rewritten:
        return path in held and held[path] != tree.entries.get(path)
    return not any(files.is_left_out(one) for one in held)


def _within(inspection: Inspection) -> Iterator[Finding]:
    side = inspection.side
    if side.files is None or side.tree is None or not side.files.left_out:
        return
    for source in sorted(side.sources.values(), key=lambda one: one.path):
        missing = _missing(source, side.tree)
        if missing and all(side.files.is_left_out(path) for path in missing):
            for taker in sorted(inspection.derivations & set(side.graph.direct_referrers(source.path))):
                name = inspection.name(taker)
                yield finding(
                    EXPORT_IGNORED.id,
                    Level.NOTE,
                    name,
                    missing,
                    message=f"{name} is built without {listed(missing)}: {_LEFT_OUT}",
                    reason="its source is what git exports: of a flake of Nix before 2.20, or by builtins.fetchGit",
                    remedy="take export-ignore off what it needs, in .gitattributes",
                    location=inspection.position(taker, "src"),
                    identity=(),
                )


def _missing(source: LocalSource, tree: Tree) -> list[str]:
    """Give what the place that a source is made from has, and the source has not."""
    held = source.files
    if held is None or len(source.origins) != 1:
        return []
    files = (path for path in tree.files_below(source.origins[0]) if path not in held)
    return sorted(path for path in files if tree.entries[path].mode != SUBMODULE_MODE)


EXPORT_IGNORED = Rule(
    "export-ignored", Level.ERROR, "git leaves it out of what it exports", explain=_explain, within=_within
)
