"""``nixdrift compare``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_FINDINGS
from nixdrift.cli.files import FILE
from nixdrift.cli.options import (
    expression_options,
    format_option,
    nix_options,
    output_option,
    repository_options,
    show_values_option,
)
from nixdrift.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift compare staging production              two roots of HEAD
  nixdrift compare main:production production      one root of two revisions
  nixdrift compare --worktree staging production   what is not committed yet
  nixdrift compare --graph head.snapshot staging production
  nixdrift compare --graph staging.json --other-graph production.json goinstance goinstance
"""
)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@repository_options
@click.option("--rev", "revision", metavar="REV", help="Where no revision stands before a root.  [default: HEAD]")
@click.option("--worktree", is_flag=True, help="The working tree, where no revision stands before a root.")
@click.option(
    "--graph",
    type=FILE,
    metavar="FILE",
    help="Take both from a snapshot, or a dump as `nix derivation show -r` writes it, in which A and B are the names "
    "of roots or derivations; - is stdin.",
)
@click.option("--other-graph", type=FILE, metavar="FILE", help="Take B from here, and only A from --graph.")
@expression_options
@nix_options
@show_values_option
@format_option
@output_option
def compare(form: str, output: "Path | None", revision: str | None, worktree: bool, **given: Any) -> int:
    """Compare two roots, such as staging and production: what differs between their environments?

    A and B are a ROOT, or a REV:ROOT. What differs by itself is listed, the nearest first, by an address that can be
    declared as expected in nixdrift.toml: variables, structured attributes, arguments, inputs, and keys inside of
    environment files. Inputs are paired by name, also where the names differ as the roots' do. What looks like a
    secret is masked, without --show-values. Exit status 1 if something differs that is not declared.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.output import as_text, check_output, write
    from nixdrift.cli.progress import progress
    from nixdrift.parity.document import parity_json
    from nixdrift.parity.text import parity_text
    from nixdrift.pipeline.parity import compare as run_compare
    from nixdrift.request import ParityRequest

    if worktree and revision is not None:
        raise UsageError("--worktree is a revision: no other goes with it", hint="leave out --worktree or --rev")
    _check_graphs(given["graph"], given["other_graph"], is_revision=worktree or revision is not None)
    check_output(output)
    chosen = None if worktree else revision or "HEAD"
    with progress() as status:
        found = run_compare(ParityRequest(revision=chosen, progress=status.update, **request_fields(given)))
    write(parity_json(found) if form == "json" else as_text(parity_text, found, output), output)
    return EXIT_FINDINGS if found.undeclared else 0


def _check_graphs(graph: str | None, other_graph: str | None, *, is_revision: bool) -> None:
    if graph is None and other_graph is not None:
        raise UsageError("--other-graph is for B alone", hint="give a graph for A, too: --graph FILE")
    if graph is not None and is_revision:
        raise UsageError("a graph is of a revision: no other goes with it", hint="leave out --graph, or the revision")
