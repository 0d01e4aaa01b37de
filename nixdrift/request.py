"""What a user asks for."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from nixdrift.comparison.mode import Counterfactual
from nixdrift.nix import NixSettings
from nixdrift.progress import Tell, untold


def _silent(_message: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every question says: where, what is to be evaluated, and how."""

    repository: Path = field(default_factory=Path)
    roots: tuple[str, ...] = ()
    """Attribute paths, as ``goinstance`` or ``.#goinstance``; names of derivations where graphs are given."""
    file: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Argument of the expression file → Nix expression."""
    config: str | None = None
    nix: NixSettings = field(default_factory=NixSettings)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    baseline: str | None = None
    """A file of findings that are known."""
    today: date = field(default_factory=date.today)
    """The day on which findings are known, or no longer."""
    workspaces: Path | None = None
    """Where runs work; None: below the user's cache directory."""
    progress: Tell = untold
    """Gets what is being done, as it happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest(Request):
    """What is asked of two revisions; see ``nixdrift check --help`` for the words."""

    base: str | None = None
    head: str | None = None
    worktree: bool = False
    base_graph: tuple[str, ...] = ()
    head_graph: tuple[str, ...] = ()
    base_jobs: tuple[str, ...] = ()
    """Files of ``nix-eval-jobs``, whose derivations are in a store or in the graphs."""
    head_jobs: tuple[str, ...] = ()
    jobs_prefix: str = ""
    """What ``nix-eval-jobs`` evaluated, as an attribute path."""
    changes: str | None = None
    counterfactual: Counterfactual = Counterfactual.AUTO
    show_values: bool = False
    """Whether what looks like a secret is shown as it is."""
    cache: str | None = None
    """A directory or a URL in which evaluations are kept; None: the user's own cache."""
    keeps: bool = False
    """Whether evaluations are taken from the cache, and kept for the next run."""
    refreshes: bool = False
    """Whether everything is evaluated once more, whatever is kept."""
    warn: Callable[[str], None] = _silent
    """Gets what a person should know of how the base was chosen, and of the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRequest(Request):
    """What is asked of one revision."""

    revision: str | None = None
    """None: the working tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest(RevisionRequest):
    """What is asked of one revision by changing its files."""

    components: tuple[str, ...] = ()
    """The components whose files are changed; none: all files of the repository."""
    most_evaluations: int = 256
    cache: str | None = None
    """A directory or a URL in which what was learnt is kept; None: the user's own cache."""
    keeps: bool = False
    """Whether anything is kept for the next run."""
    warn: Callable[[str], None] = _silent


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRequest(Request):
    """What is asked of a line of commits."""

    snapshots: tuple[str, ...] = ()
    """Files of commits that were evaluated elsewhere."""
    cache: str | None = None
    """A directory or a URL in which evaluations are kept; None: the user's own cache."""
    keeps: bool = True
    """Whether anything is kept for the next run."""
    refreshes: bool = False
    """Whether everything is worked out once more, whatever is kept."""
    jobs: int | None = None
    """How many commits are evaluated at a time; None: as many as there are processors, and no more than four."""
    scheduler: str | None = None
    """The address of a Dask scheduler whose workers evaluate; None: this machine does."""
    most_commits: int = 100
    counterfactual: Counterfactual = Counterfactual.AUTO
    warn: Callable[[str], None] = _silent
    """Gets what a person should know, as it happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRequest(LineRequest):
    """What is asked of the commits of a range."""

    revisions: str = "HEAD"
    """A revision, or a range ``A..B``."""
    since: str | None = None
    """A date as git knows them."""
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequest(LineRequest):
    """What is asked of the commits before a revision."""

    component: str
    start: str = "HEAD"
    is_effective: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest(LineRequest):
    """What is asked of a revision and something that is deployed."""

    deployed: str
    """A list of store paths (``-``: standard input), a profile, or the URL of a store."""
    revision: str = "HEAD"
    components: tuple[str, ...] = ()
    gate: bool = False
    coverage: bool = False
    wanted: str | None = None
    """For the coverage: a list of the revision's own closure, or the URL of a store that has it; None: this machine's.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityRequest(RevisionRequest):
    """What is asked of two roots; ``revision`` is that of a root which has none in front of it."""

    a: str
    """``ROOT`` or ``REVISION:ROOT``: what is before the last colon is the revision."""
    b: str
    graph: str | None = None
    """A snapshot or a dump to take both from."""
    other_graph: str | None = None
    """Another one to take the second from."""
    show_values: bool = False
    """Whether what looks like a secret is shown as it is."""
