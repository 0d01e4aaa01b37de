"""Write a generated graph: ``python -m benchmarks.generator DIRECTORY --derivations 100000``."""

import argparse
from pathlib import Path

from benchmarks.generator.shape import DIFFERING_SHARE
from benchmarks.generator.write import generate


def main() -> None:
    """Write a graph where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--derivations", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=DIFFERING_SHARE, help="of head's derivations, not in base")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.directory.mkdir(parents=True, exist_ok=True)
    generate(chosen.directory, chosen.derivations, share=chosen.share, seed=chosen.seed)


if __name__ == "__main__":
    main()
