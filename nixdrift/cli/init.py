"""``nixdrift init``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.files import as_path
from nixdrift.cli.options import (
    attribute_options,
    evaluation_options,
    expression_options,
    repository_options,
)
from nixdrift.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift init            write nixdrift.toml, to be reviewed
  nixdrift init -o -       print it
"""
)
@attribute_options
@repository_options
@expression_options
@evaluation_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    callback=as_path,
    metavar="FILE",
    help="Write it here; - is standard output.  [default: nixdrift.toml at the top of the repository]",
)
def init(output: "Path | None", repository: "Path", **given: Any) -> int:
    """Propose a nixdrift.toml from the graph and the manifests of the working tree.

    Every component with a directory of its own is in it with the evidence for that, what nobody builds as a question,
    and tests that no input source holds as a suggestion. All of it is commented out. No file is ever overwritten.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.output import check_output, write, write_new
    from nixdrift.cli.progress import progress
    from nixdrift.pipeline.init import default_place, propose
    from nixdrift.request import RevisionRequest

    place = default_place(repository) if output is None else output
    to_stdout = str(place) == "-"
    if not to_stdout:
        _check_absent(place)
        check_output(place)
    with progress() as status:
        request = RevisionRequest(repository=repository, progress=status.update, **request_fields(given))
        content = propose(request).encode()
    if to_stdout:
        write(content, None)
        return 0
    write_new(content, place)
    click.echo(f"{place.name}: look at it, and uncomment what is right")
    return 0


def _check_absent(place: "Path") -> None:
    if place.exists() or place.is_symlink():
        raise UsageError(f"{place.name} is there already", hint="to see what would be proposed: nixdrift init -o -")
