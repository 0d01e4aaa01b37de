"""``nixdrift render``."""

from typing import TYPE_CHECKING

import click

from nixdrift.cli.forms import Form, forms_option
from nixdrift.cli.options import NEVER, fail_on_option_from, keep_going_option, output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift render report.json                                       for people, as check would have written it
  nixdrift render report.json --format html -o report.html
  nixdrift render report.json --format sarif=drift.sarif --format markdown=summary.md
  nixdrift check --json | nixdrift render -
"""
)
@click.argument("report")
@forms_option
@output_option
@keep_going_option
@fail_on_option_from(NEVER)
def render(
    report: str, forms: tuple[Form, ...], as_json: bool, output: "Path | None", fail_on: str, keep_going: bool
) -> int:
    """Write a saved JSON report of a check in other formats, without evaluating anything.

    The exit status says whether it was written; with --fail-on it is the one that the check had.
    """
    from nixdrift.cli.outcome import exit_code_of
    from nixdrift.cli.reports import destinations, write_forms
    from nixdrift.dumps import named, read_input
    from nixdrift.report import read_report

    places = destinations(forms, output, as_json=as_json)
    found = read_report(read_input(report), source=named(report))
    write_forms(found, places)
    return exit_code_of(found, fail_on, keep_going=keep_going or fail_on == NEVER)
