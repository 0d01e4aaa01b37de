"""Generate projects, and hold nixdrift against every release of Nix at hand.

``make differential`` runs this with the releases below NIXDRIFT_TEST_NIX, or with the Nix on PATH.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conftest import nix_directories

from .comparing import Compared
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


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--projects", type=int, default=100, help="how many (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same projects for the same seed (default: %(default)s)"
    )
    chosen = parser.parse_args()
    releases = nix_directories()
    if not releases:
        parser.error("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    totals = Totals()
    try:
        run(chosen.projects, chosen.seed, releases, totals)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted: these are the projects before\n")
    sys.stdout.write(totals.table())
    return 1 if totals.faults.total() or totals.refused.total() else 0


if __name__ == "__main__":
    sys.exit(main())
