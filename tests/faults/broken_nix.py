"""A Nix of which one call goes wrong: an early or a late one, but one that a run makes."""

from pathlib import Path
from shlex import quote

from tests.faults.place import Place
from tests.faults.thrown import Throw, Thrown, Usual, anew, part

_TIMEOUT = 5
"""Seconds; no call takes a tenth of that."""

_PROGRAMS = ("nix", "nix-instantiate", "nix-store")

KILLED = (
    'exec 3<&0; "$real" "$@" <&3 & sleep {seconds}; kill -9 $! $$',
    '"$real" "$@" | head -c {size}; kill -9 $$',
)
"""Ends by SIGKILL: before its answer or with a part of it."""

NO_ROOM = "echo 'error: writing to file: No space left on device' >&2; exit 1"

WHICH = (
    "[ $calls = {number} ]",
    "[ $calls -ge {number} ]",
    "[ $calls -ge {number} ] && [ $(( (calls - {number}) % 2 )) = 0 ]",
)
"""Which calls go wrong: one, which others may make good, it and all that follow, or every second of these."""

HANGS = (
    "exec sleep 1000",
    "trap : TERM INT; sleep 1000 & wait; sleep 1000",
    '"$real" "$@" | head -c {size}; sleep 1000',
)
"""Does not end: by itself, with a child and deaf to signals, and after a part of its answer."""


def nix_that(*does: str) -> Throw:
    """Let one of the calls do something else, chance says what.

    The shell has the real program in ``$real`` and its arguments in ``$@``; ``{seconds}`` is as long as a call takes
    or shorter, ``{size}`` a number of bytes, as many as there are in an answer or fewer.
    """

    def throw(place: Place, moment: float, usual: Usual) -> Thrown:
        number, chance = 1 + int(moment * usual.calls), part(moment, 1)
        what = does[int(part(moment, 2) * len(does))].format(seconds=f"{chance / 10:.3f}", size=int(10 ** (chance * 4)))
        which = WHICH[int(part(moment, 3) * len(WHICH))].format(number=number)
        programs = programs_that(place, f"if {which}; then {what}; fi")
        return Thrown(place.run("--timeout", _TIMEOUT, *anew(place, moment), nix=programs))

    return throw


def counted_calls(place: Place) -> int:
    """Give how many calls of Nix a run makes."""
    place.run("--no-cache", nix=programs_that(place, ":"))
    return len(_count(place).read_text().splitlines())


def without_nix(place: Place, moment: float, usual: Usual) -> Thrown:
    """Check where there is no Nix at all."""
    empty = place.directory / "empty"
    empty.mkdir(exist_ok=True)
    return Thrown(place.run("--no-cache", nix=empty))


def _count(place: Place) -> Path:
    return place.directory / "count"


def programs_that(place: Place, does: str) -> Path:
    """Make a directory of programs that count their calls, do something, and then what they are there for."""
    programs, count = place.directory / "faulty", _count(place)
    programs.mkdir(exist_ok=True)
    count.write_text("")
    for name in _PROGRAMS:
        program = programs / name
        program.write_text(
            f"#!/bin/sh\necho >>{quote(str(count))}\ncalls=$(wc -l <{quote(str(count))})\n"
            f'real={quote(str(place.nix / name))}\n{does}\nexec "$real" "$@"\n'
        )
        program.chmod(0o755)
    return programs
