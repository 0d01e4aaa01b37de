"""The scoreboard counts what it says, and the README shows it for every cause."""

import re
from dataclasses import replace

import pytest

from nixdrift.config import Config
from tests.corpus import CORPUS, Pair
from tests.documents import part
from tests.scoreboard import Run, compares_hashes, score, table
from tests.worlds import STACK, configured, edited, make_world, stack

FLAGGED = Run("filter", "alone", "file", "2.34", must_be_flagged=True, flagged=True, naive=True)
MASKED = replace(FLAGGED, pair="bundled", naive=False)
SILENT = replace(FLAGGED, pair="docs", must_be_flagged=False, flagged=False, naive=False)
MISSED = replace(MASKED, missed=("filtered",), flagged=False)
ALARM = replace(SILENT, alarms=("error[stale] goinstance",), flagged=True)
FAILED = replace(FLAGGED, error="it hangs", flagged=False, naive=False)


@pytest.mark.parametrize("run", [FLAGGED, MASKED, SILENT])
def test_a_run_that_came_out_as_the_corpus_says_is_right(run: Run) -> None:
    assert run.is_right


@pytest.mark.parametrize("run", [MISSED, ALARM, FAILED, replace(SILENT, wrong_verdicts=("goinstance",))])
def test_every_other_run_is_wrong(run: Run) -> None:
    assert not run.is_right


def test_what_is_right_counts_as_such() -> None:
    counted = score([FLAGGED, MASKED, SILENT])

    assert (counted.found, counted.must_be_flagged, counted.alarms, counted.flagged) == (2, 2, 0, 2)
    assert (counted.naive_found, counted.naive_flagged) == (1, 1)


def test_what_is_missed_fails_or_is_flagged_in_vain_counts_as_such() -> None:
    counted = score([FLAGGED, MISSED, ALARM, FAILED])

    assert (counted.found, counted.must_be_flagged, counted.alarms, counted.flagged) == (1, 3, 1, 2)


def test_a_finding_that_is_not_the_expected_one_is_a_false_alarm_and_finds_nothing() -> None:
    counted = score([replace(MISSED, alarms=("error[stale]",), flagged=True)])

    assert (counted.found, counted.alarms) == (0, 1)


PAIR = Pair("filter", "alone", ())


def test_the_table_has_a_row_for_every_cause_and_one_for_all() -> None:
    other = replace(MISSED, cause="healthy")

    text = table([FLAGGED, MASKED, SILENT, other], [PAIR])

    assert "| filter | 3 | 3 | 2 of 2 | 100 % | 0 | 100 % | 50 % | 100 % |" in text
    assert "| healthy | 1 | 1 | 0 of 1 | 0 % | 0 | - | 0 % | - |" in text
    assert "| **all** | 4 | 4 | 2 of 3 | 66 % | 0 | 100 % | 33 % | 100 % |" in text


def test_nearly_all_is_never_written_as_all() -> None:
    assert "| 299 of 300 | 99 % |" in table([FLAGGED] * 299 + [MISSED], [PAIR])


def test_what_a_release_cannot_express_is_listed_with_the_reason() -> None:
    new = replace(PAIR, releases=("2.34",), why="the language has no such thing")

    text = table([FLAGGED, replace(FLAGGED, release="2.8")], [PAIR, new])

    assert "- filter, 1 pair, Nix 2.8: the language has no such thing" in text


@pytest.mark.parametrize(
    ("edits", "config", "flagged"),
    [
        ({"goinstance/main.go": "new\n"}, "", False),
        ({"platform/platform.txt": "new\n"}, "", False),
        ({"goinstance/lost.txt": "new\n"}, "", True),
        ({"goinstance/lost.txt": "new\n"}, 'ignore = ["goinstance/lost.txt"]', False),
        ({"docs/operations.md": "# New\n"}, "", False),
    ],
)
def test_who_compares_hashes_flags_what_changed_and_did_not_move(
    edits: dict[str, str], config: str, flagged: bool
) -> None:
    # What is written into a directory that base pinned is lost; all else is taken.
    world = make_world(stack, STACK, edited(STACK, edits))
    if "goinstance/lost.txt" in edits:
        world = replace(world, head=world.base)
    known = configured(config) if config else Config()

    assert compares_hashes(world.report(known), known) is flagged


def test_the_readme_shows_the_score_of_every_cause() -> None:
    rows = re.findall(r"^\| ([\w-]+) \| \d", part("README.md", "scoreboard") or "", re.MULTILINE)

    assert rows == sorted(directory.parent.name for directory in CORPUS.glob("*/pairs.toml"))
