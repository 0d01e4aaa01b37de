from pathlib import Path

import pytest

from benchmarks.generator import Written, generate
from nixdrift.changes import parse_name_status
from nixdrift.derivation.dumps import read_dump
from nixdrift.model import Dump, is_fixed_output, output_path
from nixdrift.store.outputs import drv_path, output_paths

NUMBER = 400


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return generate(tmp_path_factory.mktemp("graph"), NUMBER, share=0.05)


def read(file: Path) -> Dump:
    return read_dump(file.read_bytes(), source=file.name)


def test_every_derivation_has_the_path_that_nix_computes(written: Written) -> None:
    for file in (written.base, written.head):
        dump = read(file)
        assert len(dump.derivations) >= NUMBER
        assert {path: drv_path(one, dump.store_dir) for path, one in dump.derivations.items()} == {
            path: path for path in dump.derivations
        }


def test_every_output_has_the_path_that_nix_computes(written: Written) -> None:
    for file in (written.base, written.head):
        dump = read(file)
        assert output_paths(dump) == {
            path: {name: output_path(output) for name, output in one.outputs.items()}
            for path, one in dump.derivations.items()
        }


def test_the_environment_names_the_outputs(written: Written) -> None:
    for one in read(written.base).derivations.values():
        for name, output in one.outputs.items():
            assert one.env[name] == f"/nix/store/{output_path(output)}"


def test_records_are_in_the_order_of_their_paths(written: Written) -> None:
    for file in (written.base, written.head):
        assert list(read(file).derivations) == sorted(read(file).derivations)


def test_what_differs_is_about_as_much_as_was_asked_for_and_all_that_is_built_from_it(written: Written) -> None:
    base, head = read(written.base).derivations, read(written.head).derivations
    lost, gained = base.keys() - head.keys(), head.keys() - base.keys()
    assert 0.025 * NUMBER < len(gained) <= 0.06 * NUMBER
    assert all(path in lost for path, one in base.items() if lost & one.input_derivations.keys())


def test_the_changes_are_gits(written: Written) -> None:
    assert parse_name_status(written.changes.read_bytes(), source="changes.txt")


def test_half_is_fetched_and_a_quarter_has_no_referrer(written: Written) -> None:
    derivations = read(written.base).derivations
    fetched = sum(map(is_fixed_output, derivations.values()))
    referred = {used for one in derivations.values() for used in one.input_derivations}
    assert 0.35 < fetched / NUMBER < 0.55
    assert 0.15 < 1 - len(referred) / NUMBER < 0.35


def test_the_same_numbers_give_the_same_bytes(written: Written, tmp_path: Path) -> None:
    again = generate(tmp_path, NUMBER, share=0.05)
    for one, other in ((written.base, again.base), (written.head, again.head), (written.changes, again.changes)):
        assert one.read_bytes() == other.read_bytes()


def test_another_seed_gives_another_graph(written: Written, tmp_path: Path) -> None:
    other = generate(tmp_path, NUMBER, share=0.05, seed=2)
    assert not read(written.base).derivations.keys() & read(other.base).derivations.keys()


def test_with_a_share_of_one_nothing_is_in_both(tmp_path: Path) -> None:
    written = generate(tmp_path, 200, share=1)
    shared = read(written.base).derivations.keys() & read(written.head).derivations.keys()
    assert len(shared) < 10
