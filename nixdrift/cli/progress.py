"""How far a command is: a line on standard error, where that is a terminal; with --verbose, lines for a log."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nixdrift.cli.log import say_detail
from nixdrift.cli.manner import manner
from nixdrift.progress import Progress, untold

if TYPE_CHECKING:
    from rich.progress import Progress as Display
    from rich.progress import ProgressColumn


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is told of what is being done."""

    update: Callable[[Progress], None]


@contextmanager
def progress() -> Iterator[Teller]:
    """Give who tells a person how far the command is, and for how long it has been at work."""
    chosen = manner()
    if chosen.verbose:
        yield Teller(lambda one: say_detail(str(one)))
    elif chosen.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Teller(untold)
    else:
        with _display() as display:
            # Rich locks what it shows: workers may tell, too.
            task = display.add_task("starting", total=None, count="")
            yield Teller(lambda one: display.update(task, **_fields(one)))


def _display() -> "Display":
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Display

    columns: tuple[ProgressColumn, ...] = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[count]}", markup=False),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
    )
    return Display(*columns, console=Console(stderr=True), transient=True)


def _fields(told: Progress) -> dict[str, Any]:
    from nixdrift.report.escapes import clean

    counted = told.done is not None
    count = "" if not counted else f"{told.done:,}" + ("" if told.every is None else f" of {told.every:,}")
    return {"description": clean(told.doing), "completed": told.done or 0, "total": told.every, "count": count}
