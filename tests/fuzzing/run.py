"""Run a target on inputs, and count what came of them."""

import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from nixdrift.errors import NixdriftError
from tests.fuzzing.mutation import mutant
from tests.fuzzing.targets import Target

_PATIENCE = 10
"""Seconds for one input: what takes longer hangs."""


class HangError(BaseException):
    """An input takes too long; no `Exception`, which something might swallow."""


@dataclass(slots=True)
class Tally:
    """What came of all inputs so far."""

    refused: int = 0
    read: int = 0
    findings: dict[str, bytes] = field(default_factory=dict)
    """Where it went wrong → the shortest input by which it did."""

    @property
    def executions(self) -> int:
        return self.refused + self.read

    def take(self, target: Target, data: bytes) -> None:
        """Read an input."""
        try:
            with _patience():
                target.read(data)
        except NixdriftError:
            self.refused += 1
        except (Exception, HangError) as error:
            self.read += 1
            mark = _mark(error)
            if mark not in self.findings or len(data) < len(self.findings[mark]):
                self.findings[mark] = data
        else:
            self.read += 1


@contextmanager
def _patience() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _mark(error: BaseException) -> str:
    """Tell findings apart: by the exception, and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "nixdrift" in Path(frame.filename).parts[-4:-1]] or frames
    if isinstance(error, RecursionError):
        own = own[:3]
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}: {error!s:.80}".rstrip(": ")


def inputs(target: Target, number: int, more: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Give damaged inputs without end, made from a target's seeds and from more: the same for the same number."""
    random, sound = Random(number), (*target.seeds(), *more)
    while True:
        yield mutant(sound, target.mutators, random)
