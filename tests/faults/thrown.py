"""What a fault is: a way to run a check into which something breaks, and what came of it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.command import Outcome
from tests.faults.place import Place, answer_of


@dataclass(frozen=True, slots=True)
class Usual:
    """What a run without a fault, and without a cache, takes."""

    seconds: float
    calls: int
    """Of Nix's programs."""


@dataclass(frozen=True, slots=True)
class Thrown:
    """How the run ended, and what is wrong where only the fault itself knows to look."""

    outcome: Outcome
    wrong: tuple[str, ...] = ()


Throw = Callable[[Place, float, Usual], Thrown]
"""Runs a check; the number, from 0 to 1, says when, where or how it breaks."""


def part(moment: float, place: int) -> float:
    """Give another number from 0 to 1 for the same moment: what else is left to chance."""
    return moment * 97**place % 1


def half(place: Place, moment: float) -> tuple[str, ...]:
    """Let half of the runs evaluate everything, and half find it in the cache."""
    return anew(place, moment) if part(moment, 5) < 0.5 else ()


def anew(place: Place, moment: float) -> tuple[str, ...]:
    """Let a run evaluate everything, and half of these keep what comes of it."""
    if part(moment, 6) < 0.5:
        return ("--no-cache",)
    place.forget()
    return ()


def beside(action: Callable[[Place], None]) -> Throw:
    """Do something at some moment of a run."""

    def throw(place: Place, moment: float, usual: Usual) -> Thrown:
        timer = threading.Timer(moment * usual.seconds, action, [place])
        timer.start()
        ended = place.run(*half(place, moment))
        timer.join()
        return Thrown(ended)

    return throw


def signalled(number: int) -> Throw:
    """Send a signal at some moment of a run."""

    def throw(place: Place, moment: float, usual: Usual) -> Thrown:
        process = place.start(*half(place, moment))
        time.sleep(moment * usual.seconds)
        process.send_signal(number)
        report, errors = process.communicate()
        return Thrown(Outcome(process.returncode, answer_of(report), errors.decode(errors="replace")))

    return throw
