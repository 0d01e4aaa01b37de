"""Inputs that are locked to an earlier tree than the one that they lead to has by now."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from nixdrift.changes import shown
from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.flakes import LockedInput, local_path
from nixdrift.flakes.divergence import FLAKE
from nixdrift.history import History, Past
from nixdrift.rules.locks import LockFile, differs, directory_of, history_of, leads_home, lock_files, locked_digest
from nixdrift.rules.old_sources import OldSource, differing_files, is_unimportant
from nixdrift.rules.pins import distance
from nixdrift.sources.proof import FLAKE_SOURCE
from nixdrift.store.paths import source_path
from nixdrift.tree import join

_FOLLOWS_THE_COMMIT = (2, 26)
"""The first release that takes a flake inside of the repository from the commit, whatever is locked."""

_UPDATES_ONE_INPUT = (2, 19)
"""The first release that knows ``nix flake update INPUT``."""


@dataclass(frozen=True, slots=True)
class Lag:
    """An input that is locked to an earlier tree."""

    lock: LockFile
    input: LockedInput
    past: Past | None
    """The commit that it is locked to, where it is known."""
    directory: str = ""
    """The directory of the repository that it is; ``""``: the whole, or a checkout beside."""
    differing: tuple[str, ...] = ()
    """The files of the repository that matter and that it has otherwise."""

    @property
    def whose(self) -> str:
        """What it is, in words."""
        if self.past is not None and self.past.beside is not None:
            return self.past.beside
        return f"{shown(self.directory)}/" if self.directory else "this repository"

    @property
    def told(self) -> str:
        """Say what the lock file holds, and how far it is behind."""
        paths = [self.directory] if self.directory else self.differing or [""]
        held = f"{shown(self.lock.path)} holds {self.input.title}"
        if self.past is None:
            return f"{held} at another tree than {self.whose} has now"
        whose = f" of {self.past.beside}" if self.past.beside else ""
        return f"{held} at commit {self.past.commit}{whose}, {distance(self.past, paths)}"


def lags(side: Side, evidence: Evidence, config: Config) -> Iterator[Lag]:
    """Give the inputs of all lock files that are locked to an earlier tree, in something that matters."""
    history = history_of(side, evidence)
    for lock in lock_files(side, evidence) if history else ():
        yield from inner_lags(lock, side, evidence, config)
        for one in lock.inputs:
            if history is not None and directory_of(lock, one, side, evidence) is None:
                found = _at_home(lock, one, side, evidence, config) or _beside(lock, one, side, history, config)
                if found is not None:
                    yield found


def inner_lags(lock: LockFile, side: Side, evidence: Evidence, config: Config) -> Iterator[Lag]:
    """Give the inputs that are a directory of the repository, and locked to another content than it has."""
    history = history_of(side, evidence)
    for one in lock.inputs:
        directory = directory_of(lock, one, side, evidence)
        path = local_path(one.original) or ""
        ignored = not path.startswith("/") and not _is_before(side, _FOLLOWS_THE_COMMIT)
        if directory is None or ignored or not differs(side, evidence, one, directory):
            continue
        past = _by_hash(one, side, history, [directory])
        files = differing_files(past.tree, side.tree, directory) if past and side.tree else ()
        matter = tuple(sorted(file for file in files if not config.housekeeping.match(file)))
        if past is None or matter:
            yield Lag(lock, one, past, directory, matter)


def _at_home(lock: LockFile, one: LockedInput, side: Side, evidence: Evidence, config: Config) -> Lag | None:
    history = history_of(side, evidence)
    if history is None or side.tree is None or one.revision is None or not leads_home(one, history):
        return None
    past = history.commit(one.revision)
    if past is None:
        return None
    used = _used(one, past, side)
    files = {file for path in used for file in differing_files(past.tree, side.tree, path)}
    matter = tuple(sorted(file for file in files if not is_unimportant(file, config)))
    return Lag(lock, one, past, differing=matter) if matter else None


def _used(one: LockedInput, past: Past, side: Side) -> Collection[str]:
    """Give the paths that derivations use of a locked tree; all of it, where none takes it as its source."""
    digest = locked_digest(one)
    if digest is None:
        return [""]
    source = source_path(digest, FLAKE_SOURCE, side.evaluation.store_dir)
    takers = (OldSource(side, taker, source, past) for taker in side.graph.direct_referrers(source))
    return {path for taker in takers for path in taker.own_paths} or [""]


def _beside(lock: LockFile, one: LockedInput, side: Side, history: History, config: Config) -> Lag | None:
    path = local_path(one.locked)
    if path is None or not path.startswith("/"):
        return None
    past = history.commit(one.revision, path) if one.revision else _by_hash(one, side, history, [])
    if past is None or past.beside is None:
        return None
    later = {file for commit in past.since for file in commit.paths}
    return Lag(lock, one, past) if any(not config.housekeeping.match(file) for file in later) else None


def _by_hash(one: LockedInput, side: Side, history: History | None, near: Iterable[str]) -> Past | None:
    digest = locked_digest(one)
    if history is None or digest is None:
        return None
    return history.find(source_path(digest, FLAKE_SOURCE, side.evaluation.store_dir), near)


def update(lock: LockFile, one: LockedInput, side: Side) -> str:
    """Say what makes an input follow: where a flake asks for one revision of it, that comes first."""
    if "rev" not in one.original:
        return command(lock, one, side)
    asking = f"the flake {one.name[-2]}" if len(one.name) > 1 else shown(join(lock.directory, FLAKE))
    return f"refresh the revision of {one.name[-1]} in {asking}, then {command(lock, one, side)}"


def command(lock: LockFile, one: LockedInput, side: Side) -> str:
    """Give the command that locks an input anew."""
    known = not _is_before(side, _UPDATES_ONE_INPUT) or side.evaluation.nix_version is None
    command = f"nix flake update {one.name[0]}" if known else f"nix flake lock --update-input {one.name[0]}"
    return f"{command} in {shown(lock.directory)}/" if lock.directory else command


def _is_before(side: Side, release: tuple[int, int]) -> bool:
    """Tell whether a side was evaluated before some release of Nix; one that is not known may have been."""
    parts = (side.evaluation.nix_version or "0").split(".")
    numbers = tuple(int(part) if part.isdigit() else 0 for part in [*parts, "0"][:2])
    return numbers < release
