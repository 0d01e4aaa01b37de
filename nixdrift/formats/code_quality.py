"""GitLab Code Quality: what a merge request shows beside its changes; known findings are left out.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

from nixdrift.evaluation import Position
from nixdrift.formats.findings import (
    NotEvaluated,
    explained,
    fallback_path,
    not_evaluated,
    open_findings,
    place,
    text_path,
)
from nixdrift.judgement import Finding, Level
from nixdrift.report import Report
from nixdrift.report.escapes import clean

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "info"}

Issue = dict[str, Any]


def render(report: Report) -> bytes:
    """Write the new findings of a report, and what did not evaluate, as GitLab reads them."""
    failures = [_failure(one, Position(fallback_path(report), 1)) for one in not_evaluated(report)]
    issues = [*failures, *(_issue(one, place(one, report)) for one in open_findings(report))]
    return orjson.dumps(_told_apart(issues), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _failure(one: NotEvaluated, where: Position) -> Issue:
    return _written(one.sentence, "not-evaluated", one.fingerprint, "blocker", where)


def _issue(finding: Finding, where: Position) -> Issue:
    description = explained(finding, ". ")
    return _written(description, clean(finding.rule), clean(finding.fingerprint), _SEVERITIES[finding.level], where)


def _written(description: str, check_name: str, fingerprint: str, severity: str, where: Position) -> Issue:
    return {
        "description": description,
        "check_name": check_name,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": text_path(where.path), "lines": {"begin": where.line}},
    }


def _told_apart(issues: Iterable[Issue]) -> list[Issue]:
    """Number those that have the same fingerprint: GitLab shows only one of them."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    found = []
    for issue in issues:
        mark = issue["fingerprint"]
        while mark in taken:
            seen[issue["fingerprint"]] += 1
            mark = f"{issue['fingerprint']}-{seen[issue['fingerprint']] + 1}"
        taken.add(mark)
        found.append({**issue, "fingerprint": mark})
    return found
