"""``nixdrift affected``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.options import (
    comparison_options,
    format_option_of,
    output_option,
    root_options,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift affected                                    what the last commit moved
  nixdrift affected --base main                        what a branch moves
  nixdrift affected --base-jobs base.jobs --head-jobs head.jobs
  nix build $(nixdrift affected --names --roots | sed 's/^/.#/')
"""
)
@root_options
@comparison_options
@click.option("--names", "names_only", is_flag=True, help="Write names, and nothing else.")
@click.option("--roots", "roots_only", is_flag=True, help="Leave out what has no attribute path of its own.")
@format_option_of("lines", "json", of="How to write the components.")
@output_option
def affected(
    form: str, output: "Path | None", names_only: bool, roots_only: bool, keep_going: bool, **given: Any
) -> int:
    """List the components that moved between two revisions, and how far they are from the change.

    A line has a name, the distance and the verdict, with tabs between; the nearest comes first. The distance is the
    number of derivations from one that takes changed sources, or differs by itself, up to the component. What may have
    moved is listed, too: its verdict says that this is unproven or unknown. Exit status 0, also if nothing moved.
    """
    from nixdrift.affected.document import affected_json, affected_lines
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.outcome import exit_code
    from nixdrift.cli.output import check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.affected import affected as run_affected
    from nixdrift.request import CheckRequest

    check_output(output)
    with progress() as status:
        found = run_affected(CheckRequest(progress=status.update, warn=say_warning, **request_fields(given)))
    if form == "json":
        content = affected_json(found, roots_only=roots_only)
    else:
        lines = affected_lines(found, names_only=names_only, roots_only=roots_only)
        content = lines.encode("utf-8", "backslashreplace")
    write(content, output)
    return exit_code((), [*found.failed_base, *found.failed], "never", keep_going=keep_going)
