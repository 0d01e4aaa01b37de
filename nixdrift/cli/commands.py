"""The commands: a module for each, imported when it is called, and the sections of the help that they stand in.

Such a module declares its command, and imports at its top only what that takes. What runs the command is imported in
the function that runs: `--help`, and every key that a shell completes, would wait for it.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import click

from nixdrift.cli.manner import add_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Judge a change": {
        "check": "was everything that changed really rebuilt, and because of it?",
        "explain": "why does a component have its verdict?",
        "affected": "what moved, and how far is it from the change?",
        "render": "write a saved report in another format",
    },
    "Look at one revision": {
        "audit": "whose is each path, and what is wrong already?",
        "probe": "which files influence nothing?",
        "compare": "what differs between staging and production?",
    },
    "Past and place": {
        "history": "since when do changes not reach a component?",
        "rollback": "which earlier commit would really act?",
        "verify": "is what a commit evaluates to really deployed?",
    },
    "Set up": {
        "init": "propose a nixdrift.toml",
        "baseline": "write down what is known, to fail on what is new",
        "snapshot": "save a revision, to be judged elsewhere",
        "cache": "look after what is kept between runs",
        "completion": "complete commands and options in a shell",
        "rules": "what does a finding mean?",
        "schema": "the JSON Schema of a report",
        "demo": "replay an incident, merge by merge",
    },
}
"""Section → command, in a module of its name → the question that it answers; what matters most comes first."""

COMMANDS: Mapping[str, str] = {name: said for section in SECTIONS.values() for name, said in section.items()}


class Commands(click.Group):
    """Imports the one command that is called: the others would take longer than many a call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"nixdrift.cli.{cmd_name}"), cmd_name)
        command.short_help = COMMANDS[cmd_name]
        return add_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for; none is imported."""
        widest = max(map(len, COMMANDS))
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), said) for name, said in section.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete the name of a command, or an option; none is imported."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)
