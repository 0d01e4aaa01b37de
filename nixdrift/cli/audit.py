"""``nixdrift audit``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.options import (
    attribute_options,
    baseline_option,
    expression_options,
    fail_on_option,
    format_option_of,
    keep_going_option,
    nix_options,
    output_option,
    repository_options,
)

if TYPE_CHECKING:
    from pathlib import Path

    from nixdrift.audit.result import AuditReport


@click.command(
    epilog="""\b
Examples:
  nixdrift audit                     the working tree
  nixdrift audit HEAD --format tree  a commit, as a tree
  nixdrift audit -A goinstance       what one root is built from
"""
)
@click.argument("revision", required=False, metavar="[REV]")
@attribute_options
@repository_options
@expression_options
@nix_options
@keep_going_option
@baseline_option
@format_option_of(
    "text", "tree", "json", of="How to write the report: with the map as a table, as a tree, or all of it as JSON."
)
@output_option
@fail_on_option
def audit(form: str, output: "Path | None", fail_on: str, keep_going: bool, **given: Any) -> int:
    """Look at one revision alone: whose each path is, and what is wrong already.

    Without a REV, at the working tree. Every path of the repository is mapped to the components that it belongs to,
    with the evidence for it; paths that belong to a component and are no input of it, and paths that nobody claims,
    are listed. Nothing is compared, and nothing is built.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.outcome import exit_code
    from nixdrift.cli.output import check_output, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.audit import audit as run_audit
    from nixdrift.report.baseline import new_findings
    from nixdrift.request import RevisionRequest

    check_output(output)
    with progress() as status:
        report = run_audit(RevisionRequest(progress=status.update, **request_fields(given)))
    write(_rendered(report, form, output), output)
    return exit_code(
        new_findings(report.findings, report.settled), list(report.inventory.failed), fail_on, keep_going=keep_going
    )


def _rendered(report: "AuditReport", form: str, output: "Path | None") -> bytes:
    from nixdrift.audit.document import audit_json
    from nixdrift.audit.text import audit_text
    from nixdrift.cli.output import as_text

    if form == "json":
        return audit_json(report)
    return as_text(audit_text, report, output, as_tree=form == "tree")
