"""In which formats a report is written, and where each goes."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from nixdrift.cli.options import Decorator, all_of
from nixdrift.cli.output import as_text, check_output, write
from nixdrift.errors import UsageError
from nixdrift.formats import FORMATS, TEXT, render
from nixdrift.report import Report, render_text

Form = tuple[str, Path | None]
"""The name of a format, and the file that it goes to; None: to standard output."""


def _parsed(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[Form, ...]:
    return tuple(map(_form, given))


def _form(text: str) -> Form:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
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


def destinations(forms: Sequence[Form], output: Path | None, *, as_json: bool) -> Mapping[Path | None, str]:
    """Give where the report goes → in which format.

    Beside files, there is always one for people, or what is asked for in its place. Raises `UsageError` where two
    would go to one place, or one cannot be written.
    """
    asked = [*forms, *([("json", None)] if as_json and ("json", None) not in forms else [])]
    here = [name for name, file in asked if file is None]
    if len(here) > 1:
        raise UsageError(
            f"{' and '.join(here)} would both go to one place", hint=f"give one a file: --format {here[0]}=FILE"
        )
    found: dict[Path | None, str] = {output: here[0] if here else TEXT}
    for name, file in asked:
        if file is not None and found.setdefault(file, name) != name:
            raise UsageError(f"{found[file]} and {name} would both go to {file}", hint="give each a file of its own")
    for file in found:
        check_output(file)
    return found


def write_forms(report: Report, places: Mapping[Path | None, str]) -> None:
    """Write a report to all its places: files first, so that whoever reads standard output finds them."""
    made = {file: rendered(report, name, file) for file, name in places.items()}
    for file in sorted(made, key=lambda file: (file is None, str(file))):
        write(made[file], file)


def rendered(report: Report, name: str, file: Path | None) -> bytes:
    """Write a report in a format; as text, for its destination."""
    return as_text(render_text, report, file) if name == TEXT else render(name, report)
