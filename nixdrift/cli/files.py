"""Names of files on the command line, and how a shell completes them."""

from typing import TYPE_CHECKING

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem


class FileName(StringParamType):
    """Leaves a name as it is, `-` and URLs, too; whoever reads the file says what is wrong with it."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Let the shell complete it."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


FILE = FileName()


def as_path(context: click.Context, _option: click.Parameter, given: str | None) -> "Path | None":
    """Give what an option names as a path; completion, which runs nothing, needs none: pathlib is slow to import."""
    if given is None or context.resilient_parsing:
        return None
    from pathlib import Path

    return Path(given)
