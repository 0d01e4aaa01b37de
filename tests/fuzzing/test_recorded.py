"""Parts of dumps: what is cut out is whole by itself, and small."""

from pathlib import Path

import pytest

from nixdrift.derivation.dumps import read_dump
from nixdrift.graph import build_graph
from tests.fuzzing.mutation import LARGEST
from tests.fuzzing.recorded import parts, seeds_of
from tests.fuzzing.seeds import dumps
from tests.fuzzing.test_fuzzing import tallied

WHOLE = max(dumps(), key=len)


def test_a_part_is_read_and_takes_nothing_that_it_does_not_hold() -> None:
    whole = read_dump(WHOLE, source="a dump")
    cut = dict(parts(WHOLE))

    assert len(cut) > 3
    for name, data in cut.items():
        part = read_dump(data, source="a part")
        graph = build_graph(part.derivations, source="a part")
        (top,) = graph.unreferred
        assert top.partition("-")[2] == name
        assert part.store_dir == whole.store_dir
        assert {path: one.env for path, one in part.derivations.items()} == {
            path: whole.derivations[path].env for path in part.derivations
        }


def test_without_recordings_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIXDRIFT_RECORDINGS", raising=False)

    assert seeds_of("dump") == ()


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["dump", "twins", "aterm"])
def test_what_the_recordings_give_is_read(name: str, recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The smallest of them: all that there is takes a search's time.
    monkeypatch.setenv("NIXDRIFT_RECORDINGS", str(recordings / "core-2024"))
    found = seeds_of(name)
    tally = tallied(name, found)

    assert (tally.read, tally.refused, tally.findings) == (len(found), 0, {})
    assert len(found) > 10
    assert max(map(len, found)) < LARGEST
