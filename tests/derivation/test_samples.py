"""What three releases printed for one project with every kind of derivation."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.derivation.dumps import read_dump
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    Dump,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    output_path,
)
from nixdrift.store.outputs import drv_path, output_paths

SAMPLES = Path(__file__).parents[2] / "fixtures" / "samples"
RELEASES = ("2.8", "2.26", "2.34")
NOT_IN_2_8 = {"dynamic", "x.drv"}


def sample(release: str) -> Dump:
    return read_dump((SAMPLES / f"derivation-{release}.json").read_bytes(), source=release)


def by_name(dump: Dump) -> Mapping[str, Derivation]:
    return {derivation.name: derivation for derivation in dump.derivations.values()}


def test_the_newer_releases_say_the_same() -> None:
    assert sample("2.26") == sample("2.34")


def test_the_oldest_release_says_the_same_of_what_it_knows() -> None:
    newest = {name: found for name, found in by_name(sample("2.34")).items() if name not in NOT_IN_2_8}
    assert by_name(sample("2.8")) == newest


@pytest.mark.parametrize("release", RELEASES)
def test_every_path_is_recomputed(release: str) -> None:
    dump = sample(release)
    promised = {
        path: {name: output_path(output) for name, output in derivation.outputs.items()}
        for path, derivation in dump.derivations.items()
    }
    assert output_paths(dump) == promised
    assert [drv_path(found, dump.store_dir) for found in dump.derivations.values()] == list(dump.derivations)


@pytest.mark.parametrize("release", RELEASES)
def test_every_kind_of_output_is_told_apart(release: str) -> None:
    found = by_name(sample(release))
    assert isinstance(found["plain"].outputs["out"], InputAddressedOutput)
    assert found["ca"].outputs == {"out": FloatingOutput("nar", "sha256")}
    assert found["deferred"].outputs == {"out": DeferredOutput()}
    assert found["impure"].outputs == {"out": ImpureOutput("nar", "sha256")}
    flat, tree, sha1 = (found[name].outputs["out"] for name in ("fo-flat-sri", "fo-rec", "fo-sha1"))
    assert isinstance(flat, FixedOutput)
    assert isinstance(tree, FixedOutput)
    assert isinstance(sha1, FixedOutput)
    assert (flat.method, flat.algorithm, flat.digest[:8]) == ("flat", "sha256", "5891b5b5")
    assert (tree.method, tree.algorithm, tree.digest[:8]) == ("nar", "sha256", "5bd3c82e")
    assert (sha1.method, sha1.algorithm, sha1.digest[:8]) == ("flat", "sha1", "f572d396")


@pytest.mark.parametrize("release", ["2.26", "2.34"])
def test_an_input_that_another_derivation_produces_is_kept(release: str) -> None:
    (used,) = by_name(sample(release))["dynamic"].input_derivations.values()
    assert used == InputDerivation((), {"out": InputDerivation(("out",), {})})


@pytest.mark.parametrize("release", RELEASES)
def test_structured_attributes_are_the_text_that_nix_hashes(release: str) -> None:
    dump = sample(release)
    structured = by_name(dump)["structured"]
    assert "__json" not in structured.env
    assert structured.structured_attrs is not None
    other = replace(structured, structured_attrs=structured.structured_attrs.replace(",", ", "))
    assert drv_path(structured, dump.store_dir) == structured.drv_path != drv_path(other, dump.store_dir)
