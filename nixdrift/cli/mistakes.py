"""What a wrong call is told: one line of what is wrong, and what may have been meant."""

import difflib
from collections.abc import Iterable

import click

from nixdrift.cli.commands import COMMANDS


def mistake(error: click.ClickException) -> tuple[str, str]:
    """Give what is wrong with a call, and a hint."""
    context = getattr(error, "ctx", None)
    see = f"see `{context.command_path if context else 'nixdrift'} --help`"
    message, meant = error.format_message(), _meant(error)
    # What click guesses stands behind what it says; here it is the hint.
    said = message.partition(" Did you mean")[0].partition(" (Did you mean")[0].partition(" (Possible options")[0]
    return (said, f"did you mean {meant[0]}? {see}") if meant else (message, see)


def _meant(error: click.ClickException) -> list[str]:
    match error:
        case click.NoSuchOption(possibilities=list(found)):
            return found[:1]
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices))):
            return _close(_given(error), map(str, choices))
        case click.UsageError(ctx=click.Context(command=click.Group() as group) as context):
            known = COMMANDS if context.parent is None else group.list_commands(context)
            return _close(_given(error), known)
    return []


def _given(error: click.ClickException) -> str:
    """Give what click quotes first: what was given and is not known."""
    return error.message.partition("'")[2].partition("'")[0]


def _close(given: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(given.casefold(), known, n=1) if given else []
