"""``nixdrift baseline``."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_NOT_JUDGED
from nixdrift.cli.files import FILE, as_path
from nixdrift.cli.options import (
    attribute_options,
    expression_options,
    keep_going_option,
    nix_options,
    repository_options,
)

if TYPE_CHECKING:
    from pathlib import Path

    from nixdrift.pipeline.baseline import Today
    from nixdrift.report.baseline import KnownFinding


@click.command(
    epilog="""\b
Examples:
  nixdrift baseline                                 check HEAD, audit it, write what is found
  nixdrift baseline --expires 2030-12-31            what is new in it counts until then
  nixdrift baseline --from check.json --from audit.json
  nixdrift check --baseline nixdrift-baseline.json  fail on what is new
"""
)
@click.option("--base", metavar="REV", help="Compare HEAD with this.  [default: as `nixdrift check` does]")
@click.option(
    "--from",
    "reports",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="Take the findings of this JSON report of a check or an audit, and look at nothing; may be repeated.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The last day on which findings that were not known before count as known.",
)
@attribute_options
@repository_options
@expression_options
@nix_options
@keep_going_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    callback=as_path,
    default="nixdrift-baseline.json",
    show_default=True,
    metavar="FILE",
    help="Write it here; - is standard output.",
)
def baseline(reports: tuple[str, ...], expires: datetime | None, output: "Path", keep_going: bool, **given: Any) -> int:
    """Write down what is found today, so that only what is new fails from now on.

    HEAD is checked as `nixdrift check` does it, and audited. A finding that the file had before keeps the day on
    which it expires; one that is found no more is left out. Give the file to check and audit: --baseline FILE.
    """
    from nixdrift.cli.outcome import say_failed
    from nixdrift.cli.output import check_output, write
    from nixdrift.pipeline.baseline import findings_of_reports
    from nixdrift.report.baseline import renewed, write_baseline

    place = None if str(output) == "-" else output
    check_output(place)
    before = _before(output)
    today = findings_of_reports(reports) if reports else _look(given)
    if today.failed and not keep_going:
        say_failed(list(today.failed))
        return EXIT_NOT_JUDGED
    entries = renewed(today.findings, before, expires.date() if expires else None)
    write(write_baseline(entries), place)
    if place is not None:
        click.echo(_said(entries, before, date.today(), place))
    return 0


def _look(given: dict[str, Any]) -> "Today":
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.log import say_warning
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.baseline import findings_of_today
    from nixdrift.request import CheckRequest

    with progress() as status:
        return findings_of_today(CheckRequest(progress=status.update, warn=say_warning, **request_fields(given)))


def _before(output: "Path") -> "tuple[KnownFinding, ...]":
    """Read the file that is to be replaced: what is no baseline is not replaced."""
    from nixdrift.dumps import read_input
    from nixdrift.report.baseline import parse_baseline

    return parse_baseline(read_input(str(output)), source=str(output)) if output.is_file() else ()


def _said(entries: "list[KnownFinding]", before: "tuple[KnownFinding, ...]", today: date, output: "Path") -> str:
    from nixdrift.report.page import counted

    marks, known = {one.fingerprint for one in entries}, {one.fingerprint for one in before}
    late = sum(one.expires is not None and one.expires < today for one in entries)
    parts = [
        f"{len(marks - known)} new" if known else "",
        f"{len(known - marks)} left out" if known - marks else "",
        f"{late} expired already" if late else "",
    ]
    more = ", ".join(part for part in parts if part)
    return f"{output}: {counted(len(entries), 'finding')}{f' ({more})' if more else ''}"
