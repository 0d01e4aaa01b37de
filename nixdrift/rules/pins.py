"""How an input source is held at an earlier commit, what to say of it, and how much that matters."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison, Evidence
from nixdrift.config import Config
from nixdrift.evaluation import Position
from nixdrift.history import LoggedCommit, Past
from nixdrift.judgement import ComponentJudgement, Finding, Level, OwnershipKind, PathJudgement, Verdict
from nixdrift.model import source_name
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.locks import LOCK, lock_of
from nixdrift.rules.old_sources import OldSource, is_unimportant, old_source_of, old_sources
from nixdrift.rules.rule import Explanation, finding
from nixdrift.tree import is_below

_SHOWN_COMMITS = 3


def told(old: OldSource) -> str:
    """Say what an old source is, and how far it is behind."""
    past = old.past
    what = shown(past.path) if past.path else f"the tree of {past.beside or 'this repository'}"
    behind = distance(past, old.own_paths)
    return f"its input source {source_name(old.source)} is {what} as of commit {past.commit}, {behind}"


def distance(past: Past, paths: Iterable[str]) -> str:
    """Say how far a commit is behind, and which of the later ones changed some paths."""
    if not past.behind:
        return "which the working tree has left behind"
    behind = f"{_number(past.behind)} behind {'its ' if past.beside else ''}HEAD"
    touching = past.touching(tuple(paths))
    if not touching:
        return behind
    return f"{behind}; {len(touching)} of them changed {_listed_paths(paths)}: {_listed_commits(touching)}"


def _number(commits: int) -> str:
    return "1 commit" if commits == 1 else f"{commits} commits"


def _listed_paths(paths: Iterable[str]) -> str:
    return ", ".join(shown(path) for path in paths if path) or "it"


def _listed_commits(commits: tuple[LoggedCommit, ...]) -> str:
    more = len(commits) - _SHOWN_COMMITS
    named = ", ".join(map(str, commits[:_SHOWN_COMMITS]))
    return f"{named} and {more} more" if more > 0 else named


def where(position: Position | None) -> str:
    """Write where something is, to be added to a sentence."""
    return f" at {shown(position.path)}:{position.line}" if position else ""


class Pin(Enum):
    """How a source is held at an earlier commit."""

    CONTENT = "content"
    COMMIT = "commit"
    LOCK = "lock"


Remedy = Callable[[OldSource], str]


def pin_of(old: OldSource, evidence: Evidence) -> Pin:
    """Tell how a source is held: by its content where that is written, else by a lock file or by a commit."""
    if old.past.pinned is not None and not old.past.pinned.path.endswith(LOCK):
        return Pin.CONTENT
    if lock_of(old.side, evidence, old.past) is not None:
        return Pin.LOCK
    return Pin.COMMIT if old.past.named is not None or old.is_whole else Pin.CONTENT


def explained(
    pin: Pin, remedy: Remedy, comparison: Comparison, judged: ComponentJudgement, path: PathJudgement
) -> Explanation | None:
    """Explain a missed path by an old source that is held in one way."""
    old = old_source_of(comparison, judged, path)
    if old is None or pin_of(old, comparison.evidence) is not pin:
        return None
    level = _level(old, path, comparison.config)
    if level is None:
        return None
    return Explanation(remedy(old), told(old), old.pinned_at, level)


def _level(old: OldSource, path: PathJudgement, config: Config) -> Level | None:
    """Tell how much it matters that an old source lacks a change; None: this source is not what should have it."""
    changed, kind = path.change.path, path.ownership.kind
    if kind is not OwnershipKind.DECLARED and is_unimportant(changed, config):
        return Level.NOTE
    if any(is_below(changed, used) for used in old.own_paths):
        # Where it is not proven that nothing else holds the change, this source is only what is likely.
        return Level.WARNING if path.verdict is Verdict.UNPROVEN else Level.ERROR
    return Level.NOTE if kind is OwnershipKind.PROVEN else None


def found_within(pin: Pin, remedy: Remedy, rule: str, inspection: Inspection) -> Iterator[Finding]:
    """Find the derivations with an old source that is held in one way."""
    for derivation in sorted(inspection.derivations):
        for old in old_sources(inspection.side, inspection.evidence, derivation):
            if pin_of(old, inspection.evidence) is pin:
                yield _found(rule, inspection, old, remedy(old))


def _found(rule: str, inspection: Inspection, old: OldSource, remedy: str) -> Finding:
    past, name = old.past, inspection.name(old.derivation)
    differing = old.differing(old.own_paths, inspection.config)
    later = {path for commit in past.touching(old.own_paths) for path in commit.paths}
    matters = differing if past.beside is None else any(not is_unimportant(path, inspection.config) for path in later)
    whose = f"of {past.beside}" if past.beside else "of this repository"
    return finding(
        rule,
        Level.WARNING if matters else Level.NOTE,
        name,
        differing,
        message=f"{name} is built from an earlier commit {whose}",
        reason=told(old),
        remedy=remedy,
        location=old.pinned_at,
        identity=identity_of(old),
    )


def identity_of(old: OldSource) -> tuple[str, str, str]:
    """Give what tells an old source of a component from others: the checkout, the path and the commit."""
    return old.past.beside or "", old.past.path, old.past.commit.commit
