"""What is judged with evaluations from the cache is what is judged without: byte for byte."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.formats import render
from nixdrift.pipeline.check import check
from nixdrift.request import CheckRequest
from tests.corpus import FLAVOURS, Pair, make_pair, pairs, request_for

# One pair for each kind of evidence, and for what is decided by evaluating variants.
CHOSEN: Mapping[str, str] = {
    "filter": "its own directory is left out by this commit",
    "pinned-path": "it is modified in the working tree",
    "fixed-output": "its source is modified, and its hash is not",
    "unwired": "the source is another filter's",
    "untracked": "a tracked file is modified",
}


def chosen() -> list[Pair]:
    """Give a pair of each cause: the one that is named, else the first."""
    found: dict[str, Pair] = {}
    for pair in pairs():
        wanted = pair.cause in CHOSEN and pair.mode in {"check", "worktree"}
        if wanted and (pair.cause not in found or pair.name == CHOSEN[pair.cause]):
            found[pair.cause] = pair
    return list(found.values())


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("pair", chosen(), ids=lambda pair: pair.cause)
def test_the_report_is_the_same_without_a_cache_and_with_an_empty_a_half_and_a_full_one(
    pair: Pair, flavour: str, newest_nix: Path, tmp_path: Path
) -> None:
    if flavour not in pair.flavours:
        pytest.skip(pair.why)
    repository = make_pair(tmp_path, pair, flavour)
    request = request_for(pair, repository, newest_nix, tmp_path)
    assert isinstance(request, CheckRequest)

    def judged(name: str, cache: str, **asked: object) -> bytes:
        # With a store of its own: nothing that is kept may be looked up where it was made.
        nix = replace(request.nix, store=tmp_path / f"store of {name}")
        with_cache = {"keeps": True, "cache": str(tmp_path / cache), **asked} if cache else {}
        return render("json", check(replace(request, nix=nix, **with_cache)))

    without = judged("none", "")
    empty = judged("empty", "all")
    full = judged("full", "all")
    base = request.base or ("HEAD" if request.worktree else "HEAD^1")
    judged("base", "some", base=base, head=base, worktree=False)
    half = judged("half", "some")

    assert empty == without
    assert full == without
    assert half == without
    assert len([*tmp_path.glob("all/snapshots/*")]) == (1 if request.worktree else 2)
