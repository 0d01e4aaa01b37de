"""The lock files of a revision, and which of their inputs lead back into the repository, or beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.side import Side
from nixdrift.errors import InvalidInputError
from nixdrift.evaluation import Position
from nixdrift.flakes import LockedInput, line_of, local_path, parse_lock, repository_name
from nixdrift.flakes.divergence import directory_within
from nixdrift.history import History, Past
from nixdrift.store.hashes import read_hash
from nixdrift.tree import is_below, join

LOCK = "flake.lock"


@dataclass(frozen=True, slots=True)
class LockFile:
    """A lock file of a revision."""

    directory: str
    content: bytes
    inputs: tuple[LockedInput, ...]

    @property
    def path(self) -> str:
        """Its path in the repository."""
        return join(self.directory, LOCK)

    def position(self, one: LockedInput) -> Position:
        """Give where an input is locked: the line of its revision or hash."""
        return Position(self.path, line_of(self.content, one.revision or one.nar_hash or f'"{one.name[-1]}"'))


def lock_files(side: Side, evidence: Evidence) -> Iterator[LockFile]:
    """Give the lock files of a revision that can be read, those of inner directories too."""
    tree, read_blob = side.tree, evidence.read_blob
    if tree is None or read_blob is None:
        return
    for path in tree.paths_by_name.get(LOCK, ()):
        content = read_blob(tree.entries[path].object_id)
        inputs = parse_lock(content)
        if inputs is not None:
            yield LockFile(path.rpartition("/")[0], content, inputs)


def lock_of(side: Side, evidence: Evidence, past: Past) -> tuple[LockFile, LockedInput] | None:
    """Give the locked input that holds a source at an earlier commit, and its lock file."""
    for lock in lock_files(side, evidence):
        for one in lock.inputs:
            if one.revision == past.commit.commit:
                return lock, one
            directory = directory_of(lock, one, side, evidence)
            is_inside = directory is not None and past.beside is None and is_below(past.path, directory)
            if is_inside and differs(side, evidence, one, directory or ""):
                return lock, one
    return None


def directory_of(lock: LockFile, one: LockedInput, side: Side, evidence: Evidence) -> str | None:
    """Give the directory of the repository that an input's path leads to; None where it leads elsewhere."""
    # What an input of an input is relative to is written in that one: only the flake's own are followed.
    inside = directory_within(one.original, lock.directory) if len(one.name) == 1 else None
    history = history_of(side, evidence)
    path = local_path(one.original)
    if inside is not None or history is None or path is None or one.original.get("type") != "path":
        return inside
    top = history.top
    return path[len(top) :].strip("/") if is_below(path.rstrip("/"), top) else None


def differs(side: Side, evidence: Evidence, one: LockedInput, directory: str) -> bool:
    """Tell whether an input is locked to another tree than a directory of the revision is."""
    digest = locked_digest(one)
    if digest is None or evidence.tracer is None or side.tree is None:
        return False
    now = evidence.tracer.prover.archive_digest(side.tree, directory)
    return now is not None and now != digest


def locked_digest(one: LockedInput) -> bytes | None:
    """Give the SHA-256 of the archive of the tree that an input is locked to, if the lock file says it."""
    try:
        algorithm, digest = read_hash(one.nar_hash or "")
    except InvalidInputError:
        return None
    return bytes.fromhex(digest) if algorithm == "sha256" else None


def leads_home(one: LockedInput, history: History) -> bool:
    """Tell whether an input is fetched from this repository: from its place on this machine, or from a remote."""
    if one.locked.get("type") == "path":
        return False
    path = local_path(one.locked)
    if path is not None:
        return path.rstrip("/") in {history.top, f"{history.top}/.git"}
    return repository_name(one.locked) in history.remotes


def history_of(side: Side, evidence: Evidence) -> History | None:
    """Give the history of one side, if there is a repository."""
    return evidence.history(side.tree) if evidence.history and side.tree else None
