"""Throw every fault many times, each at another moment: ``make faults``. Exits with 1 where anything came of it."""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from tests.conftest import nix_directories
from tests.corpus import FLAVOURS
from tests.faults.clock import LIBRARY
from tests.faults.place import make_place
from tests.faults.throwing import FAULTS
from tests.faults.trial import Trial, trials


def rows(found: list[Trial]) -> Iterator[str]:
    """Write a row for each fault: how often it was thrown, how runs ended, what was wrong."""
    for name in FAULTS:
        mine = [one for one in found if one.fault == name]
        ends = {status: sum(one.status == status for one in mine) for status in sorted({one.status for one in mine})}
        told = ", ".join(f"{status}: {number}" for status, number in ends.items())
        yield f"| {name} | {len(mine)} | {told} | {sum(bool(one.wrong) for one in mine)} |"


def thrown(flavour: str, each: int, seed: int) -> list[Trial]:
    """Throw all faults in a project."""
    found = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        place = make_place(Path(directory), nix_directories()[-1], flavour)
        for trial in trials(place, list(FAULTS) * each, Random(f"{seed} {flavour}")):
            found.append(trial)
            for wrong in trial.wrong:
                print(f"{flavour}, {trial}: {wrong}", file=sys.stderr, flush=True)
        subprocess.run(["chmod", "-R", "u+w", directory], check=True)
    return found


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=13, help="how often each fault is thrown in each flavour")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    # In the background of a shell it would be ignored, here and by whatever is started.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ThreadPoolExecutor(len(FLAVOURS)) as threads:
        each = threads.map(partial(thrown, each=chosen.each, seed=chosen.seed), FLAVOURS)
        found = [trial for part in each for trial in part]
    if LIBRARY is None:
        print("without libfaketime, the clock does not jump", file=sys.stderr)
    print("| fault | thrown | exit statuses | wrong |")
    print("|---|--:|---|--:|")
    print("\n".join(rows(found)))
    print(f"| all | {len(found)} | | {sum(bool(one.wrong) for one in found)} |")
    return 1 if any(one.wrong for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
