"""Commit and judge for an hour, and look for what grows: ``make soak``. Exits with 1 where anything does, or is wrong.

Uses the newest release below NIXDRIFT_TEST_NIX, or the Nix on PATH. Interrupted, it writes what it came to.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from tests.command import CHECKOUT
from tests.conftest import nix_directories
from tests.soak import laps, library
from tests.soak.growth import Growth, growths, rows
from tests.soak.place import make_place

_LIBRARY_SHARE = 12
"""One part of so many of the time is the library's."""
_LIBRARY_DERIVATIONS = 1_000
_WARM_UP = 4
"""One part of so many of the library's laps fills what is kept on purpose, up to its limit, and is not judged."""


def _commands(directory: Path, nix: Path, seconds: float, log: BinaryIO) -> list[laps.Lap]:
    """Run laps for some time, or until there is an interrupt."""
    place, until, done = make_place(directory, nix), time.monotonic() + seconds, list[laps.Lap]()
    with suppress(KeyboardInterrupt):
        for lap in laps.laps(place):
            done.append(lap)
            log.write(laps.written(lap))
            log.flush()
            for wrong in lap.wrong:
                print(wrong, file=sys.stderr, flush=True)
            if time.monotonic() > until:
                break
    return done


def _library(directory: Path, nix: Path, seconds: float, log: BinaryIO) -> list[dict[str, float]]:
    """Let a process of its own judge for some time."""
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{nix}:{os.environ['PATH']}",
        "HOME": str(directory),
        "XDG_CACHE_HOME": str(directory / "cache"),
        "NIX_STATE_DIR": str(directory / "none"),
        "PYTHONPATH": str(CHECKOUT),
    }
    asked = [directory, seconds, _LIBRARY_DERIVATIONS]
    command = [sys.executable, "-m", "tests.soak.library", *map(str, asked)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    log.write(done)
    return [orjson.loads(line) for line in done.splitlines()]


def _report(found: Sequence[Growth], heading: str) -> Iterator[str]:
    yield f"\n{heading}\n"
    yield from rows(found)


def main() -> int:
    """Print two tables: of the command line's laps, and of the library's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--log", type=Path, default=Path("build/soak.jsonl"), help="what was measured, lap by lap")
    chosen: Any = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    chosen.log.parent.mkdir(parents=True, exist_ok=True)
    nix, seconds = nix_directories()[-1], chosen.minutes * 60
    start = time.monotonic()
    with chosen.log.open("wb") as log:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
            done = _commands(Path(directory), nix, seconds * (1 - 1 / _LIBRARY_SHARE), log)
            subprocess.run(["chmod", "-R", "u+w", directory], check=True)
        minutes = (time.monotonic() - start) / 60
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
            calls = _library(Path(directory), nix, seconds / _LIBRARY_SHARE, log)
    commands = list(growths(laps.FIGURES, [one.figures for one in done]))
    in_process = list(growths(library.FIGURES, calls[len(calls) // _WARM_UP :]))
    wrong = [text for one in done for text in one.wrong]
    for line in (
        *_report(commands, f"{len(done):,} laps in {minutes:.0f} minutes; {len(wrong)} wrong"),
        *_report(in_process, f"{len(calls):,} laps in one process, the last {len(calls) - len(calls) // _WARM_UP:,}"),
    ):
        print(line)
    return 1 if wrong or any(one.is_too_much for one in [*commands, *in_process]) else 0


if __name__ == "__main__":
    sys.exit(main())
