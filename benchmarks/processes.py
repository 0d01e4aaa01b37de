"""What a process takes: of the clock, of the processors, and of memory."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent

_KIBIBYTE = 1 if sys.platform == "darwin" else 1024
"""The unit in which a system counts resident memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took."""

    seconds: float
    processor: float
    """Seconds of processors."""
    memory: int
    """The most bytes that were resident at one time."""


class RunError(SystemExit):
    """A process ended with another status than it may."""


def processor_of_children() -> float:
    """Give the seconds of processors that all processes took that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(arguments: Sequence[str], *, accepted: Collection[int] = (0,)) -> Cost:
    """Run the interpreter with some arguments; what it prints is thrown away.

    A child is told its parent's memory where that is larger: whoever measures has to stay small.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            said.seek(0)
            raise RunError(f"{said.read().decode(errors='replace')}exit status {process.returncode}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _KIBIBYTE)


def interleaved(
    commands: Mapping[str, Sequence[str]],
    repeat: int,
    *,
    accepted: Mapping[str, Collection[int]],
    may_fail: Collection[str],
) -> Mapping[str, Sequence[Cost]]:
    """Run some commands in turn, again and again, so that what else the machine does is shared by all.

    Of one that fails and may, nothing is told.
    """
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    left = dict(commands)
    for _time in range(repeat):
        for name, arguments in tuple(left.items()):
            try:
                found[name].append(run(arguments, accepted=accepted.get(name, (0,))))
            except RunError:
                if name not in may_fail:
                    raise
                del left[name]
    return found


def middle(costs: Sequence[Cost]) -> Cost:
    """Give the medians."""
    return Cost(
        statistics.median(one.seconds for one in costs),
        statistics.median(one.processor for one in costs),
        round(statistics.median(one.memory for one in costs)),
    )
