"""What the exit status says: a contract with whoever calls nixdrift."""

import os
import sys

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_NOT_JUDGED = 3
EXIT_BUG = 4
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


def forget_output() -> None:
    """Keep the interpreter from flushing once more, at its end, what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
