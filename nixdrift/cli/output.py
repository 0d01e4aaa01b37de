"""Where a report goes: to standard output, or whole to a file."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from nixdrift.errors import UsageError
from nixdrift.report import Report, render_json, render_text

_NARROWEST = 60


def rendered(report: Report, report_format: str, *, to_file: bool) -> bytes:
    """Render a report for its destination: colour and width only for a terminal."""
    if report_format == "json":
        return render_json(report)
    terminal = sys.stdout.isatty() and not to_file
    width = max(_NARROWEST, shutil.get_terminal_size().columns) if terminal else 100
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return render_text(report, width=width, color=color).encode("utf-8", "backslashreplace")


def write(content: bytes, output: Path | None) -> None:
    """Write to standard output, or to a file: whole or not at all.

    Raises `UsageError` where the file cannot be written.
    """
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(output)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
