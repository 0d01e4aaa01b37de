"""A process that searches led by coverage: Atheris damages once more what reached a new line.

It is one of its own, for Atheris must see how nixdrift is imported, and leaves the process that it ran in.
"""

import os
import sys
import time
from importlib import import_module
from pathlib import Path
from random import Random

import atheris
import orjson


def main(name: str, seconds: float, number: int, result: Path) -> None:
    with atheris.instrument_imports(include=["nixdrift"], enable_loader_override=False):
        targets = import_module("tests.fuzzing.targets")
    from tests.fuzzing.mutation import LARGEST, damaged
    from tests.fuzzing.recorded import seeds_of
    from tests.fuzzing.run import Tally
    from tests.fuzzing.search import as_document, kept

    target, tally, recorded = targets.TARGETS[name], Tally(), seeds_of(name)
    end = time.monotonic() + seconds
    corpus = result.parent / f"{name}-reached"
    corpus.mkdir(parents=True, exist_ok=True)
    for place, data in enumerate((*target.seeds(), *recorded, *kept(name))):
        (corpus / f"seed-{place}").write_bytes(data)

    def run(data: bytes) -> None:
        tally.take(target, data)
        if time.monotonic() > end:
            result.write_bytes(orjson.dumps(as_document(tally)))
            os._exit(0)

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.2:
            return bytes(atheris.Mutate(data, largest))
        return damaged(data, target.mutators, random)[:largest]

    options = [f"-seed={number}", f"-max_len={LARGEST}", "-rss_limit_mb=2048", "-timeout=60"]
    atheris.Setup(["fuzzing", str(corpus), *options], run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
