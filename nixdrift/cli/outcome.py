"""The exit code that what was found has, and what is said of what was not judged."""

import click

from nixdrift.cli.exits import EXIT_FINDINGS, EXIT_NOT_JUDGED
from nixdrift.cli.options import NEVER
from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Finding, Level
from nixdrift.nix import LIFT, is_refusal
from nixdrift.report import Report
from nixdrift.report.baseline import new_findings
from nixdrift.report.escapes import clean


def exit_code_of(report: Report, fail_on: str, *, keep_going: bool) -> int:
    """Give the exit code of a report: known findings do not count."""
    failed = [*report.failed_base, *report.failed_head]
    return exit_code(new_findings(report.findings, report.settled), failed, fail_on, keep_going=keep_going)


def exit_code(findings: tuple[Finding, ...], failed: list[FailedAttribute], fail_on: str, *, keep_going: bool) -> int:
    """Give the exit code of a report, and say what was not judged."""
    if failed and not keep_going:
        say_failed(failed)
        return EXIT_NOT_JUDGED
    if fail_on == NEVER:
        return 0
    counts = any(one.level.severity >= Level(fail_on).severity for one in findings)
    return EXIT_FINDINGS if counts else 0


def say_failed(failed: list[FailedAttribute], done: str = "judged") -> None:
    """Say what did not evaluate, on standard error; ``done`` is what became of the rest."""
    names = sorted({clean(one.name) for one in failed})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    click.echo(f"nixdrift: error: not evaluated: {', '.join(names[:3])}{more}: {clean(failed[0].message)}", err=True)
    hint = LIFT if is_refusal(failed[0].message) else f"the others were {done}; to accept that: --keep-going"
    click.echo(f"nixdrift: hint: {hint}", err=True)
