"""Where a report goes, and in which format."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from nixdrift.cli.forms import Form
from nixdrift.cli.output import as_text, check_output, write
from nixdrift.errors import UsageError
from nixdrift.formats import TEXT, render
from nixdrift.report import Report, render_text


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
