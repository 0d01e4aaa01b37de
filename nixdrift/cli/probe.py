"""``nixdrift probe``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.options import (
    attribute_options,
    cache_option,
    expression_options,
    fail_on_option,
    format_option,
    keep_going_option,
    nix_options,
    output_option,
    repository_options,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift probe                     every file of the repository, at HEAD
  nixdrift probe goinstance fleet    the files of two components
  nixdrift probe --worktree          what is not committed yet
"""
)
@click.argument("components", nargs=-1, metavar="[COMPONENT]...")
@repository_options
@click.option("--rev", "revision", metavar="REV", default="HEAD", show_default=True, help="Probe this.")
@click.option("--worktree", is_flag=True, help="Probe the working tree.")
@attribute_options
@expression_options
@nix_options
@click.option(
    "--limit",
    "most_evaluations",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    metavar="N",
    help="Evaluate no more often than this.",
)
@cache_option
@click.option("--no-cache", is_flag=True, help="Believe no earlier probe of the same files, and keep nothing.")
@keep_going_option
@format_option
@output_option
@fail_on_option
def probe(form: str, output: "Path | None", fail_on: str, worktree: bool, keep_going: bool, **given: Any) -> int:
    """Change files, evaluate, and see what moves: which files influence nothing?

    Needs no change to judge: it finds what is not wired on the day the wiring breaks. Nothing is built, and the
    repository is only read. What was learnt is kept for the same files.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.outcome import exit_code
    from nixdrift.cli.output import as_text, check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.probe import probe as run_probe
    from nixdrift.probe.document import probe_json
    from nixdrift.probe.text import probe_text
    from nixdrift.request import ProbeRequest

    check_output(output)
    if worktree:
        given["revision"] = None
    with progress() as status:
        report = run_probe(ProbeRequest(progress=status.update, warn=say_warning, **request_fields(given)))
    write(probe_json(report) if form == "json" else as_text(probe_text, report, output), output)
    return exit_code(report.findings, list(report.failed), fail_on, keep_going=keep_going)
