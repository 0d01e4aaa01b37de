"""``nixdrift check``."""

from pathlib import Path
from typing import Any

import click

from nixdrift.cli.exits import EXIT_FINDINGS, EXIT_NOT_JUDGED
from nixdrift.cli.forms import Form, destinations, forms_option, write_forms
from nixdrift.cli.options import (
    Decorator,
    baseline_option,
    counterfactual_option,
    expression_options,
    graph_options,
    keep_going_option,
    keeping_options,
    nix_options,
    output_option,
    progress,
    repository_options,
    request_fields,
    revision_options,
    root_options,
)
from nixdrift.cli.output import say_warning
from nixdrift.evaluation import FailedAttribute
from nixdrift.formats import DEPICTING
from nixdrift.judgement import Finding, Level
from nixdrift.pipeline.check import check as run_check
from nixdrift.report import Report
from nixdrift.report.baseline import new_findings
from nixdrift.report.document import clean
from nixdrift.request import CheckRequest

NEVER = "never"


def fail_on_option_from(default: str) -> Decorator[Any]:
    """Give the option that says which findings are a failure, and which are by default."""
    return click.option(
        "--fail-on",
        type=click.Choice([*(level.value for level in Level), NEVER]),
        default=default,
        show_default=True,
        help="Exit with 1 from this level of finding on.",
    )


fail_on_option = fail_on_option_from(Level.WARNING.value)


@click.command(
    epilog="""\b
Examples:
  nixdrift check                                   the last commit, every root of the flake
  nixdrift check --base main .#goinstance          one root, against another branch
  nixdrift check --worktree                        what is not committed yet
  nixdrift check --file release.nix --arg ci true
  nixdrift check --base-graph base.snapshot --head-graph head.snapshot
  nixdrift check --base-graph base.json --head-graph head.json --base main~1 --head main
  nixdrift check --base-graph base.json --head-graph head.json --changes changes.txt
  nixdrift check --format json=report.json --format html=report.html
  nixdrift check --base-jobs base.jobs --head-jobs head.jobs --jobs-prefix packages
"""
)
@root_options
@repository_options
@revision_options
@expression_options
@graph_options
@nix_options
@counterfactual_option
@keeping_options
@keep_going_option
@baseline_option
@forms_option
@output_option
@fail_on_option
def check(
    forms: tuple[Form, ...], as_json: bool, output: Path | None, fail_on: str, keep_going: bool, **given: Any
) -> int:
    """Judge every component between two revisions of a repository.

    A ROOT is an attribute path (goinstance, .#goinstance, packages.x86_64-linux.*); without one, all packages,
    checks and configurations of a flake, or all derivations of an expression file, are judged.
    """
    places = destinations(forms, output, as_json=as_json)
    with progress() as status:
        request = CheckRequest(progress=status.update, warn=say_warning, **request_fields(given))
        report = run_check(request, is_depicted=not DEPICTING.isdisjoint(places.values()))
    write_forms(report, places)
    return exit_code_of(report, fail_on, keep_going=keep_going)


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
    click.echo(f"nixdrift: hint: the others were {done}; to accept that: --keep-going", err=True)
