"""What is told on standard error besides errors: warnings, hints, and with --verbose all that is logged."""

import logging
import shlex
from functools import cache
from typing import TYPE_CHECKING

import click

from nixdrift.progress import Process

if TYPE_CHECKING:
    from nixdrift.explanation.secrets import Masker

_LOG = logging.getLogger("nixdrift")
_HINT = logging.getLogger("nixdrift.cli.hint")


def listen(*, quiet: bool, verbose: bool) -> None:
    """Tell from now on what is worth it; errors are told whatever is chosen."""
    if not any(isinstance(one, _OnStandardError) for one in _LOG.handlers):
        _LOG.addHandler(_OnStandardError())
    _LOG.setLevel(logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING)


def say_warning(message: str) -> None:
    """Tell in one line what a person should know, and what stops nothing."""
    _LOG.warning("%s", message)


def say_hint(message: str) -> None:
    """Tell in one line what may be of use to a person."""
    _HINT.warning("%s", message)


def say_detail(message: str) -> None:
    """Tell in one line what only those want to know who ask for all."""
    _LOG.info("%s", message)


class _OnStandardError(logging.Handler):
    """Writes each record as a line, without what looks like a secret."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        from nixdrift.report.escapes import clean

        if record.levelno >= logging.WARNING:
            kind, text = ("hint" if record.name == _HINT.name else "warning"), record.getMessage()
        else:
            kind, text = "verbose", masked(record)
        click.echo(f"nixdrift: {kind}: {clean(text)}", err=True)


def masked(record: logging.LogRecord) -> str:
    """Give the message of a record without secrets: tokens, passwords, and values of options with a secret's name."""
    given = record.args if isinstance(record.args, tuple) else ()
    shown = tuple(_without_values(one) if isinstance(one, Process) else one for one in given)
    return _masker().mask(str(record.msg) % shown if shown else record.getMessage())


def _without_values(process: Process) -> str:
    """Write a command as for a shell; an option of Nix is three words: --option NAME VALUE."""
    from nixdrift.explanation.secrets import is_secret

    before = ("", "", *process.command)
    return shlex.join(
        "<masked>" if option == "--option" and is_secret(name) else word
        for option, name, word in zip(before, before[1:], process.command, strict=False)
    )


@cache
def _masker() -> "Masker":
    from nixdrift.explanation.secrets import Masker

    return Masker()
