"""A component's source is fetched from an earlier commit of this repository, or of a checkout beside it.

``builtins.fetchGit``, ``builtins.fetchTree`` and their like with a ``rev`` (or a tag) give the tree of that commit,
whatever was committed since. The reason says how many commits behind it is, and which of them changed what the
component takes.

Fires:

- a change is missed, and the component's source is the tree of an earlier commit: an error, or a warning where
  something else may yet hold the change
- a component comes to be built from an earlier commit, or an audit finds one that is, and what it takes has changed
  since: a warning
- a merge lets a component be built from a commit of this repository, and nothing that it takes has changed since: a
  warning, since no later change will act
- the source is of a checkout beside this repository, on this machine, whose branch has moved on: a warning
- it was built from an earlier commit before, and nothing that matters to it has changed since; or the missed path is
  documentation, or elsewhere in the tree than what the component names there, or than the directory of its own name:
  a note

Stays silent:

- what the component takes of the commit was refreshed with the change
- the repository is not on this machine, or its location is written in no file of the revision
- the revision stays where it is while something else changes
- an expression file begins to fetch so, and base needs nothing from elsewhere: it is not evaluated (``--no-restrict``)

Usual remedy: refresh the revision, or take the path itself: a repository need not fetch itself.
"""

from collections.abc import Iterator

from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement
from nixdrift.model import StorePath
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.old_sources import OldSource, old_sources
from nixdrift.rules.pins import Pin, explained, found_within, identity_of, pin_of, told, where
from nixdrift.rules.rule import Explanation, Rule, finding, listed

_ID = "old-commit"


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return explained(Pin.COMMIT, _remedy, comparison, judged, path)


def _within(inspection: Inspection) -> Iterator[Finding]:
    return found_within(Pin.COMMIT, _remedy, _ID, inspection)


def _between(comparison: Comparison) -> Iterator[Finding]:
    """Find what is built from a commit from now on, and misses nothing yet."""
    for judged in comparison.judgement.components:
        before, after = judged.component.before, judged.component.after
        if before is None or after is None or before == after:
            continue
        held = [
            one
            for one in _held(comparison, comparison.after, after)
            if not one.differing(one.own_paths, comparison.config)
        ]
        if held and not _held(comparison, comparison.before, before):
            yield from (_found(judged, one) for one in held)


def _held(comparison: Comparison, side: Side, derivation: StorePath) -> list[OldSource]:
    found = old_sources(side, comparison.evidence, derivation)
    return [one for one in found if one.past.beside is None and pin_of(one, comparison.evidence) is Pin.COMMIT]


def _found(judged: ComponentJudgement, old: OldSource) -> Finding:
    name, paths = judged.component.name, old.own_paths
    what = listed(path or "the whole repository" for path in paths)
    return finding(
        _ID,
        Level.WARNING,
        name,
        paths,
        message=f"{name} comes to be built from a commit: no later change of {what} will act",
        reason=told(old),
        remedy=_remedy(old),
        location=old.pinned_at,
        # The same as what is found in head alone: this says more.
        identity=identity_of(old),
    )


def _remedy(old: OldSource) -> str:
    refresh = f"refresh the revision{where(old.pinned_at)}"
    return f"{refresh}, if what came since is wanted" if old.past.beside else f"{refresh}, or take the path itself"


OLD_COMMIT = Rule(
    _ID, Level.ERROR, "the source is that of an earlier commit", explain=_explain, between=_between, within=_within
)
