"""How a command speaks: quietly or at length, in colour, with links; the options of all commands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import click

_KEY = "nixdrift.manner"

AUTO, ALWAYS, NEVER = "auto", "always", "never"

_OLDEST_VTE = 5000
_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby", "WarpTerminal"})
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_VARIABLES = ("WT_SESSION", "KITTY_WINDOW_ID", "DOMTERM", "KONSOLE_VERSION")


class Manner(NamedTuple):
    """How a command speaks."""

    quiet: bool = False
    verbose: bool = False
    color: str = AUTO
    hyperlinks: str = AUTO


def manner() -> Manner:
    """Give how the command that runs is to speak."""
    context = click.get_current_context(silent=True)
    found = context.meta.get(_KEY) if context else None
    return found if isinstance(found, Manner) else Manner()


def _note(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Note an option, whether it stands before the command or after it."""
    if context.resilient_parsing:
        return  # completion runs nothing
    known = context.meta.get(_KEY, Manner())
    if value:
        known = known._replace(**{str(parameter.name): value})
    if known.quiet and known.verbose:
        raise click.UsageError("--quiet and --verbose contradict each other", context)
    context.meta[_KEY] = known
    # A group has yet to come to its command, of which only the help may be asked for.
    if not isinstance(context.command, click.Group):
        from nixdrift.cli.log import listen

        listen(quiet=known.quiet, verbose=known.verbose)


def _flag(*names: str, text: str) -> click.Option:
    return click.Option(names, is_flag=True, expose_value=False, callback=_note, help=text)


def _choice(name: str, text: str) -> click.Option:
    return click.Option(
        [name], type=click.Choice([AUTO, ALWAYS, NEVER]), expose_value=False, callback=_note, help=text, default=None
    )


OPTIONS = (
    _flag("-q", "--quiet", text="Write the report and errors, and nothing else."),
    _flag("-v", "--verbose", text="Tell on standard error of processes, the cache, and what decided what."),
    _choice("--color", "Colour the report.  [default: auto, on a terminal]"),
    _choice("--hyperlinks", "Link paths to their files.  [default: auto, on a terminal that is known to show links]"),
)
"""What every command understands, before its name or after it."""


def add_options(command: click.Command) -> click.Command:
    """Let a command, and those below it, understand the options of all commands; once is enough."""
    command.params += [one for one in OPTIONS if one not in command.params]
    if isinstance(command, click.Group):
        for each in command.commands.values():
            add_options(each)
    return command


def wants_color(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether to colour: by the choice, else by the variables that people set, else on a terminal.

    Source: https://no-color.org, https://force-color.org and https://bixense.com/clicolors; who wants none comes first.
    """
    if choice != AUTO:
        return choice == ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"


def wants_links(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether to write links (OSC 8): only on a terminal, and, unless asked for, on one that shows them.

    Source: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    """
    if not is_terminal or choice == NEVER:
        return False
    if choice == ALWAYS:
        return True
    forced = environment.get("FORCE_HYPERLINK")
    return forced != "0" if forced else _shows_links(environment)


def _shows_links(environment: Mapping[str, str]) -> bool:
    term = environment.get("TERM", "")
    if term == "dumb" or term.startswith(("screen", "tmux")) or "CI" in environment:
        return False
    if environment.get("TERM_PROGRAM") in _PROGRAMS or term.startswith(_TERMS):
        return True
    if any(environment.get(name) for name in _VARIABLES):
        return True
    vte = environment.get("VTE_VERSION", "")
    return vte.isdecimal() and int(vte) > _OLDEST_VTE
