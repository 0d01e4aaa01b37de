"""``nixdrift verify``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_FINDINGS
from nixdrift.cli.files import FILE
from nixdrift.cli.options import (
    format_option,
    line_options,
    output_option,
)
from nixdrift.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift verify /run/current-system --rev v1.4 -A nixosConfigurations.host
  nix-store -qR ./result | nixdrift verify - --rev main
  nixdrift verify ssh-ng://host -A goinstance
  nixdrift verify closure.txt --gate && run-preflight-tests
  nixdrift verify image-paths.txt --coverage --wanted https://cache.example
"""
)
@click.argument("deployed")
@click.option("--rev", "revision", metavar="REV", default="HEAD", show_default=True, help="What should be deployed.")
@click.option(
    "--component",
    "components",
    multiple=True,
    metavar="NAME",
    help="What has to be live; may be given again.  [default: every root, and what is deployed inside of them]",
)
@click.option(
    "--gate", is_flag=True, help="Pass only if what is deployed is exactly REV's, and holds nothing of another commit."
)
@click.option(
    "--coverage", is_flag=True, help="Tell how much of REV's closure is held, and what would have to be fetched."
)
@click.option(
    "--wanted",
    type=FILE,
    metavar="FILE|URL",
    help="For --coverage: REV's own closure as `nix path-info -r --json` writes it, or a store that has it."
    "  [default: this machine's store]",
)
@line_options(20)
@format_option
@output_option
def verify(form: str, output: "Path | None", **given: Any) -> int:
    """Tell whether what is deployed contains what a commit evaluates to, and which commit it comes from if not.

    DEPLOYED is a list of store paths (of `nix-store -qR`, `nix path-info --json` or an image; - for standard input), a
    profile or any path of this machine that leads into the store, or the URL of a store. A component is live, outdated,
    missing or unknown. An output that is the commit's own is outdated, too, if sources of the component changed before
    without being in it: it is what an earlier commit evaluates to. Exit status 0 if all is live, else 1.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.output import as_text, check_output, say_warning, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.verify import verify as run_verify
    from nixdrift.request import VerifyRequest
    from nixdrift.verification import verification_json, verification_text

    check_output(output)
    if given["wanted"] is not None and not given["coverage"]:
        raise UsageError("--wanted goes with --coverage", hint="add --coverage")
    with progress() as status:
        found = run_verify(VerifyRequest(progress=status.update, warn=say_warning, **request_fields(given)))
    write(verification_json(found) if form == "json" else as_text(verification_text, found, output), output)
    return 0 if found.passes else EXIT_FINDINGS
