"""What a rule is, and the parts that its findings are made of."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nixdrift.changes import shown
from nixdrift.judgement import ComponentJudgement, Finding, Judgement, Level, PathJudgement, Verdict

_SHOWN_PATHS = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the docstring of its module is its documentation."""

    id: str
    level: Level
    """The level of its findings, unless a finding says otherwise."""
    summary: str
    findings: Callable[[Judgement], Iterable[Finding]]


def paths_with(judged: ComponentJudgement, verdict: Verdict) -> tuple[PathJudgement, ...]:
    """Give the changed paths of a component that have a verdict."""
    return tuple(path for path in judged.paths if path.verdict is verdict)


def component_finding(
    rule: str,
    level: Level,
    judged: ComponentJudgement,
    paths: Sequence[PathJudgement],
    *,
    message: str,
    remedy: str,
) -> Finding:
    """Make a finding about some changed paths of a component; the first one's evidence speaks for all."""
    names = tuple(sorted(path.change.path for path in paths))
    return Finding(
        rule=rule,
        level=level,
        component=judged.component.name,
        paths=names,
        message=message,
        reason=paths[0].reason,
        trace=paths[0].trace,
        remedy=remedy,
        location=judged.component.position,
        fingerprint=fingerprint(rule, judged.component.name, names),
    )


def fingerprint(rule: str, component: str, paths: Sequence[str]) -> str:
    """Give what stays the same when the same finding is made again: no store path, no line number."""
    text = "\0".join((rule, component, *paths))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def listed(paths: Iterable[str]) -> str:
    """Write some paths in a sentence: a few by name, the others by number."""
    names = [shown(path) for path in sorted(paths)]
    more = len(names) - _SHOWN_PATHS
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_SHOWN_PATHS])} and {more} more"
