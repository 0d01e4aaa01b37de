"""Search for inputs that a target cannot bear: blindly, or led by the lines that are reached (Atheris)."""

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import orjson

from tests.fuzzing.recorded import seeds_of
from tests.fuzzing.run import Tally, inputs
from tests.fuzzing.targets import TARGETS

KEPT = Path(__file__).parent / "corpus"
FOUND = Path("build") / "fuzzing"


def kept(name: str) -> tuple[bytes, ...]:
    """Give the inputs of a target that were found once."""
    return tuple(path.read_bytes() for path in sorted((KEPT / name).glob("*")))


def is_led() -> bool:
    """Tell whether there is Atheris, which sees what an input reaches."""
    return find_spec("atheris") is not None


def search(name: str, seconds: float, number: int) -> Tally:
    """Damage the seeds of a target for a time, without looking at what that reaches."""
    target, tally, recorded = TARGETS[name], Tally(), seeds_of(name)
    end = time.monotonic() + seconds
    for data in (*target.seeds(), *recorded, *kept(name)):
        tally.take(target, data)
    for data in inputs(target, number, recorded):
        if time.monotonic() > end:
            break
        tally.take(target, data)
    return tally


def search_led(name: str, seconds: float, number: int) -> Tally:
    """Let Atheris choose what is damaged once more.

    Raises `SystemExit` where that ends without a word: an input ended Python itself.
    """
    result = (FOUND / f"{name}.json").absolute()
    result.parent.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzzing.led", name, str(seconds), str(number), str(result)]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if not result.exists():
        raise SystemExit(f"{ended.stderr[-4000:]}\n{name}: the search ended with {ended.returncode}")
    return from_document(orjson.loads(result.read_bytes()))


def as_document(tally: Tally) -> dict[str, object]:
    """Give a tally as JSON values."""
    findings = {mark: data.hex() for mark, data in tally.findings.items()}
    return {"refused": tally.refused, "read": tally.read, "findings": findings}


def from_document(document: dict[str, object]) -> Tally:
    """Give the tally that `as_document` wrote."""
    findings = document["findings"]
    assert isinstance(findings, dict)
    return Tally(
        int(str(document["refused"])),
        int(str(document["read"])),
        {mark: bytes.fromhex(data) for mark, data in findings.items()},
    )
