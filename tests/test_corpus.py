"""Every pair of the truth corpus, judged with real Nix in every release, as an expression file and as a flake.

The releases between the oldest and the newest judge an eighth of it; `make scoreboard` judges all.

Then half of them once more from snapshots, where there is no Nix: each in one of the releases, which takes longer than
the first time. With NIXDRIFT_TEST_ALL it is all of them.
"""

import zlib
from pathlib import Path

import pytest

from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.conftest import ALL, nix_directories
from tests.corpus import (
    FLAVOURS,
    Pair,
    is_in_suite,
    judge,
    make_pair,
    missing,
    pairs,
    request_for,
    runs,
    unexpected,
    verdicts,
)
from tests.corpus_snapshots import disagreements, judge_from_snapshots


@pytest.mark.parametrize(
    ("pair", "flavour"),
    [
        pytest.param(pair, flavour, id=f"{pair} ({flavour})")
        for pair in pairs()
        for flavour in FLAVOURS
        if flavour in pair.flavours
    ],
)
def test_every_pair_gets_the_verdict_and_the_findings_that_are_right_for_it(
    pair: Pair, flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    release = nix_bin.name.removeprefix("nix-")
    if (flavour, release) not in runs(pair, [release]):
        # Not a gap in the test: this release cannot express the pair, and the corpus says why.
        assert pair.why
        return
    repository = make_pair(tmp_path, pair, flavour)

    report = judge(pair, repository, nix_bin, tmp_path)

    found = verdicts(report)
    assert {name: found.get(name) for name in pair.verdicts} == dict(pair.verdicts)
    assert missing(pair, report) == []
    assert unexpected(pair, report) == []
    request = request_for(pair, repository, nix_bin, tmp_path)
    if (
        isinstance(request, CheckRequest)
        and isinstance(report, Report)
        and release == release_of_snapshots(pair, flavour)
        and (ALL or is_saved(pair, flavour))
    ):
        assert disagreements(report, judge_from_snapshots(request, tmp_path)) == []
    assert not list((tmp_path / "runs").iterdir())


def release_of_snapshots(pair: Pair, flavour: str) -> str:
    """Choose the release by which a pair is saved: always the same one, of those at hand that can express it."""
    at_hand = [directory.name.removeprefix("nix-") for directory in nix_directories()]
    able = [
        release
        for one, release in runs(pair, at_hand)
        if one == flavour and is_in_suite(pair, flavour, release, at_hand)
    ]
    return able[zlib.crc32(f"{pair} {flavour}".encode()) % len(able)]


def is_saved(pair: Pair, flavour: str) -> bool:
    """Choose the pairs that are judged from snapshots, too: always the same ones, in one flavour or the other."""
    return zlib.crc32(f"{flavour} {pair}".encode()) % 2 == 0
