"""Generate projects, or take the truth corpus, and hold nixdrift against every release of Nix at hand.

``make differential`` runs this with the releases below NIXDRIFT_TEST_NIX, or with the Nix on PATH.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conftest import nix_directories
from tests.corpus import Pair, pairs, runs

from .comparing import Compared
from .corpus import outcome_of_pair
from .projects import Project, projects
from .running import Outcome, outcomes

HEADER = """\
| release | projects | derivations | also read from JSON | derivation paths | output paths | source paths | NAR hashes \
| disagreements | refused by Nix |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


@dataclass(slots=True)
class Totals:
    """What came of all projects, by release."""

    compared: dict[str, Compared] = field(default_factory=dict)
    projects: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count what came of one project."""
        release = outcome.release
        self.compared[release] = self.compared.get(release, Compared()) + outcome.compared
        self.refused[release] += outcome.is_refused
        self.projects[release] += not outcome.is_refused
        self.faults[release] += 0 if outcome.is_refused else len(outcome.faults)

    def table(self) -> str:
        """Write the counts as a table."""
        return HEADER + "".join(map(self._row, self.compared))

    def _row(self, release: str) -> str:
        one = self.compared[release]
        counts = (self.projects[release], one.derivations, one.records, one.derivation_paths, one.output_paths)
        others = (one.sources, one.archives, self.faults[release], self.refused[release])
        cells = " | ".join(f"{count:,}" for count in (*counts, *others))
        return f"| {release.removeprefix('nix-')} | {cells} |\n"


def run(count: int, start: int, releases: list[Path], totals: Totals) -> None:
    """Generate so many projects, and say of each disagreement what it is and about which expression."""

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(projects())
    def each(project: Project) -> None:
        for outcome in outcomes(project, releases):
            totals.add(outcome)
            for fault in outcome.faults:
                sys.stderr.write(f"{outcome.release}: {fault}\n{project.expression}\n")
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{max(totals.projects.values(), default=0):,} projects")

    each()


def run_corpus(known: Sequence[Pair], releases: Sequence[Path], totals: Totals) -> None:
    """Judge pairs of the corpus in all flavours, and say of each disagreement what it is and about which pair."""
    directories = {nix_bin.name.removeprefix("nix-"): nix_bin for nix_bin in releases}
    judged = [(pair, *one) for pair in known for one in runs(pair, [*directories])]
    with ProcessPoolExecutor() as pool:
        outcomes = pool.map(
            outcome_of_pair, *zip(*((pair, way, directories[one]) for pair, way, one in judged), strict=True)
        )
        for (pair, way, _release), found in zip(judged, outcomes, strict=True):
            totals.add(found)
            for fault in found.faults:
                sys.stderr.write(f"{found.release}: {pair}, {way}: {fault}\n")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--projects", type=int, default=100, help="how many (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same projects for the same seed (default: %(default)s)"
    )
    parser.add_argument(
        "--corpus", action="store_true", help="every pair of the truth corpus, and no generated project"
    )
    chosen = parser.parse_args()
    releases = nix_directories()
    if not releases:
        parser.error("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    totals = Totals()
    try:
        if chosen.corpus:
            run_corpus(list(pairs()), releases, totals)
        else:
            run(chosen.projects, chosen.seed, releases, totals)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted: these are the projects before\n")
    sys.stdout.write(totals.table())
    return 1 if totals.faults.total() or totals.refused.total() else 0


if __name__ == "__main__":
    sys.exit(main())
