"""The options that say in which formats a report is written, and where each goes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.options import Decorator, all_of
from nixdrift.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

Form = tuple[str, "Path | None"]
"""The name of a format, and the file that it goes to; None: to standard output."""


def _parsed(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[Form, ...]:
    return tuple(map(_form, given))


def _form(text: str) -> Form:
    from pathlib import Path

    name, equals, file = text.partition("=")
    if name not in FORMATS:
        import difflib

        meant = difflib.get_close_matches(name, FORMATS, n=1) or [", ".join(FORMATS)]
        raise click.BadParameter(f"no format {name!r}: did you mean {meant[0]}?")
    if equals and not file:
        raise click.BadParameter(f"{text} names no file")
    return name, Path(file) if file else None


forms_option: Decorator[Any] = all_of(
    click.option(
        "--format",
        "forms",
        multiple=True,
        metavar="NAME[=FILE]",
        callback=_parsed,
        help=f"Write the report so, here or to FILE; may be given several times.  [{', '.join(FORMATS)}]",
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
)
