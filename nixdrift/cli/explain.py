"""``nixdrift explain``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.options import (
    attribute_options,
    comparison_options,
    format_option,
    output_option,
    show_values_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift explain goinstance                  what the last commit did to it
  nixdrift explain goinstance --base v1.0      since a release
  nixdrift explain goinstance --format json    everything, nothing folded
"""
)
@click.argument("component")
@attribute_options
@comparison_options
@show_values_option
@format_option
@output_option
def explain(component: str, form: str, output: "Path | None", keep_going: bool, **given: Any) -> int:
    """Say why a component has its verdict between two revisions.

    For each of its changed paths: whose it is, and its way to the component, or where that breaks off. Then what
    differs between the component's two derivations, beginning with what differs by itself and not only by its inputs.
    What looks like a secret is masked, without --show-values. Exit status 0, whatever the verdict.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.outcome import exit_code
    from nixdrift.cli.output import as_text, check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.explanation.document import explanation_json
    from nixdrift.explanation.text import explanation_text
    from nixdrift.pipeline.explain import explain as run_explain
    from nixdrift.request import CheckRequest

    check_output(output)
    with progress() as status:
        found = run_explain(CheckRequest(progress=status.update, warn=say_warning, **request_fields(given)), component)
    write(explanation_json(found) if form == "json" else as_text(explanation_text, found, output), output)
    return exit_code((), list(found.failed), "never", keep_going=keep_going)
