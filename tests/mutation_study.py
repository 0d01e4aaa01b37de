"""Inject every wiring fault into every component of a generated project, and judge as many healthy merges.

``make mutation-study`` runs this with the newest release below NIXDRIFT_TEST_NIX, or with the Nix on PATH.
"""

import argparse
import dataclasses
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from tests.conftest import nix_directories
from tests.mutation.faults import FILE, FLAKE
from tests.mutation.runner import Answer, Found, answers
from tests.mutation.scenarios import Question, about_faults, about_merges, first_state
from tests.mutation.table import Study, details, steps_table, summary, table

EXPLANATION = """\
# The mutation study

Made by `make mutation-study`; not to be edited. A project is generated (`tests/mutation/generator.py`): components in
directories of their own, filtered in six ways or not at all, on top of one another and of shared directories, some with
vendored dependencies, some that evaluation reads a file of, some that are no roots, some whose directory only
`nixdrift.toml` names. Into each, every wiring fault is put, one at a time: before base, so that the merge only changes
what is missed, or with the merge that is judged; alone, or bundled with what moves the component all the same. Beside
them, as many healthy merges are judged, of one to four random steps each.

A fault is found if a finding of level error or warning names the component. A false alarm is such a finding about a
healthy merge, or, beside a fault, about anything else than the component with the fault and its dependencies.
"""

MENDED = """\
What was wrong in the first run of all was mended, and asked again (`--again`); the other answers are of that run.
"""


def study(chosen: argparse.Namespace) -> Iterator[Study]:
    """Judge everything that was chosen, one release and flavour after the other."""
    first = first_state(chosen.seed, chosen.components)
    for nix in _releases(chosen.release):
        for flavour in (FILE, FLAKE) if chosen.flavour == "both" else (chosen.flavour,):
            wrong = about_faults(first, flavour)[:: chosen.every]
            known = _earlier(chosen.again, nix.name.removeprefix("nix-"), flavour)
            every = [*wrong, *about_merges(len(wrong))]
            asked = [one for one in every if str(one) not in known]
            started, found = time.monotonic(), [_read(one, known[str(one)]) for one in every if str(one) in known]
            before = len(found)
            for answer in answers(asked, chosen.seed, first, nix, flavour, chosen.processes):
                found.append(answer)
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{nix.name}, {flavour}: {len(found) - before:,} of {len(asked):,}")
            took = time.monotonic() - started
            sys.stderr.write(f"\r{nix.name}, {flavour}: {len(asked):,} of {len(every):,} in {took:,.0f} s\n")
            release = nix.name.removeprefix("nix-")
            yield Study(release, flavour, chosen.seed, chosen.components, tuple(found))


def document(studies: Sequence[Study], every: int = 1, *, is_mended: bool = False) -> str:
    """Write the whole document about some studies of one project.

    ``is_mended`` tells that an earlier run was gone through again.
    """
    answered = [answer for one in studies for answer in one.answers]
    wrong = [answer for answer in answered if not answer.is_right]
    parts = [
        EXPLANATION,
        f"Seed {studies[0].seed}, {studies[0].components} components; {_thinned(every)}.\n",
        *([MENDED] if is_mended else []),
        summary(studies),
        "## Faults\n\nFound of how many, over all lines above.\n",
        table(answered),
        "## Healthy merges\n\nHow many of them held each step:\n",
        steps_table([answer for one in studies for answer in one.healthy]),
    ]
    if wrong:
        parts += ["## To be looked into\n", details(wrong)]
    return "\n".join(parts)


def _thinned(every: int) -> str:
    return (
        "every fault, in every component and way"
        if every == 1
        else f"one in {every} of all faults, components and ways"
    )


def _earlier(file: Path | None, release: str, flavour: str) -> dict[str, dict[str, Any]]:
    """Give question → what an earlier run wrote of it, where that was right."""
    records = orjson.loads(file.read_bytes()) if file else []
    return {
        one["question"]: one
        for one in records
        if (one["release"], one["flavour"]) == (release, flavour) and one["right"]
    }


def _read(question: Question, record: dict[str, Any]) -> Answer:
    found = tuple(Found(**{**one, "paths": tuple(one["paths"])}) for one in record["found"])
    steps, failure = tuple(record["steps"]), record["failure"]
    return Answer(question, found, record["verdict"], record["evaluations"], record["seconds"], steps, failure)


def _record(answer: Answer, one: Study) -> dict[str, object]:
    """Give an answer as it is written as JSON: without the project."""
    return {
        "release": one.release,
        "flavour": one.flavour,
        "question": str(answer.question),
        "steps": answer.steps,
        "component": answer.question.component,
        "found": [dataclasses.asdict(found) for found in answer.found],
        "verdict": answer.verdict,
        "evaluations": answer.evaluations,
        "seconds": round(answer.seconds, 2),
        "failure": answer.failure,
        "right": answer.is_right,
    }


def main() -> int:
    """Run the study; exit with 1 where a fault was missed, something else flagged, or anything not judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--components", type=int, default=30)
    parser.add_argument("--release", default="newest", help="newest, all, or one such as 2.26")
    parser.add_argument("--flavour", choices=[FILE, FLAKE, "both"], default="both")
    parser.add_argument("--every", type=int, default=1, help="take every n-th fault only, and as many merges")
    parser.add_argument("--processes", type=int, help="how many at a time (default: one a processor)")
    parser.add_argument(
        "--again", type=Path, help="ask only what was wrong in an earlier run, which wrote this with --json"
    )
    parser.add_argument("--json", type=Path, help="write every answer here")
    parser.add_argument("--document", type=Path, help="write the document here, else to standard output")
    chosen = parser.parse_args()
    studies = list(study(chosen))
    if chosen.json:
        chosen.json.write_bytes(orjson.dumps([_record(answer, one) for one in studies for answer in one.answers]))
    if chosen.document:
        chosen.document.write_text(document(studies, chosen.every, is_mended=chosen.again is not None))
    else:
        sys.stdout.write(document(studies, chosen.every, is_mended=chosen.again is not None))
    return int(not all(one.is_perfect for one in studies))


def _releases(wanted: str) -> list[Path]:
    known = nix_directories()
    named = [one for one in known if wanted in {"all", one.name.removeprefix("nix-")}]
    found = known[-1:] if wanted == "newest" else named
    if not found:
        raise SystemExit(f"no Nix {wanted} on PATH, nor in NIXDRIFT_TEST_NIX")
    return found


if __name__ == "__main__":
    sys.exit(main())
