"""The manual page, made from the commands as their help is."""

import re
import textwrap
from collections.abc import Iterator, Sequence

import click

from nixdrift import __version__
from nixdrift.cli.commands import SECTIONS
from nixdrift.cli.main import cli
from nixdrift.cli.manner import OPTIONS

_WORDED = "2026-11-24"
"""The day that the page bears: the same page has to be made on every day."""

_NAMES = {"\\": "e", "-": "-", '"': "(dq", "`": "(ga", "'": "(aq"}


def manual() -> str:
    """Give the manual page of nixdrift, in roff."""
    context = click.Context(cli, info_name="nixdrift", **cli.context_settings)
    lines = [
        f'.TH NIXDRIFT 1 "{_WORDED}" "nixdrift {__version__}" "User Commands"',
        *(".SH NAME", "nixdrift \\- find Nix components whose sources changed while their output did not"),
        *(".SH SYNOPSIS", ".B nixdrift", r"[\fIOPTION\fR]... \fICOMMAND\fR [\fIARGUMENT\fR]..."),
        *(".SH DESCRIPTION", *_paragraphs(cli.help or "")),
        *(".SH OPTIONS", *_options(cli, context)),
        "These are understood before a command and after it.",
        *(".SH COMMANDS",),
    ]
    for section in SECTIONS.values():
        for name in section:
            command = cli.get_command(context, name)
            assert command is not None
            lines += _command(command, f"nixdrift {name}", context)
    lines += [".SH EXIT STATUS", *_paragraphs(cli.epilog or "")]
    return "\n".join(_without_empty_paragraphs(lines)) + "\n"


def _without_empty_paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Leave out the start of a paragraph where another one starts, or none stands."""
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ".SH"], strict=False):
        if line != ".PP" or not (before.startswith((".SH", ".SS")) or after.startswith((".SH", ".SS", ".TP", ".PP"))):
            yield line


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name.rpartition(" ")[2], parent=parent)
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f'.SS "{_text(name)}"', f".B {_text(name)}", _line(usage), ".PP", *_paragraphs(command.help or ""))
    yield from _options(command, context)
    yield from _paragraphs(command.epilog or "")
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _command(each, f"{name} {each.name}", context)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for option in command.params:
        record = option.get_help_record(context)
        if record and isinstance(option, click.Option) and (option not in OPTIONS or command is cli):
            yield from (".TP", f".B {_text(record[0])}", *_filled(record[1]))
    yield ".PP"


def _paragraphs(text: str) -> Iterator[str]:
    """Give paragraphs; what stands after a mark of click's is not to be filled."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        is_kept = paragraph.lstrip().startswith("\b")
        lines = [line for line in paragraph.split("\n") if line.strip() not in {"", "\b"}]
        if is_kept:
            yield from (".PP", ".nf", *map(_line, lines), ".fi")
        elif lines:
            yield from (".PP", *_filled(" ".join(line.strip() for line in lines)))


def _filled(text: str) -> Iterator[str]:
    yield from map(_line, textwrap.wrap(text, 70, break_long_words=False, break_on_hyphens=False))


def _line(text: str) -> str:
    escaped = _text(text)
    return rf"\&{escaped}" if escaped.startswith((".", "'", " ")) else escaped


def _text(text: str) -> str:
    return text.translate({ord(char): f"\\{name}" for char, name in _NAMES.items()})
