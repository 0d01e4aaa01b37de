"""The group of commands, and the one place where an error becomes an exit code."""

import atexit
import errno
import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import click

from nixdrift import __version__
from nixdrift.cli.commands import Commands
from nixdrift.cli.completion import VARIABLE
from nixdrift.cli.exits import EXIT_BROKEN_PIPE, EXIT_BUG, EXIT_INTERRUPTED, EXIT_NOT_JUDGED, EXIT_USAGE
from nixdrift.cli.manner import add_options
from nixdrift.errors import NixdriftError

_ALLOCATIONS_PER_COLLECTION = 2_000_000

_NARROWEST, _WIDEST = 50, 100

_EPILOG = """\b
Exit status: 0 clean, 1 findings, 2 wrong usage, 3 could not judge,
4 a bug in nixdrift, 130 interrupted."""


@click.group(
    cls=Commands,
    epilog=_EPILOG,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)
@click.version_option(__version__, prog_name="nixdrift", message="%(prog)s %(version)s")
def cli() -> None:
    """Find Nix components whose sources changed while their output did not.

    \b
    Was everything that this change touches really rebuilt, and because of it?
      nixdrift check
      nixdrift check --base main~1 --head main
    What is wrong already, before anybody changes anything?
      nixdrift audit
    Since when do changes not reach a component, and which commit broke that?
      nixdrift history --component goinstance
    See it at work on an incident:
      nixdrift demo
    """


add_options(cli)


def main() -> NoReturn:
    """Run the command line and exit with the code that the outcome has."""
    _open_what_is_closed()
    _forget_git_environment()
    # The records of a large graph are all reachable until the end: looking through them for cycles finds none, and
    # takes longer than reading them. What a long run leaves behind is still found.
    gc.set_threshold(_ALLOCATIONS_PER_COLLECTION)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # What `nohup` made it ignore stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _terminate)
    _leave(_run())


def _leave(code: int) -> NoReturn:
    """End at once: to give back a large graph object by object takes as long as reading it, and the system does it.

    What was registered for the end is done first, and what was written is written out.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            # What cannot be written was said when it was: no line is left in a buffer.
            stream.flush()
    os._exit(code)


def _open_what_is_closed() -> None:
    """Give a stream that was closed by whoever called a file that is nowhere.

    Otherwise the next file that is opened would get its number, and whatever writes to that stream would write there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - until the end


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
        from nixdrift.cli.mistakes import mistake

        say_error(*mistake(error))
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        say_error("interrupted", None)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the report has stopped reading.
        return EXIT_BROKEN_PIPE
    except OSError as error:
        if error.errno not in _FULL:
            return _bug()
        say_error(f"cannot write: {error.strerror}", None)
        return EXIT_NOT_JUDGED
    except Exception:
        return _bug()


_FULL = {errno.ENOSPC, errno.EDQUOT}


def _bug() -> int:
    import traceback

    traceback.print_exc()
    say_error("this is a bug in nixdrift", "please report it with the lines above")
    return EXIT_BUG


def _invoke() -> int:
    """Do what click's own ``main`` does, which would turn a broken pipe into the exit code of findings."""
    if asked := os.environ.get(VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, "nixdrift", VARIABLE, asked)
    try:
        with cli.make_context("nixdrift", sys.argv[1:], terminal_width=_width()) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def _width() -> int:
    """Give the width of the help as click chooses it, which would import much for it (shutil)."""
    wanted = os.environ.get("COLUMNS", "")
    columns = int(wanted) if wanted.isdecimal() else 0
    try:
        columns = columns or os.get_terminal_size().columns
    except OSError:  # no terminal
        columns = 0
    return max(min(columns or 80, _WIDEST) - 2, _NARROWEST)


def say_error(message: str, hint: str | None) -> None:
    """Write an error, and a hint where there is one, to standard error: one line each."""
    from nixdrift.report.escapes import clean  # with all reports: too much for a call of the help

    click.echo(f"nixdrift: error: {clean(message)}", err=True)
    if hint:
        click.echo(f"nixdrift: hint: {clean(hint)}", err=True)
