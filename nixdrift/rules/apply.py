"""From a comparison to its findings: every bad verdict explained by one rule, then what rules find by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Finding, PathJudgement
from nixdrift.rules.inspection import Inspection, inspections
from nixdrift.rules.registry import RULES
from nixdrift.rules.rule import Explanation, Rule, finding, listed


def apply_rules(comparison: Comparison) -> tuple[Finding, ...]:
    """Give the findings of all rules, worst first, then by rule, component and paths."""
    base, head = inspections(comparison)
    explained = [one for judged in comparison.judgement.components for one in _explained(comparison, judged)]
    between = (one for rule in RULES if rule.between for one in rule.between(comparison))
    # What a rule finds in head alone may be said with a verdict already.
    found = [one for one in _within(head) if not _is_said(one, explained)]
    known = {one.fingerprint for one in _within_again(base, found)}
    new = (one for one in found if one.fingerprint not in known)
    once = {one.fingerprint: one for one in reversed([*explained, *between, *new])}
    return in_order(once.values())


def _is_said(found: Finding, explained: Sequence[Finding]) -> bool:
    """Tell whether the verdicts have it already that a rule found: what it says of some paths, they say of them."""
    same = (one for one in explained if one.rule == found.rule and found.component in {None, one.component})
    said = {path for one in same for path in one.paths}
    return bool(found.paths) and said.issuperset(found.paths)


def inspect(inspection: Inspection) -> tuple[Finding, ...]:
    """Give what the rules find in one revision, worst first."""
    return in_order(_within(inspection))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: worst first, then by rule, component, paths and message."""
    return tuple(sorted(findings, key=_order))


def _order(one: Finding) -> tuple[int, str, str, Sequence[str], str]:
    return -one.level.severity, one.rule, one.component or "", one.paths, one.message


def _within(inspection: Inspection) -> Iterator[Finding]:
    return (one for rule in RULES if rule.within for one in rule.within(inspection))


def _within_again(base: Inspection, found: Iterable[Finding]) -> Iterator[Finding]:
    """Give what rules find at base of what they found at head: the whole of it is not looked at for that."""
    names: defaultdict[str, set[str | None]] = defaultdict(set)
    for one in found:
        names[one.rule].add(one.component)
    for rule in RULES:
        if rule.within and rule.id in names:
            yield from rule.within(base.of(names[rule.id]) if rule.is_of_each else base)


def _explained(comparison: Comparison, judged: ComponentJudgement) -> Iterator[Finding]:
    """Make one finding of all paths of a component that have one verdict for one cause."""
    groups: defaultdict[object, list[tuple[Rule, Explanation, PathJudgement]]] = defaultdict(list)
    for path in judged.paths:
        for rule in RULES:
            explanation = rule.explain(comparison, judged, path) if rule.explain else None
            if explanation is not None:
                key = rule.id, path.verdict, replace(explanation, reason=None, what="")
                groups[key].append((rule, explanation, path))
                break
    return (_finding(judged, group) for group in groups.values())


_MESSAGES = {rule.id: rule.message for rule in RULES if rule.message}
"""Verdict → how a finding about it begins: a rule of this kind is called as its verdict is."""


def _finding(judged: ComponentJudgement, group: Sequence[tuple[Rule, Explanation, PathJudgement]]) -> Finding:
    paths = [path for _rule, _explanation, path in group]
    # The first one's evidence speaks for all.
    rule, explanation, first = group[0]
    return finding(
        rule.id,
        explanation.level or rule.level,
        judged.component.name,
        (path.change.path for path in paths),
        message=_MESSAGES[first.verdict.value](judged, paths),
        reason=f"{first.reason}; {explanation.reason}" if explanation.reason else first.reason,
        remedy=explanation.remedy.replace("{what}", listed({one.what for _rule, one, _path in group})),
        location=explanation.location or judged.component.position,
        trace=first.trace,
    )
