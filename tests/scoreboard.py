"""The scoreboard: every pair of the truth corpus, judged with real Nix, beside a plain comparison of output hashes.

``make scoreboard`` runs this with the releases below NIXDRIFT_TEST_NIX, or the Nix on PATH, and writes the table into
the README.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nixdrift.config import HOUSEKEEPING, patterns
from nixdrift.judgement import Moved
from nixdrift.report import Report
from tests.conftest import nix_directories
from tests.corpus import CORPUS, Pair, judge, make_pair, missing, pairs, runs, unexpected
from tests.documents import CHECKOUT

_HOUSEKEEPING = patterns(HOUSEKEEPING)


@dataclass(frozen=True, slots=True)
class Run:
    """One pair in one flavour and release: what should be flagged, and who flagged it."""

    cause: str
    name: str
    where: str
    must_be_flagged: bool
    is_right: bool
    """Whether all that had to be found was, with its rule, component, level and reason."""
    has_false_alarm: bool
    naive: bool | None
    """Whether a comparison of output hashes flags it; None for an audit, which compares nothing."""


def judged(task: tuple[Pair, str, Path]) -> Run:
    """Make a pair and judge it."""
    pair, flavour, nix = task
    with tempfile.TemporaryDirectory(prefix="scoreboard-") as name:
        directory = Path(name)
        report = judge(pair, make_pair(directory, pair, flavour), nix, directory)
        return Run(
            pair.cause,
            pair.name,
            f"{flavour}, {nix.name}",
            pair.must_be_flagged,
            not missing(pair, report),
            bool(unexpected(pair, report)),
            naive(report) if isinstance(report, Report) else None,
        )


def naive(report: Report) -> bool:
    """Tell whether some component has changed paths, other than documentation, and the output that it had."""
    return any(
        one.moved is Moved.NO and any(not _HOUSEKEEPING.match(path.change.path) for path in one.paths)
        for one in report.judgement.components
    )


def table(every: Sequence[Run]) -> str:
    """Write the scores by cause, then of all."""
    lines = [
        "| cause | runs | to be flagged: found | recall | false alarms | precision | naive: recall | precision |",
        "|---|---|---|---|---|---|---|---|",
    ]
    causes = sorted({one.cause for one in every})
    lines += [_row(cause, [one for one in every if one.cause == cause]) for cause in causes]
    return "\n".join([*lines, _row("**all**", every)])


def _row(name: str, every: Sequence[Run]) -> str:
    bad = [one for one in every if one.must_be_flagged]
    found = [one for one in bad if one.is_right]
    alarms = [one for one in every if one.has_false_alarm]
    flagged = [one for one in every if one.naive]
    hit = [one for one in flagged if one.must_be_flagged]
    return (
        f"| {name} | {len(every)} | {len(found)} of {len(bad)} | {_percent(len(found), len(bad))} | {len(alarms)} "
        f"| {_percent(len(found), len(found) + len(alarms))} "
        f"| {_percent(len(hit), len(bad))} | {_percent(len(hit), len(flagged))} |"
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def not_expressed(releases: Iterable[str]) -> str:
    """List the pairs that some release or flavour cannot express, and why."""
    known = set(releases)
    lines = [
        f"- {pair}: not on {', '.join(sorted(known - set(pair.releases or known))) or 'some flavour'}: {pair.why}"
        for pair in pairs()
        if pair.releases is not None and known - set(pair.releases)
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the scoreboard, write it into the README, and exit with 1 where it is not clean."""
    nixes = nix_directories()
    if not nixes:
        raise SystemExit("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    names = {nix.name.removeprefix("nix-"): nix for nix in nixes}
    tasks = [(pair, flavour, names[release]) for pair in pairs() for flavour, release in runs(pair, list(names))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        every = list(pool.map(judged, tasks, chunksize=4))
    text = table(every)
    print(f"{text}\n\nNix {', '.join(names)}; {sum(1 for _ in CORPUS.glob('*/pairs.toml'))} causes.\n")
    print(not_expressed(names))
    for one in every:
        if one.has_false_alarm or not one.is_right:
            print(f"not right: {one.cause}: {one.name} ({one.where})", file=sys.stderr)
    readme = CHECKOUT / "README.md"
    part = re.compile(r"(<!-- scoreboard -->\n).*?(\n<!-- end -->)", re.DOTALL)
    readme.write_text(part.sub(lambda found: found[1] + text + found[2], readme.read_text()))
    return int(any(one.has_false_alarm or not one.is_right for one in every))


if __name__ == "__main__":
    sys.exit(main())
