"""``nixdrift rollback``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_FINDINGS
from nixdrift.cli.options import (
    format_option,
    line_options,
    output_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift rollback goinstance                 from HEAD
  nixdrift rollback goinstance --from v1.4     from what is deployed
  nixdrift rollback goinstance --effective     to where its own sources are really others
"""
)
@click.argument("component")
@click.option("--from", "start", metavar="REV", default="HEAD", show_default=True, help="What is to be rolled back.")
@click.option(
    "--effective",
    "is_effective",
    is_flag=True,
    help="Only go back to where every source of the component that differs was in the output: none was left out of "
    "it, or hidden by a fixed output hash.",
)
@line_options(100)
@format_option
@output_option
def rollback(form: str, output: "Path | None", **given: Any) -> int:
    """Name the nearest earlier commit whose output for a component is really another one.

    Goes back along the first parents: how far it is, which commits on the way would change nothing, and what else is
    taken back. Exit status 0 if there is such a commit, 1 if there is none among those that were looked at.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.output import as_text, check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.rollback import rollback as run_rollback
    from nixdrift.request import RollbackRequest
    from nixdrift.rollback import rollback_json, rollback_text

    check_output(output)
    with progress() as status:
        found = run_rollback(RollbackRequest(progress=status.update, warn=say_warning, **request_fields(given)))
    write(rollback_json(found) if form == "json" else as_text(rollback_text, found, output), output)
    return EXIT_FINDINGS if found.target is None else 0
