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

from nixdrift.errors import NixdriftError, UsageError
from nixdrift.report.document import clean

_NARROWEST = 60


def as_text(render: Callable[..., str], found: object, output: Path | None, **how: Any) -> bytes:
    """Render something as text for its destination: colour and width only for a terminal; ``how`` is all else."""
    width, color = page(to_file=output is not None)
    return render(found, width=width, color=color, **how).encode("utf-8", "backslashreplace")


def page(*, to_file: bool) -> tuple[int, bool]:
    """Give the width of the page that a report is written on, and whether it is coloured."""
    terminal = sys.stdout.isatty() and not to_file
    width = max(_NARROWEST, shutil.get_terminal_size().columns) if terminal else 100
    return width, terminal and wants_color()


def wants_color() -> bool:
    """Tell whether standard output is a terminal that is to be coloured."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


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


def say_warning(message: str) -> None:
    """Tell on standard error, in one line, what a person should know, and what stops nothing."""
    click.echo(f"nixdrift: warning: {clean(message)}", err=True)


def forget_output() -> None:
    """Keep the interpreter from flushing once more, at its end, what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_to_stdout(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()
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
