"""A real pseudo-terminal for a command to run on."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x1b]*\x1b\\)")


def on_terminal(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], columns: int = 80
) -> tuple[int, str]:
    """Run ``nixdrift`` with a terminal for its output and its errors; give its exit status, and what it wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "nixdrift", *arguments]
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 1 << 16):
            written += piece
    except OSError:
        pass  # the other end is closed
    finally:
        os.close(ours)
    return process.wait(60), written.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """Give what a person sees of a text."""
    return ESCAPE.sub("", text)
