"""`python -m tests.fuzzing --target NAME --seconds N`: search for inputs that nixdrift cannot bear."""

import argparse
import sys
import time

from tests.fuzzing.run import Tally
from tests.fuzzing.search import FOUND, is_led, search, search_led
from tests.fuzzing.targets import TARGETS

_HEAD = ("target", "executions", "refused", "read", "findings", "executions/s")


def main() -> int:
    options = _options()
    sys.stderr.write("led by coverage (Atheris)\n" if is_led() else "blind: Atheris is not installed\n")
    print(_row(_HEAD), _row(["---"] * len(_HEAD)), sep="\n")
    find, found = (search_led if is_led() else search), 0
    for name in options.target or TARGETS:
        start = time.monotonic()
        tally = find(name, options.seconds, options.number)
        speed = tally.executions / (time.monotonic() - start)
        numbers = (tally.executions, tally.refused, tally.read, len(tally.findings), round(speed))
        print(_row([name, *(f"{number:,}" for number in numbers)]), flush=True)
        _keep(name, tally)
        found += len(tally.findings)
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--target", action="append", choices=[*TARGETS], help="may be given again; none: all of them")
    parser.add_argument("--seconds", type=float, default=20, help="for each target")
    parser.add_argument("--number", type=int, default=1, help="another one damages otherwise")
    return parser.parse_args()


def _keep(name: str, tally: Tally) -> None:
    """Write what was found below `build/fuzzing`, and say where."""
    for place, (mark, data) in enumerate(tally.findings.items()):
        path = FOUND / name / f"{place}.input"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sys.stderr.write(f"{path}: {mark}\n")


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
