"""Measure the shape of recorded graphs: ``python -m benchmarks.generator.measure DIRECTORY``.

The directory has ``base.json`` and ``head.json``, of JSON version 4. What it prints is what
`benchmarks.generator.shape` holds.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

Record = Mapping[str, Any]

MARKS = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1)


def quantiles(values: Iterable[int]) -> list[int]:
    """Give the value below which each of `MARKS` lies."""
    ordered = sorted(values)
    return [ordered[min(len(ordered) - 1, int(mark * len(ordered)))] for mark in MARKS]


def shares(taken: Counter[str], number: int, most: int) -> list[float]:
    """Give how many of a number of derivations take the ones that are taken most."""
    return [round(count / number, 4) for _path, count in taken.most_common(most)]


def is_fixed(record: Record) -> bool:
    """Tell whether a record is of a fixed-output derivation."""
    return any("hash" in output for output in record["outputs"].values())


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory
    base, head = (orjson.loads((directory / f"{side}.json").read_bytes())["derivations"] for side in ("base", "head"))
    fetched = [record for record in base.values() if is_fixed(record)]
    built = [record for record in base.values() if not is_fixed(record)]
    _print_whole(base, head, len(fetched))
    for kind, records in (("fetched", fetched), ("built", built)):
        _print_kind(kind, records)


def _print_whole(base: Mapping[str, Record], head: Mapping[str, Record], fetched: int) -> None:
    referred = Counter(path for record in base.values() for path in record["inputs"]["drvs"])
    sources = Counter(path for record in base.values() for path in record["inputs"]["srcs"])
    unreferred = [path for path in base if path not in referred]
    print("derivations", len(base), "fetched", fetched / len(base), "edges", sum(referred.values()) / len(base))
    print("unreferred", len(unreferred) / len(base), "of which fetched", sum(is_fixed(base[one]) for one in unreferred))
    print("referrers", quantiles(referred.values()), "of sources", quantiles(sources.values()))
    print("distinct sources", len(sources) / len(base))
    only, gained = base.keys() - head.keys(), head.keys() - base.keys()
    own = [path for path in only if not only & base[path]["inputs"]["drvs"].keys()]
    print("only in base", len(only) / len(base), "only in head", len(gained) / len(head))
    print("differ by themselves", len(own) / len(base), "of which fetched", sum(is_fixed(base[one]) for one in own))


def _print_kind(kind: str, records: Collection[Record]) -> None:
    def table(of: Callable[[Record], Sequence[Any] | Mapping[str, Any]]) -> list[int]:
        return quantiles(len(of(record)) for record in records)

    print(kind)
    print("inputs", table(lambda record: record["inputs"]["drvs"]))
    print("sources", table(lambda record: record["inputs"]["srcs"]))
    print("variables", table(lambda record: record["env"]))
    print("bytes", table(orjson.dumps))
    print("outputs", Counter(len(record["outputs"]) for record in records).most_common(4))
    for what in ("drvs", "srcs"):
        taken = Counter(path for record in records for path in record["inputs"][what])
        print("most taken", what, shares(taken, len(records), 24))


if __name__ == "__main__":
    main()
