"""Inject every wiring fault into every component of a generated project, and judge as many healthy merges.

``make mutation-study`` runs this with the Nix on PATH, or with the releases below NIXDRIFT_TEST_NIX.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import orjson

from tests.conftest import nix_directories
from tests.mutation.faults import FAULTS, FLAVOURS
from tests.mutation.study import Answer, cases, run


def table(answers: Sequence[Answer]) -> str:
    """Write what was found of each fault, by whom, and the false alarms, as a Markdown table."""
    lines = ["| cause | fault | alone | bundled | rules | verdicts |", "|---|---|---|---|---|---|"]
    for number, fault in enumerate(FAULTS):
        mine = [one for one in answers if one.case.fault == number]
        if not mine:
            lines.append(f"| {fault.cause} | {fault.name} | - | - | not to be expressed | |")
            continue
        parts = [_share([one for one in mine if one.case.is_bundled is bundled]) for bundled in (False, True)]
        rules = Counter(rule for one in mine for rule in {rule for rule, _level, _name in one.found})
        verdicts = Counter(one.verdict or "none" for one in mine)
        lines.append(
            f"| {fault.cause} | {fault.name} | {parts[0]} | {parts[1]} | {_listed(rules)} | {_listed(verdicts)} |"
        )
    return "\n".join(lines) + "\n"


def _share(answers: Sequence[Answer]) -> str:
    return f"{sum(one.is_found for one in answers)} of {len(answers)}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())


def summary(answers: Sequence[Answer]) -> str:
    """Write the two figures that matter."""
    faulty = [one for one in answers if one.case.fault is not None]
    merges = [one for one in answers if one.case.fault is None]
    alarms = [one for one in merges if one.found]
    rules = Counter(rule for one in alarms for rule, _level, _name in one.found)
    return (
        f"Faults found: **{_share(faulty)}**. False alarms: **{len(alarms)} of {len(merges)}** healthy merges"
        + (f" ({_listed(rules)})" if alarms else "")
        + f". Evaluations: {sum(one.evaluations for one in answers)}.\n"
    )


def main() -> int:
    """Run the study; exit with 1 where a fault was missed or a healthy merge flagged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--components", type=int, default=30)
    parser.add_argument("--release", default="newest", help="newest, all, or one such as 2.26")
    parser.add_argument("--flavour", choices=[*FLAVOURS, "both"], default="both")
    parser.add_argument("--every", type=int, default=1, help="take every n-th case only")
    parser.add_argument("--json", type=Path, help="write every answer here")
    chosen = parser.parse_args()
    every: list[Answer] = []
    for nix in _releases(chosen.release):
        for flavour in FLAVOURS if chosen.flavour == "both" else (chosen.flavour,):
            start = time.monotonic()
            answers = run(cases(chosen.seed, chosen.components, flavour)[:: chosen.every], nix)
            every += answers
            print(f"### {nix.name}, {flavour}, {chosen.components} components, seed {chosen.seed}\n")
            print(summary(answers))
            print(table(answers))
            print(f"{len(answers)} checks in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    if chosen.json:
        chosen.json.write_bytes(orjson.dumps(every))
    return int(any(one.is_found is (one.case.fault is None) or (one.case.fault is None and one.found) for one in every))


def _releases(wanted: str) -> list[Path]:
    known = nix_directories()
    if not known:
        raise SystemExit("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    if wanted == "all":
        return known
    named = [one for one in known if one.name == f"nix-{wanted}"]
    return known[-1:] if wanted == "newest" else named


if __name__ == "__main__":
    sys.exit(main())
