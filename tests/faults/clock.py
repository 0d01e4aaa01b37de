"""A clock that jumps while a run is at work, for it and for all that it calls: by libfaketime, where that is there."""

import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from tests.faults.place import Place
from tests.faults.thrown import Thrown, Usual, half, part

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
"""From Debian's package libfaketime."""

_LONGEST = 10 * 365 * 24 * 60 * 60


def with_a_jumping_clock(place: Place, moment: float, usual: Usual) -> Thrown:
    """Let the clock jump by a second up to ten years, forwards or backwards, at some moment of a run.

    What the cache has was kept by another clock. That of the boot goes on, as it does where the system's is set.
    """
    file, jump = place.directory / "clock", _jump(part(moment, 1))
    _set(file, 0)
    _age(place, _jump(part(moment, 2)))
    timer = threading.Timer(moment * usual.seconds, _set, [file, jump])
    timer.start()
    ended = _preloaded(place, file).run(*half(place, moment))
    timer.join()
    return Thrown(ended)


def _jump(chance: float) -> int:
    """Give a number of seconds: as many small ones as large ones, of either sign."""
    size = int(_LONGEST ** abs(2 * chance - 1))
    return size if chance < 0.5 else -size


def _set(file: Path, seconds: int) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{seconds:+d}\n")
    fresh.replace(file)


def _age(place: Place, seconds: int) -> None:
    """Let what was kept be from another time."""
    for entry in (place.nixdrift.home / "cache" / "nixdrift").rglob("*"):
        with suppress(FileNotFoundError):
            os.utime(entry, (time.time() + seconds, time.time() + seconds), follow_symlinks=False)


def _preloaded(place: Place, file: Path) -> Place:
    settings = {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    # nixdrift hands none of this to Nix.
    programs = place.directory / "elsewhen"
    programs.mkdir(exist_ok=True)
    given = "\n".join(f"export {name}={quote(text)}" for name, text in settings.items())
    for name in ("nix", "nix-instantiate", "nix-store"):
        (programs / name).write_text(f'#!/bin/sh\n{given}\nexec {quote(str(place.nix / name))} "$@"\n')
        (programs / name).chmod(0o755)
    own = {**place.nixdrift.settings, **settings}
    return replace(place, nix=programs, nixdrift=replace(place.nixdrift, settings=own))
