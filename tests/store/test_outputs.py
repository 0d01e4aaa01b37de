"""Laws of output paths; that they are Nix's own is shown on the samples, the recordings and real stores."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from nixdrift.errors import IncompleteGraphError
from nixdrift.model import (
    Derivation,
    Dump,
    FixedOutput,
    FloatingOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
    StorePath,
)
from nixdrift.store.outputs import drv_path, output_paths
from nixdrift.store.paths import fixed_output_path

BLANK = InputAddressedOutput(StorePath("00000000000000000000000000000000-blank"))


def made(name: str, *inputs: Derivation, output: Output = BLANK, **env: str) -> Derivation:
    """Make a derivation with the paths that Nix would give it."""
    used = {found.drv_path: InputDerivation(("out",), {}) for found in inputs}
    blank = Derivation(StorePath(""), name, "s", "b", (), env, None, {"out": output}, (), used)
    if isinstance(output, InputAddressedOutput):
        blank = with_path(blank, inputs)
    return replace(blank, drv_path=drv_path(blank, "/nix/store"))


def with_path(blank: Derivation, inputs: tuple[Derivation, ...]) -> Derivation:
    """Fill in the output path; the closure of the inputs is within reach through `KNOWN`."""
    for found in inputs:
        KNOWN[found.drv_path] = found
    provisional = replace(blank, drv_path=StorePath("provisional"))
    path = output_paths(Dump("/nix/store", {**KNOWN, provisional.drv_path: provisional}))[provisional.drv_path]["out"]
    return blank if path is None else replace(blank, outputs={"out": InputAddressedOutput(path)})


KNOWN: dict[StorePath, Derivation] = {}


def paths_of(*derivations: Derivation) -> Mapping[StorePath, Mapping[str, StorePath | None]]:
    return output_paths(Dump("/nix/store", {found.drv_path: found for found in derivations}))


def fixed(digest: str, **env: str) -> Derivation:
    path = fixed_output_path("flat", "sha256", digest, "download", "/nix/store")
    return made("download", output=FixedOutput(path, "flat", "sha256", digest), **env)


def test_how_a_fixed_output_is_fetched_moves_its_consumers_derivation_but_not_its_output() -> None:
    before, after = fixed("0" * 64, url="http://a"), fixed("0" * 64, url="http://b")
    first, second = made("user", before), made("user", after)
    assert first.drv_path != second.drv_path
    assert first.outputs == second.outputs


def test_another_declared_hash_moves_the_consumers_output() -> None:
    assert made("user", fixed("0" * 64)).outputs != made("user", fixed("1" * 64)).outputs


def test_two_fetches_of_the_same_content_count_as_one_input() -> None:
    one, other = fixed("0" * 64, url="http://a"), fixed("0" * 64, url="http://b")
    assert made("user", one).outputs == made("user", one, other).outputs


def test_what_depends_on_a_floating_output_has_no_path_yet() -> None:
    floating = made("floating", output=FloatingOutput("nar", "sha256"))
    direct = made("direct", floating)
    indirect = made("indirect", direct)
    assert [found["out"] for found in paths_of(floating, direct, indirect).values()] == [None, None, None]


def test_a_fixed_output_has_its_path_even_behind_a_floating_one() -> None:
    floating = made("floating", output=FloatingOutput("nar", "sha256"))
    path = fixed_output_path("nar", "sha1", "0" * 40, "fixed", "/nix/store")
    behind = made("fixed", floating, output=FixedOutput(path, "nar", "sha1", "0" * 40))
    assert paths_of(floating, behind)[behind.drv_path] == {"out": path}


def test_what_another_derivation_produces_has_no_path_yet() -> None:
    producer = made("producer")
    used = {producer.drv_path: InputDerivation((), {"out": InputDerivation(("out",), {})})}
    user = replace(made("user"), input_derivations=used)
    assert paths_of(producer, user)[user.drv_path] == {"out": None}


def test_every_output_has_a_path_of_its_own_with_its_name() -> None:
    several = replace(made("x"), outputs={"out": BLANK, "dev": BLANK})
    found = paths_of(several)[several.drv_path]
    assert [str(path)[33:] for path in found.values()] == ["x", "x-dev"]
    assert len({str(path)[:32] for path in found.values()}) == 2


def test_a_derivation_without_outputs_promises_nothing() -> None:
    none = replace(made("none"), outputs={})
    assert paths_of(none, made("user", none))[none.drv_path] == {}


def test_a_chain_longer_than_pythons_stack_is_computed() -> None:
    chain = [replace(made("link"), drv_path=StorePath("link-0.drv"))]
    for number in range(1, 3000):
        used = {chain[-1].drv_path: InputDerivation(("out",), {})}
        chain.append(replace(chain[0], drv_path=StorePath(f"link-{number}.drv"), input_derivations=used))
    assert len({found["out"] for found in paths_of(*chain).values()}) == 3000


def test_an_input_that_is_not_in_the_dump_is_named() -> None:
    missing = made("missing")
    with pytest.raises(IncompleteGraphError, match=r"-user\.drv takes .*-missing\.drv as an input"):
        paths_of(made("user", missing))


def test_derivations_that_need_each_other_are_named() -> None:
    first, second = made("first"), made("second")
    first = replace(first, input_derivations={second.drv_path: InputDerivation(("out",), {})})
    second = replace(second, input_derivations={first.drv_path: InputDerivation(("out",), {})})
    with pytest.raises(IncompleteGraphError, match=r"derivations that need each other: .*first.* -> .*second"):
        paths_of(first, second)
