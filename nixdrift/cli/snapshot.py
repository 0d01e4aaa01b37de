"""``nixdrift snapshot``."""

import sys
from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.exits import EXIT_NOT_JUDGED
from nixdrift.cli.options import (
    attribute_options,
    evaluation_options,
    expression_options,
    output_option_for,
    repository_options,
)
from nixdrift.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from nixdrift.snapshot import Snapshot


@click.command(
    epilog="""\b
Examples:
  nixdrift snapshot -o head.snapshot               HEAD, every root of the flake
  nixdrift snapshot main~1 -o base.snapshot        another commit
  nixdrift snapshot --worktree -o now.snapshot     what is not committed yet
  nixdrift snapshot --file release.nix --arg ci true -o head.snapshot
Then, anywhere, without Nix:
  nixdrift check --base-graph base.snapshot --head-graph head.snapshot
"""
)
@click.argument("revision", required=False, metavar="[REV]")
@click.option("--worktree", is_flag=True, help="Save the working tree: staged, unstaged and untracked files.")
@attribute_options
@repository_options
@expression_options
@evaluation_options
@click.option("--keep-going", is_flag=True, help="Exit with 0 even if an attribute does not evaluate.")
@output_option_for("snapshot")
def snapshot(revision: str | None, worktree: bool, output: "Path | None", keep_going: bool, **given: Any) -> int:
    """Save one evaluated revision in one file, to be judged later, elsewhere, and without Nix.

    Without a REV, HEAD. The file holds the derivations, the roots and where they are written, what does not
    evaluate, and what is in the input sources that the commit alone does not prove. The same revision gives the same
    bytes.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.outcome import say_failed
    from nixdrift.cli.output import check_output, write
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.snapshot import snapshot as take_snapshot
    from nixdrift.request import RevisionRequest
    from nixdrift.snapshot import write_snapshot

    if worktree and revision is not None:
        raise UsageError("--worktree is a revision: no other goes with it", hint="leave out --worktree or REV")
    if output is None and sys.stdout.isatty():
        raise UsageError("a snapshot is no text for a terminal", hint="name a file: -o FILE")
    check_output(output)
    chosen = None if worktree else revision or "HEAD"
    with progress() as status:
        saved = take_snapshot(RevisionRequest(revision=chosen, progress=status.update, **request_fields(given)))
        content = write_snapshot(saved)
    write(content, output)
    _say_left_out(saved)
    failed = saved.evaluation.failed
    if failed and not keep_going:
        say_failed(list(failed), "saved")
        return EXIT_NOT_JUDGED
    return 0


def _say_left_out(saved: "Snapshot") -> None:
    """Say what the snapshot does not know."""
    from nixdrift.cli.log import say_hint
    from nixdrift.snapshot import LeftOut

    for path, source in sorted(saved.sources.items()):
        if isinstance(source, LeftOut):
            why = "it is not in the store" if source.files is None else f"it has {source.files:,} files"
            say_hint(f"what is in {path} was left out: {why}")
