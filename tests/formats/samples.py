"""Reports that are about one thing, for what a format makes of it."""

from collections.abc import Iterable
from dataclasses import replace

from nixdrift.evaluation import Position
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.report import Report
from tests.reports import REPORTS

HEALTHY = REPORTS["healthy"]()


def found(
    message: str = "it is stale",
    *,
    level: Level = Level.ERROR,
    rule: str = "stale",
    component: str | None = "goinstance",
    paths: Iterable[str] = ("goinstance/main.go",),
    location: Position | None = None,
    trace: tuple[TraceStep, ...] = (),
    fingerprint: str | None = None,
) -> Finding:
    mark = message if fingerprint is None else fingerprint
    return Finding(rule, level, component, tuple(paths), message, "a reason", trace, "a remedy", location, mark)


def about(*findings: Finding) -> Report:
    return replace(HEALTHY, findings=findings)
