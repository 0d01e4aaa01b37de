"""Real package sets: every path that Nix recorded is computed again, and three shapes are one graph."""

from pathlib import Path

import pytest

from nixdrift.derivation.dumps import merge_dumps, read_dump
from nixdrift.model import Dump, output_path
from nixdrift.store.outputs import drv_path, output_paths
from tests.conftest import ALL

pytestmark = pytest.mark.recordings

CORE = [f"core-2024/{side}-{release}.json" for side in ("base", "head") for release in ("2.8", "2.26", "2.34")]
SIDES = ("base", "head") if ALL else ("head",)
LARGE = [f"{folder}/{side}.json" for folder in ("nixpkgs-2016", "nixpkgs-mass-rebuild") for side in SIDES]


def recorded(recordings: Path, name: str) -> Dump:
    return read_dump((recordings / name).read_bytes(), source=name)


@pytest.mark.parametrize("name", [*CORE, *LARGE])
def test_every_recorded_path_is_recomputed(recordings: Path, name: str) -> None:
    dump = recorded(recordings, name)
    computed = output_paths(dump)
    for path, derivation in dump.derivations.items():
        promised = {output: output_path(promise) for output, promise in derivation.outputs.items()}
        assert None not in promised.values()
        assert computed[path] == promised
        assert drv_path(derivation, dump.store_dir) == path


@pytest.mark.parametrize("side", ["base", "head"])
def test_three_shapes_are_one_graph(recordings: Path, side: str) -> None:
    dumps = [recorded(recordings, f"core-2024/{side}-{release}.json") for release in ("2.8", "2.26", "2.34")]
    assert dumps[0] == dumps[1] == dumps[2] == merge_dumps(dumps)
