"""A lock file holds an input at an earlier tree than it should, or was made for another input than is asked for.

The input may be *this repository itself*, by its path or one of its remotes: what is built from it is as it was when
it was locked. It may be a flake *inside of* the repository (``path:./child``): Nix before 2.26 records the hash of its
tree, and takes that tree from the store as long as it is there; later releases follow the commit. It may come from a
*checkout beside* this repository, on this machine. And `flake.nix` may ask for *another* url, ref or rev than the lock
was made for: of a flake's own inputs Nix notices that, and fetches what is asked for or refuses; of the inputs of a
flake inside of the repository it does not (seen in 2.8, 2.26 and 2.34), and takes what is locked.

Fires:

- a change is missed, and the component's source, or the inner flake that reads it, is as it was when it was locked:
  an error
- an inner flake asks for another input than the outer lock was made for: an error; a flake for itself: a warning
- a lock file comes to hold an earlier tree, or what is built comes to use it, or an audit finds it, and what is used
  of it has changed since: a warning

Stays silent:

- the lock was updated with the change, or with `flake.nix`
- the locked tree and the revision's differ in nothing that is used; the commit that holds the lock always comes later
- only documentation differs, or, for the repository itself, expressions
- the input is another repository, which is not on this machine
- the input is written in another form, and means the same

Usual remedy: ``nix flake update INPUT`` (before Nix 2.19: ``nix flake lock --update-input INPUT``).
"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison, Evidence
from nixdrift.flakes import Divergence, divergences
from nixdrift.flakes.divergence import FLAKE
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.lagging import Lag, command, inner_lags, lags, update
from nixdrift.rules.locks import LockFile, lock_files, lock_of
from nixdrift.rules.old_sources import OldSource, old_sources
from nixdrift.rules.pins import Pin, explained
from nixdrift.rules.rule import Explanation, Rule, finding, is_missed, listed
from nixdrift.tree import is_below, join

_ID = "stale-lock"


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    remedy = partial(_remedy, comparison.evidence)
    return explained(Pin.LOCK, remedy, comparison, judged, path) or _by_inner_flake(comparison, path)


def _remedy(evidence: Evidence, old: OldSource) -> str:
    found = lock_of(old.side, evidence, old.past)
    return update(*found, old.side) if found else ""


def _by_inner_flake(comparison: Comparison, path: PathJudgement) -> Explanation | None:
    """Explain a missed path that is in no source by the inner flake in which it is read."""
    side, evidence = comparison.after, comparison.evidence
    if not is_missed(path):
        return None
    for lock in lock_files(side, evidence):
        for lag in inner_lags(lock, side, evidence, comparison.config):
            if is_below(path.change.path, lag.directory):
                return Explanation(update(lock, lag.input, side), lag.told, lock.position(lag.input))
    return None


def _within(inspection: Inspection) -> Iterator[Finding]:
    side, evidence = inspection.side, inspection.evidence
    for lock in lock_files(side, evidence):
        yield from _edited(lock, inspection)
    built = _built_from(inspection)
    for lag in lags(side, evidence, inspection.config):
        takers = built.get((lag.lock.path, lag.input.name), set())
        if takers or _concerns(lag, inspection):
            yield _lagging(lag, takers, inspection)


def _edited(lock: LockFile, inspection: Inspection) -> Iterator[Finding]:
    """Find the inputs for which a flake asks otherwise than when they were locked."""
    tree, read_blob = inspection.side.tree, inspection.evidence.read_blob
    if tree is None or read_blob is None:
        return
    for found in divergences(tree, read_blob, lock.directory, lock.inputs):
        if {lock.path, found.flake} & inspection.paths:
            yield _divergent(lock, found, inspection)


def _divergent(lock: LockFile, found: Divergence, inspection: Inspection) -> Finding:
    title, flake = found.locked.title, shown(found.flake)
    return finding(
        _ID,
        Level.ERROR if found.is_inside else Level.WARNING,
        None,
        [found.flake, lock.path],
        message=f"{flake} asks for another {title} than {shown(lock.path)} was made for",
        reason=f"{'; '.join(found.differences)}; {_WHAT_NIX_DOES[found.is_inside]}",
        remedy=command(lock, found.locked, inspection.side) if found.is_inside else "nix flake lock",
        location=lock.position(found.locked),
        identity=(lock.path, title, repr(sorted(found.asked.items()))),
    )


_WHAT_NIX_DOES = {
    True: "of a flake inside of the repository Nix takes what is locked, and says nothing",
    False: "Nix fetches what is asked for, or refuses to evaluate: nobody builds what the lock file says",
}


def _built_from(inspection: Inspection) -> Mapping[tuple[str, tuple[str, ...]], set[str]]:
    """Give lock file and input → the names of what is built from it at an earlier tree."""
    side, evidence = inspection.side, inspection.evidence
    built: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for derivation in inspection.derivations if any(lock_files(side, evidence)) else ():
        for old in old_sources(side, evidence, derivation):
            if found := lock_of(side, evidence, old.past):
                built.setdefault((found[0].path, found[1].name), set()).add(inspection.name(derivation))
    return built


def _concerns(lag: Lag, inspection: Inspection) -> bool:
    """Tell whether what is looked at has to do with a locked input: its lock, its flake, or its own files."""
    own = {lag.lock.path, join(lag.lock.directory, FLAKE)} & inspection.paths
    return bool(own) or bool(lag.directory and any(is_below(path, lag.directory) for path in inspection.paths))


def _lagging(lag: Lag, takers: Collection[str], inspection: Inspection) -> Finding:
    users = f"; {listed(takers)} {'is' if len(takers) == 1 else 'are'} built from it" if takers else ""
    return finding(
        _ID,
        Level.WARNING,
        None,
        lag.differing or [lag.lock.path],
        message=f"{shown(lag.lock.path)} holds {lag.input.title} at an earlier tree of {lag.whose}{users}",
        reason=lag.told,
        remedy=update(lag.lock, lag.input, inspection.side),
        location=lag.lock.position(lag.input),
        identity=(lag.lock.path, lag.input.title, lag.past.commit.commit if lag.past else ""),
    )


STALE_LOCK = Rule(_ID, Level.ERROR, "flake.lock holds an input at an earlier tree", explain=_explain, within=_within)
