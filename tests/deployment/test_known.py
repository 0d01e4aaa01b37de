"""What a revision knows of what is deployed, before anything is built."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.deployment import Deployed, check_system, foreign, known_paths, names_without_path
from nixdrift.errors import InvalidInputError
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    FloatingOutput,
    InputAddressedOutput,
    StorePath,
    output_path,
)
from tests.derivation.strategies import derivations, store_paths

A, B, C = (StorePath(f"{digit * 32}-{digit}") for digit in "abc")


def closure(*paths: StorePath, store_dir: str = "/nix/store") -> Deployed:
    return Deployed(frozenset(paths), {}, store_dir, is_closure=True, described="app.closure")


def derived(name: str, **outputs: object) -> Derivation:
    drv_path = StorePath(f"{'d' * 32}-{name}.drv")
    return Derivation(drv_path, name, "x86_64-linux", "/bin/sh", (), {}, None, outputs, (C,), {})  # type: ignore[arg-type]


@given(st.lists(derivations(), max_size=4))
def test_outputs_sources_and_derivations_are_known(found: list[Derivation]) -> None:
    known = known_paths({one.drv_path: one for one in found})
    for one in {one.drv_path: one for one in found}.values():
        outputs = {output_path(output) for output in one.outputs.values()} - {None}
        assert known >= {one.drv_path, *one.input_sources, *outputs}


def test_what_is_known_only_after_a_build_is_named() -> None:
    one = derived("app", out=FloatingOutput("nar", "sha256"), dev=DeferredOutput(), doc=InputAddressedOutput(A))
    assert known_paths({one.drv_path: one}) == {A, C, one.drv_path}
    assert names_without_path({one.drv_path: one}) == {"app", "app-dev"}


@given(st.frozensets(store_paths()), st.frozensets(store_paths()))
def test_what_is_foreign_is_deployed_and_not_known(paths: frozenset[StorePath], known: frozenset[StorePath]) -> None:
    found = foreign(closure(*paths), known)
    assert list(found) == sorted(paths - known)


def check(deployed: Deployed, *known: StorePath, system: str | None = "x86_64-linux") -> None:
    check_system(deployed, known, store_dir="/nix/store", system=system, revision="v1.2")


def test_one_path_in_common_is_enough() -> None:
    check(closure(A, B), B, C)


def test_a_closure_of_which_nothing_is_known_is_of_another_system_or_project() -> None:
    with pytest.raises(InvalidInputError, match=r"nothing in app\.closure is known at v1\.2") as raised:
        check(closure(A, B), C)
    assert "v1.2 was evaluated for x86_64-linux; --system evaluates for another" in str(raised.value.hint)
    with pytest.raises(InvalidInputError) as raised:
        check(closure(A, B), C, system=None)
    assert raised.value.hint == "is it of another system or project?"


def test_a_store_that_has_nothing_of_it_is_a_finding_and_no_error() -> None:
    check(replace(closure(), is_closure=False), C)


def test_another_store_directory_is_an_error_whatever_the_paths_are() -> None:
    with pytest.raises(InvalidInputError, match=r"is of the store /gnu/store, and v1\.2 evaluates for /nix/store"):
        check(closure(A, store_dir="/gnu/store"), A)
