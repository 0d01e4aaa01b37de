"""What is told of the work while it is done: how far it is, and which processes it ran."""

import logging
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done now, and how far it is; ``done`` and ``every`` are None where nothing can be counted."""

    doing: str
    done: int | None = None
    every: int | None = None

    def __str__(self) -> str:
        if self.done is None:
            return self.doing
        return f"{self.doing}, {self.done:,}" + ("" if self.every is None else f" of {self.every:,}")


Tell = Callable[[Progress], None]
"""Gets what is being done, as it happens; it may be called by several threads."""


def untold(_progress: Progress) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Process:
    """A process that was run, and how it ended; of one that did not end by itself, the status is None."""

    command: Sequence[str]
    status: int | None = None

    def __str__(self) -> str:
        return shlex.join(self.command)


@contextmanager
def logged(logger: logging.Logger, command: Sequence[str]) -> Iterator[Process]:
    """Log a process at its end, with its exit status and how long it took."""
    process, begun = Process(command), time.monotonic()
    try:
        yield process
    finally:
        ended = "stopped" if process.status is None else f"exit {process.status}"
        logger.info("%s: %s, %.2f s", process, ended, time.monotonic() - begun)
