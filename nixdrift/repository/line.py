"""A line of commits: those that a branch was at, one merge after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nixdrift.changes import FILE_MODE, FileState
from nixdrift.errors import RepositoryError, UsageError
from nixdrift.repository.git import call
from nixdrift.repository.log import objects, printable
from nixdrift.repository.revisions import SHALLOW_HINT, Commit, UserRepository
from nixdrift.tree import Tree


@dataclass(frozen=True, slots=True)
class LineCommit:
    """A commit of a line."""

    commit: str
    tree: str
    parent: str | None
    """Its first parent; None: it has none, or none that is here."""
    time: int
    """When it was committed, in seconds since 1970."""
    subject: str

    def as_commit(self) -> Commit:
        """Give it as what a revision resolves to."""
        return Commit(self.commit[:10], self.commit, self.tree)


@dataclass(frozen=True, slots=True)
class Line:
    """The newest commits of a line, and the one that they build on."""

    commits: tuple[LineCommit, ...]
    """Newest first."""
    base: LineCommit | None
    """The first parent of the oldest one; None: it has none, or none that is here."""
    is_cut_off: bool
    """Whether the clone is shallow, and what came before is not here."""
    left_out: int
    """How many earlier commits of the line there would have been."""

    @property
    def earlier(self) -> tuple[LineCommit, ...]:
        """The commits before the newest one, and the one that they build on; newest first."""
        return (*self.commits[1:], *([self.base] if self.base else []))

    @property
    def unseen(self) -> int:
        """How many commits there are before the earlier ones: the one that the line builds on is looked at, too."""
        return max(0, self.left_out - (self.base is not None))


def read_line(user: UserRepository, revisions: str, *, since: str | None = None, most: int) -> Line:
    """Read the first-parent line of a revision, or of a range ``A..B``; ``since`` is a date as git knows them.

    Raises `UsageError` for what is no such range, and for one whose ends have no history in common.
    """
    tip, excluded = _ends(user, revisions)
    chosen = [f"--since={since}"] if since else []
    asked = ["--first-parent", *chosen, tip, *excluded]
    taken = _listed(user, [f"--max-count={most}", *asked])
    if not taken:
        if since is not None:
            raise UsageError(f"no commit in {revisions} since {since}", hint="a date is written as for git log --since")
        raise UsageError(f"no commit in {revisions}", hint="a range is A..B, and B is the later one")
    parent = taken[-1].parent
    base = _listed(user, ["--no-walk", parent])[0] if parent else None
    every = int(call(user.repo, "rev-list", "--count", *asked, "--"))
    return Line(taken, base, user.is_shallow, every - len(taken))


def _ends(user: UserRepository, revisions: str) -> tuple[str, list[str]]:
    if "..." in revisions:
        raise UsageError(f"a symmetric range has two lines: {revisions}", hint="a range is A..B")
    former, dots, latter = revisions.rpartition("..")
    tip = user.resolve(latter or "HEAD").commit
    if not dots:
        return tip, []
    base = user.resolve(former or "HEAD").commit
    try:
        call(user.repo, "merge-base", base, tip)
    except RepositoryError as error:
        hint = SHALLOW_HINT if user.is_shallow else "give two commits of one history"
        raise UsageError(f"no common history of {former or 'HEAD'} and {latter or 'HEAD'}", hint=hint) from error
    return tip, [f"^{base}"]


def _listed(user: UserRepository, arguments: Sequence[str]) -> tuple[LineCommit, ...]:
    listing = call(
        user.repo,
        *("rev-list", "--encoding=UTF-8", "--format=%H%x00%T%x00%P%x00%ct%x00%s", *arguments, "--"),
    )
    # Every second line is rev-list's own "commit <id>".
    lines = listing.decode("utf-8", "replace").split("\n")[1::2]
    return tuple(_commit(line.split("\0", 4)) for line in lines)


def _commit(fields: Sequence[str]) -> LineCommit:
    commit, tree, parents, time, subject = fields
    return LineCommit(commit, tree, parents.partition(" ")[0] or None, int(time), printable(subject))


def holding(user: UserRepository, commits: Sequence[Commit], paths: Sequence[str]) -> Iterator[Tree]:
    """Give, for every one of some commits, a tree of nothing but those of some files that it has."""
    asked = [path for path in paths if "\n" not in path]
    found = objects(user.repo, (f"{commit.commit}:{path}" for commit in commits for path in asked))
    for _commit in commits:
        facts = [(path, next(found)) for path in asked]
        yield Tree({path: FileState(FILE_MODE, object_id) for path, (object_id, kind) in facts if kind == "blob"})
