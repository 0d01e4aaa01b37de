"""Judge every pair of the truth corpus with real Nix, and say how often that is right.

``make scoreboard`` runs this with the Nix on PATH, or with the releases below NIXDRIFT_TEST_NIX, and writes the table
into the README. Exits with 1 where a run came out otherwise than the corpus says.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from nixdrift.audit import AuditReport
from nixdrift.config import FILE_NAME, Config, parse_config
from nixdrift.judgement import ComponentJudgement, Level, Moved
from nixdrift.report import Report
from tests.conftest import nix_directories
from tests.corpus import Pair, judge, make_pair, missing, pairs, runs, unexpected, verdicts
from tests.documents import write_part


@dataclass(frozen=True, slots=True)
class Run:
    """One pair, in one flavour, judged with one release of Nix."""

    cause: str
    pair: str
    flavour: str
    release: str
    must_be_flagged: bool
    missed: tuple[str, ...] = ()
    """What should have been found, and was not."""
    alarms: tuple[str, ...] = ()
    """What was found, is no note, and should not have been."""
    flagged: bool = False
    """Whether anything was found that is no note."""
    wrong_verdicts: tuple[str, ...] = ()
    naive: bool = False
    """Whether whoever compares output hashes would have flagged it."""
    error: str | None = None

    @property
    def is_found(self) -> bool:
        """Whether everything was found that should have been."""
        return self.must_be_flagged and not self.missed and self.error is None

    @property
    def is_right(self) -> bool:
        """Whether it came out as the corpus says."""
        return not (self.missed or self.alarms or self.wrong_verdicts or self.error)


@dataclass(frozen=True, slots=True)
class Score:
    """How many runs there were of something, and what came of them."""

    runs: int
    must_be_flagged: int
    found: int
    flagged: int
    alarms: int
    """Runs in which something was found that should not have been."""
    naive_found: int
    naive_flagged: int


def score(answers: Sequence[Run]) -> Score:
    """Count what came of some runs."""
    return Score(
        len(answers),
        must_be_flagged=sum(run.must_be_flagged for run in answers),
        found=sum(run.is_found for run in answers),
        flagged=sum(run.flagged for run in answers),
        alarms=sum(bool(run.alarms) for run in answers),
        naive_found=sum(run.must_be_flagged and run.naive for run in answers),
        naive_flagged=sum(run.naive for run in answers),
    )


def compares_hashes(report: Report | AuditReport, config: Config) -> bool:
    """Tell whether a comparison of output hashes alone flags a run.

    It is given nixdrift's own map of which paths are whose, and flags a component of which a path changed that is
    neither housekeeping nor ignored, while its outputs are the same. One revision alone it cannot look at.
    """

    def matters(path: str) -> bool:
        return not config.housekeeping.match(path) and not config.ignore.match(path)

    def is_flagged(judged: ComponentJudgement) -> bool:
        return judged.moved is Moved.NO and any(matters(path.change.path) for path in judged.paths)

    return isinstance(report, Report) and any(map(is_flagged, report.judgement.components))


def work(pairs: Iterable[Pair], releases: Sequence[Path]) -> Iterator[tuple[Pair, str, Path]]:
    """Give every run that can be expressed."""
    for pair in pairs:
        for release in releases:
            yield from ((pair, flavour, release) for flavour, _name in runs(pair, [_release(release)]))


def _release(directory: Path) -> str:
    return directory.name.removeprefix("nix-")


def answer(case: tuple[Pair, str, Path]) -> Run:
    """Do one run, in a directory of its own."""
    pair, flavour, nix_bin = case
    started = Run(pair.cause, pair.name, flavour, _release(nix_bin), pair.must_be_flagged)
    with tempfile.TemporaryDirectory() as directory:
        try:
            return _answer(started, pair, nix_bin, Path(directory))
        except Exception as error:
            return replace(started, error=f"{type(error).__name__}: {error}")


def _answer(started: Run, pair: Pair, nix_bin: Path, directory: Path) -> Run:
    repository = make_pair(directory, pair, started.flavour)
    report = judge(pair, repository, nix_bin, directory)
    found = verdicts(report)
    declared = repository / FILE_NAME
    config = parse_config(declared.read_bytes()) if declared.exists() else Config()
    return replace(
        started,
        missed=tuple(one.rule for one in missing(pair, report)),
        alarms=tuple(f"{one.level.value}[{one.rule}] {one.message}" for one in unexpected(pair, report)),
        flagged=any(one.level is not Level.NOTE for one in report.findings),
        wrong_verdicts=tuple(name for name, verdict in pair.verdicts.items() if found.get(name) != verdict),
        naive=compares_hashes(report, config),
    )


def table(answers: Sequence[Run], pairs: Sequence[Pair]) -> str:
    """Write the scores of every cause and of all together as a Markdown table, and what cannot be expressed."""
    by_cause: dict[str, list[Run]] = {}
    for run in answers:
        by_cause.setdefault(run.cause, []).append(run)
    rows = [_row(cause, len({run.pair for run in group}), score(group)) for cause, group in sorted(by_cause.items())]
    releases = list(dict.fromkeys(run.release for run in answers))
    return "\n".join(
        [
            f"Nix {', '.join(releases)}; every pair as an expression file and as a flake, where it can be both:",
            "",
            "| cause | pairs | runs | found | recall | false alarms | precision | hashes: recall | hashes: precision |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
            *rows,
            _row("**all**", len({(run.cause, run.pair) for run in answers}), score(answers)),
            *_not_expressed(pairs, releases),
        ]
    )


def _row(name: str, number: int, score: Score) -> str:
    cells = (
        name,
        str(number),
        str(score.runs),
        f"{score.found} of {score.must_be_flagged}",
        _share(score.found, score.must_be_flagged),
        f"{score.alarms}",
        _share(score.flagged - score.alarms, score.flagged),
        _share(score.naive_found, score.must_be_flagged),
        _share(score.naive_found, score.naive_flagged),
    )
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    """Write a share in per cent, rounded down: what is not all is never 100 %."""
    return f"{100 * part // whole} %" if whole else "-"


def _not_expressed(pairs: Sequence[Pair], releases: Sequence[str]) -> Iterator[str]:
    """List what some releases cannot express, and why."""
    missing: dict[tuple[str, str, str], int] = {}
    for pair in pairs:
        absent = [one for one in releases if pair.releases is not None and one not in pair.releases]
        if absent:
            key = (pair.cause, ", ".join(absent), pair.why)
            missing[key] = missing.get(key, 0) + 1
    if missing:
        yield from ("", "What a release cannot express:", "")
    for (cause, absent, why), number in missing.items():
        yield f"- {cause}, {number} {'pair' if number == 1 else 'pairs'}, Nix {absent}: {why}"


def main() -> int:
    """Run everything, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write what came of every run here")
    parser.add_argument("--readme", action="store_true", help="write the table into the README")
    parser.add_argument("--cause", help="of one cause only")
    chosen = parser.parse_args()
    releases = nix_directories()
    if not releases:
        raise SystemExit("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    known = [pair for pair in pairs() if chosen.cause in {None, pair.cause}]
    start = time.monotonic()
    answers = _all(list(work(known, releases)))
    text = table(answers, known)
    print(text)
    print(f"{len(answers)} runs in {time.monotonic() - start:.0f} s", file=sys.stderr)
    wrong = [run for run in answers if not run.is_right]
    for run in wrong:
        print(f"wrong: {run}", file=sys.stderr)
    if chosen.json:
        chosen.json.write_bytes(orjson.dumps(answers, option=orjson.OPT_INDENT_2))
    if chosen.readme and chosen.cause is None:
        write_part("README.md", "scoreboard", text)
    return int(bool(wrong))


def _all(cases: Sequence[tuple[Pair, str, Path]]) -> list[Run]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(answer, cases))


if __name__ == "__main__":
    sys.exit(main())
