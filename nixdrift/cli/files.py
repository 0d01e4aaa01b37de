"""Names of files on the command line: `-` and URLs, too, so only completion knows them as files."""

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType


class FileName(StringParamType):
    """Leaves a name as it is; whoever reads the file says what is wrong with it."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete it."""
        return [CompletionItem(incomplete, type="file")]


FILE = FileName()
