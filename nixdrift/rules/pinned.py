"""A component's source is pinned by its content: it is a path of this repository as it was at an earlier commit.

``builtins.path`` and ``builtins.fetchurl`` with a ``sha256``, ``builtins.storePath`` and a store path that is written
out all name a content. Where the store still has that content, Nix takes it and does not look at the path again: on a
machine that has built before, evaluation succeeds and gives what was there before. Only in a store without it does
Nix notice (``store path mismatch``). The reason names the commit, how far it is behind, and what changed since.

Fires:

- a change is missed, and the component's source is that path at an earlier commit: an error, or a warning where
  something else may yet hold the change
- a component comes to be pinned, or an audit finds it pinned, to another content than the path has: a warning
- a merge pins what a component takes to the content that it has, by a hash or a store path that it writes into an
  expression: a warning, since no later change will act
- the same where nothing that matters has changed since, or the missed path is documentation: a note

Stays silent:

- the pinned content is what the revision has there, and was pinned before
- a filter left the path out: what it leaves out may be all that came since, so a pin has to be written somewhere
- the content is of none of the last 1,000 commits

Usual remedy: take the path itself, without a hash; Nix hashes it anew for every evaluation.
"""

from collections.abc import Iterator

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.evaluation import Position
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement
from nixdrift.model import source_name
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.new_pins import new_pins
from nixdrift.rules.old_sources import OldSource
from nixdrift.rules.pins import Pin, explained, found_within, where
from nixdrift.rules.rule import Explanation, Rule, finding

_ID = "pinned"


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return explained(Pin.CONTENT, _remedy, comparison, judged, path)


def _within(inspection: Inspection) -> Iterator[Finding]:
    return found_within(Pin.CONTENT, _remedy, _ID, inspection)


def _between(comparison: Comparison) -> Iterator[Finding]:
    """Find what is pinned as it is: nothing is missed yet."""
    for pin in new_pins(comparison):
        name, what = pin.name, " or ".join(shown(one) or "the whole repository" for one in pin.source.origins)
        yield finding(
            _ID,
            Level.WARNING,
            name,
            pin.source.origins,
            message=f"{name} is pinned to what {what} holds now: no later change there will act",
            reason=f"{shown(pin.position.path)}:{pin.position.line} names the content of its input source "
            f"{source_name(pin.source.path)}, and did not at base",
            remedy=_unpin(pin.position),
            location=pin.position,
        )


def _remedy(old: OldSource) -> str:
    return f"{_unpin(old.pinned_at)}; or refresh what pins it"


def _unpin(position: Position | None) -> str:
    return f"take the path itself{where(position)}, without a sha256 or a store path: Nix hashes it anew"


PINNED = Rule(
    _ID,
    Level.ERROR,
    "the source is pinned to an earlier content",
    explain=_explain,
    between=_between,
    within=_within,
)
