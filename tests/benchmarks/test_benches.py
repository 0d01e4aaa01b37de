import os
from pathlib import Path

import pytest

from benchmarks.dumps import measure, row
from benchmarks.history_growth import lines as lines_of_history
from benchmarks.history_growth import measure as measure_history
from benchmarks.inputs import Input, generated, recorded
from benchmarks.means import TOGETHER, means
from benchmarks.parts import GROWING, growing, proof_row
from benchmarks.proofs import Scale
from benchmarks.proofs import measure as measure_proofs
from benchmarks.stages import reading, stages, whole
from benchmarks.store import make_store
from benchmarks.store import measure as measure_store
from benchmarks.store import row as row_of_store
from nixdrift.formats import FORMATS

NUMBER = 150


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Input:
    return next(generated(tmp_path_factory.mktemp("graphs"), [NUMBER]))


def test_the_directories_of_recordings_are_found_by_their_names(one: Input) -> None:
    (found,) = recorded(one.base.parent.parent)
    assert (found.name, found.files) == (str(NUMBER), one.files)


def test_every_way_to_read_two_dumps_is_measured_as_a_process(one: Input) -> None:
    measured = measure(one, 1)
    assert measured.derivations == NUMBER
    assert measured.costs.keys() == {"orjson", "read", "check"}
    assert all(cost.seconds > 0 and cost.memory > 1_000_000 for costs in measured.costs.values() for cost in costs)
    assert row(measured)[:2] == [f"generated, {NUMBER}", str(NUMBER)]


def test_every_stage_and_every_format_is_measured_and_how_they_grow_is_drawn(one: Input) -> None:
    times = stages(one)
    assert FORMATS.keys() < times.keys()
    assert 0 < whole(times) < sum(times.values())
    assert reading(one).keys() == {"orjson", "read_dump", "networkx"}
    assert means(one)[TOGETHER] > 0
    drawn = growing({NUMBER: times})
    assert [line.name for line in drawn] == ["check", *GROWING]
    assert all(line.points.keys() == {NUMBER} for line in drawn)


def test_a_history_is_judged_and_found_in_the_cache(newest_nix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{newest_nix}:{os.environ['PATH']}")
    first, second = measure_history(5, 3, 1)
    assert min(first, second) > 0


def test_histories_are_drawn_by_the_derivations_of_all_their_commits() -> None:
    first, second = lines_of_history({"first": {50: 1.0}}, {"first": {91: 2.0}})
    assert (first.points, second.points) == ({50 * 91: 1.0}, {91 * 20: 2.0})


def test_all_sources_of_a_generated_repository_are_proven() -> None:
    proofs = measure_proofs(Scale(files=60, size=6_000, paths=12, sources=3))
    assert proofs.proven == 3
    # Each file is read once, and hashed as part of its source, and of the top; what has changed is both once more.
    assert 6_000 <= proofs.read < 2 * 6_000 <= proofs.hashed
    assert proof_row(proofs)[:3] == ["60 files", "12", "3"]


def test_a_closure_is_read_from_a_store_that_nix_has_checked_beside_asking_nix_for_it(
    one: Input, newest_nix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{newest_nix}:{os.environ['PATH']}")
    store = make_store(one, tmp_path / "store")
    assert store.base != store.head
    times = measure_store(store)
    assert times.keys() == {"nix", "closure", "head"}
    assert row_of_store("150", NUMBER, times)[:2] == ["150", "150"]
