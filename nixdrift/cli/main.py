"""The group of commands, and the one place where an error becomes an exit code."""

import os
import signal
import sys
import traceback
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from nixdrift import __version__
from nixdrift.cli.exits import EXIT_BROKEN_PIPE, EXIT_BUG, EXIT_INTERRUPTED, EXIT_USAGE
from nixdrift.cli.output import forget_output
from nixdrift.errors import NixdriftError
from nixdrift.report.document import clean

_EPILOG = """\b
Exit status: 0 clean, 1 findings, 2 wrong usage, 3 could not judge,
4 a bug in nixdrift, 130 interrupted."""


_COMMANDS = {
    "check": "was everything that changed really rebuilt, and because of it?",
    "explain": "why does a component have its verdict?",
    "affected": "what moved, and how far is it from the change?",
    "audit": "whose is each path, and what is wrong already?",
    "probe": "which files influence nothing?",
    "compare": "what differs between staging and production?",
    "history": "since when do changes not reach a component?",
    "rollback": "which earlier commit would really act?",
    "verify": "is what a commit evaluates to really deployed?",
    "render": "write a saved report in another format",
    "snapshot": "save a revision, to be judged elsewhere",
    "baseline": "write down what is known, to fail on what is new",
    "init": "propose a nixdrift.toml",
    "cache": "look after what is kept between runs",
    "rules": "what does a finding mean?",
    "demo": "replay an incident, merge by merge",
    "schema": "the JSON Schema of a report",
}
"""Each command, in a module of its name, and the question that it answers: the one that matters first."""


class _Commands(click.Group):
    """Imports the one command that is called: the others would take longer than many a call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give their names."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"nixdrift.cli.{cmd_name}"), cmd_name)
        command.short_help = _COMMANDS[cmd_name]
        return command


@click.group(
    cls=_Commands, epilog=_EPILOG, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="nixdrift", message="%(prog)s %(version)s")
def cli() -> None:
    """Find Nix components whose sources changed while their output did not.

    \b
    Was everything that this merge changes really rebuilt, and because of it?
      nixdrift check
      nixdrift check --base main~1 --head main
    See it at work on an incident:
      nixdrift demo
    """


def main() -> NoReturn:
    """Run the command line and exit with the code that the outcome has."""
    _forget_git_environment()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # What `nohup` made it ignore stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _terminate)
    sys.exit(_run())


def _forget_git_environment() -> None:
    """Let nothing that a hook or a shell exports redirect git to another repository, index or object store."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    # An exception, so that every cleanup on the way out happens; a second signal must not cut it short.
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _run() -> int:
    try:
        return _invoke()
    except NixdriftError as error:
        say_error(error.message, error.hint)
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        say_error(error.format_message(), f"see `{context.command_path if context else 'nixdrift'} --help`")
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        say_error("interrupted", None)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the report has stopped reading.
        forget_output()
        return EXIT_BROKEN_PIPE
    except Exception:
        traceback.print_exc()
        say_error("this is a bug in nixdrift", "please report it with the lines above")
        return EXIT_BUG


def _invoke() -> int:
    """Do what click's own ``main`` does, which would turn a broken pipe into the exit code of findings."""
    try:
        with cli.make_context("nixdrift", sys.argv[1:]) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def say_error(message: str, hint: str | None) -> None:
    """Write an error, and a hint where there is one, to standard error: one line each."""
    click.echo(f"nixdrift: error: {clean(message)}", err=True)
    if hint:
        click.echo(f"nixdrift: hint: {clean(hint)}", err=True)
