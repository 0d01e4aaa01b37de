"""Where a report goes: to standard output, or whole to a file."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from nixdrift.cli.links import linked, top_of
from nixdrift.cli.log import say_warning as say_warning
from nixdrift.cli.manner import ALWAYS, manner, wants_color, wants_links
from nixdrift.errors import NixdriftError, UsageError
from nixdrift.report.folding import folded

_NARROWEST = 60


def as_text(render: Callable[..., str], found: object, output: Path | None, **how: Any) -> bytes:
    """Render something as text for its destination: colour and width only for a terminal; ``how`` is all else."""
    width, color = page(to_file=output is not None)
    text = render(found, width=width, color=color, **how)
    return (with_links(fitting(text)) if output is None else text).encode("utf-8", "backslashreplace")


def fitting(text: str) -> str:
    """Fold the long lines of a text where it is read on a terminal; elsewhere a line is a line."""
    width, color = page(to_file=False)
    return folded(text, width=width, color=color) if sys.stdout.isatty() else text


def with_links(text: str) -> str:
    """Link the paths of a report to their files, where standard output is a terminal that shows links."""
    if not wants_links(manner().hyperlinks, os.environ, is_terminal=sys.stdout.isatty()):
        return text
    context = click.get_current_context(silent=True)
    given = context.params.get("repository") if context else None
    return linked(text, top_of(Path(given or ".")))


def page(*, to_file: bool) -> tuple[int, bool]:
    """Give the width of the page that a report is written on, and whether it is coloured."""
    terminal = sys.stdout.isatty() and not to_file
    width = max(_NARROWEST, shutil.get_terminal_size().columns) if terminal else 100
    return width, colored(to_file=to_file)


def colored(*, to_file: bool = False) -> bool:
    """Tell whether to colour what is written; a file only where that is asked for by an option."""
    choice = manner().color
    if to_file:
        return choice == ALWAYS
    return wants_color(choice, os.environ, is_terminal=sys.stdout.isatty())


def write(content: bytes, output: Path | None) -> None:
    """Write to standard output, or to a file: whole or not at all.

    Raises `NixdriftError` where it cannot be written; `check_output` says so before the work is done.
    """
    if output is None:
        _write_to_stdout(content)
        return
    try:
        # A device or a pipe is written to; only a file can be replaced.
        _replace(_target(output), content) if _is_file_or_absent(output) else output.write_bytes(content)
    except OSError as error:
        raise _unwritable(output, error) from error


def write_new(content: bytes, output: Path) -> None:
    """Write a file that is not there yet: whole or not at all, and never over another one.

    Raises `UsageError` where it cannot be written, or has come to be there.
    """
    try:
        with output.open("xb") as file:
            try:
                file.write(content)
            except BaseException:
                output.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise UsageError(f"{output.name} is there already", hint="move it away first") from error
    except OSError as error:
        raise _unwritable(output, error) from error


def check_output(output: Path | None) -> None:
    """Raise `UsageError` where a report could not be written, before it is made."""
    if output is None or not _is_file_or_absent(output):
        return
    try:
        with tempfile.TemporaryFile(dir=_target(output).parent):
            return
    except OSError as error:
        raise _unwritable(output, error) from error


def _write_to_stdout(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NixdriftError(
            f"cannot write the report to standard output: {error.strerror}", hint="write it to a file: --output FILE"
        ) from error


def _is_file_or_absent(output: Path) -> bool:
    return output.is_file() or not output.exists()


def _target(output: Path) -> Path:
    """Give the file itself: a symbolic link to it is to stay one."""
    return Path(os.path.realpath(output))


def _unwritable(output: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write {output}: {error.strerror}", hint="name a file in a directory that you may write")


def _replace(output: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(_mode(output))
        temporary.replace(output)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(output: Path) -> int:
    if output.exists():
        return stat.S_IMODE(output.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
