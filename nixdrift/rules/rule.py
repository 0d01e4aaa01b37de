"""What a rule is, and the parts that its findings are made of."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.evaluation import Position
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement, TraceStep, Verdict
from nixdrift.rules.inspection import Inspection

_SHOWN_PATHS = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a changed path does not act in its component as it should, and what mends that."""

    remedy: str
    """``{what}`` in it stands for what `what` names, of all paths that have this explanation."""
    reason: str | None = None
    """The cause, where it is known: it is said after the path's own reason."""
    location: Position | None = None
    """Where the cause is written; None: where the component is defined."""
    level: Level | None = None
    """None: the rule's."""
    what: str = ""
    """What the remedy is to be applied to: a file, or a directory (with a slash) of which all is concerned."""


Explain = Callable[[Comparison, ComponentJudgement, PathJudgement], Explanation | None]
"""What a rule says of one changed path that has a bad verdict; the first rule that explains it has it."""

Between = Callable[[Comparison], Iterable[Finding]]
"""What a rule finds between two revisions, beyond the verdicts."""

Within = Callable[[Inspection], Iterable[Finding]]
"""What a rule finds in one revision; a check reports what head has and base has not, an audit all."""

Message = Callable[[ComponentJudgement, Sequence[PathJudgement]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the docstring of its module is its documentation."""

    id: str
    """Also the name of its module, with ``_`` for ``-``."""
    level: Level
    """The level of its findings, unless a finding says otherwise."""
    summary: str
    explain: Explain | None = None
    between: Between | None = None
    within: Within | None = None
    is_of_each: bool = False
    """Whether what it finds within a revision is about one derivation each, and called as people know that one."""
    message: Message | None = None
    """For a rule that stands for a verdict: how a finding about some paths with it begins, whatever the cause."""


def fingerprint(rule: str, component: str, paths: Sequence[str]) -> str:
    """Give what stays the same when the same finding is made again: no store path, no line number."""
    text = "\0".join((rule, component, *paths))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def finding(
    rule: str,
    level: Level,
    subject: str | None,
    paths: Iterable[str],
    *,
    message: str,
    reason: str,
    remedy: str,
    location: Position | None = None,
    trace: Sequence[TraceStep] = (),
    identity: Sequence[str] | None = None,
) -> Finding:
    """Make a finding about a component (None: about no component).

    ``identity`` is what tells it from others of its rule and component where paths do not.
    """
    names = tuple(sorted(paths))
    known = fingerprint(rule, subject or "", names if identity is None else tuple(identity))
    return Finding(rule, level, subject, names, message, reason, tuple(trace), remedy, location, known)


def listed(paths: Iterable[str]) -> str:
    """Write some paths in a sentence: a few by name, the others by number."""
    names = [shown(path) for path in sorted(paths)]
    more = len(names) - _SHOWN_PATHS
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_SHOWN_PATHS])} and {more} more"


def changed_paths(paths: Sequence[PathJudgement]) -> str:
    """Write the paths of some judgements in a sentence."""
    return listed(path.change.path for path in paths)


def is_missed(path: PathJudgement) -> bool:
    """Tell whether a changed path is known to be in no output: nothing that was evaluated holds it."""
    return path.verdict in {Verdict.STALE, Verdict.MASKED}


def component_key(judged: ComponentJudgement) -> str:
    """Write a component's name as a key of ``nixdrift.toml``."""
    return toml_key(judged.component.name)


def toml_key(name: str) -> str:
    """Write a name as a key of TOML."""
    return f'"{name}"' if "." in name or '"' in name else name
