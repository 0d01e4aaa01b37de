"""A component's source is fetched from an earlier commit of this repository, or of a checkout beside it.

``builtins.fetchGit``, ``builtins.fetchTree`` and their like with a ``rev`` (or a tag) give the tree of that commit,
whatever was committed since. The reason says how many commits behind it is, and which of them changed what the
component takes.

Fires:

- a change is missed, and the component's source is the tree of an earlier commit: an error, or a warning where
  something else may yet hold the change
- a component comes to be built from an earlier commit, or an audit finds one that is, and what it takes has changed
  since: a warning
- the same for a checkout beside this repository, on this machine, whose branch has moved on: a warning
- nothing that matters to the component has changed since; or the missed path is documentation, or elsewhere in the
  tree than what the component names there, or than the directory of its own name: a note

Stays silent:

- what the component takes of the commit was refreshed with the change
- the repository is not on this machine, or its location is written in no file of the revision
- the revision stays where it is while something else changes

Usual remedy: refresh the revision, or take the path itself: a repository need not fetch itself.
"""

from collections.abc import Iterator

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.old_sources import OldSource
from nixdrift.rules.pins import Pin, explained, found_within, where
from nixdrift.rules.rule import Explanation, Rule

_ID = "old-commit"


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return explained(Pin.COMMIT, _remedy, comparison, judged, path)


def _within(inspection: Inspection) -> Iterator[Finding]:
    return found_within(Pin.COMMIT, _remedy, _ID, inspection)


def _remedy(old: OldSource) -> str:
    refresh = f"refresh the revision{where(old.pinned_at)}"
    return f"{refresh}, if what came since is wanted" if old.past.beside else f"{refresh}, or take the path itself"


OLD_COMMIT = Rule(_ID, Level.ERROR, "the source is that of an earlier commit", explain=_explain, within=_within)
