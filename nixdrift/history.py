"""What the past of a revision says of an input source: its nouns, and the port through which rules ask.

Whoever has no repository has no past to ask.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nixdrift.evaluation import Position
from nixdrift.model import StorePath
from nixdrift.tree import Tree, is_below

MOST_COMMITS = 1000
"""How many commits of a history are looked at; what lies further back is not found."""

_SHORT = 9
"""How many digits of a commit's id are shown."""


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """One commit of a history, and the paths that it changed (none for a merge)."""

    commit: str
    subject: str
    paths: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.commit[:_SHORT]} ({self.subject})" if self.subject else self.commit[:_SHORT]

    def touches(self, paths: Iterable[str]) -> bool:
        """Tell whether it changed one of some paths, or something below."""
        return any(is_below(changed, path) for path in paths for changed in self.paths)


@dataclass(frozen=True, slots=True)
class Past:
    """A commit that is not the revision itself, seen from there."""

    commit: LoggedCommit
    tree: Tree
    behind: int
    """How many commits of the revision's history are not in the commit's."""
    since: tuple[LoggedCommit, ...] = ()
    """Those commits, newest first, at most `MOST_COMMITS`."""
    path: str = ""
    """Of a source that was found: the path in that commit that it is; ``""`` is the whole tree."""
    named: Position | None = None
    """Where the revision's own files name the commit, if they do."""
    pinned: Position | None = None
    """Where they name the content that was found: its hash, or its store path."""
    beside: str | None = None
    """The name of the checkout that it is a commit of; None: of this repository."""

    def touching(self, paths: Sequence[str]) -> tuple[LoggedCommit, ...]:
        """Give the later commits that changed one of some paths, newest first."""
        return tuple(one for one in self.since if one.touches(paths))


class History(Protocol):
    """The history of one revision."""

    @property
    def top(self) -> str:
        """The absolute path of the repository: what leads there leads to itself. Not to be shown."""

    @property
    def remotes(self) -> frozenset[str]:
        """The repositories that the remotes are, as ``host/owner/name``."""

    def find(self, source: StorePath, near: Iterable[str]) -> Past | None:
        """Find the commit of which an input source is the tree, or one of some paths; None: of none that is known.

        Also None where the source is as it is at the revision itself, or may be a part of that: a filter leaves out
        what came later, just as a pin does, unless a file names the pin. A checkout beside this repository, whose
        location is written in the revision's files, is searched at last.
        """

    def commit(self, revision: str, beside: str | None = None) -> Past | None:
        """Look up a commit by its full id; ``beside`` is the absolute path of another checkout that it is in."""


HistoryOf = Callable[[Tree], History]
"""The tree of one of the revisions → that revision's history."""
