"""Where the files of a revision lay, by what its derivations say of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from nixdrift.evaluation import Evaluation, Root
from nixdrift.model import Derivation, InputAddressedOutput, StorePath
from nixdrift.pipeline.tops import with_top
from nixdrift.sources import Prover
from nixdrift.tree import ReadBlob
from tests.worlds import STORE_DIR, Revision

REVISION = Revision({"goinstance/main.go": "package main\n"})
OWN = REVISION.source("")
OTHER = f"{'0' * 32}-source"
CHECKOUT = Path("/home/builder/stack")


def top_of(
    *texts: str, sources: tuple[StorePath, ...] = (), made: str = "", read: ReadBlob = REVISION.blobs.__getitem__
) -> str | None:
    """Give the place that is found in the texts of one derivation."""
    drv_path = StorePath(f"{'1' * 32}-x.drv")
    env: Mapping[str, str] = {str(number): text for number, text in enumerate(texts)}
    outputs = {"out": InputAddressedOutput(StorePath(made))} if made else {}
    made_of = Derivation(drv_path, "x", "x86_64-linux", "/bin/sh", (), env, None, outputs, sources, {})
    evaluation = Evaluation(STORE_DIR, (Root("x", drv_path),), {drv_path: made_of})
    return with_top(evaluation, REVISION.tree, Prover(read, STORE_DIR), CHECKOUT).top


def test_a_flakes_own_tree_is_known_by_its_store_path() -> None:
    assert OWN.endswith("-source")
    assert top_of(f"cat {STORE_DIR}/{OWN}/goinstance/main.go") == f"{STORE_DIR}/{OWN}"
    assert top_of(f"{STORE_DIR}/{OWN}", sources=(OWN,)) == f"{STORE_DIR}/{OWN}"


def test_another_tree_is_none() -> None:
    assert top_of(f"{STORE_DIR}/{OTHER}/goinstance/main.go") is None
    assert top_of() is None


@pytest.mark.parametrize(
    "text", [f"{CHECKOUT}/goinstance/main.go", f"file://{CHECKOUT}/goinstance", f"PATH={CHECKOUT}/goinstance:/bin"]
)
def test_the_checkout_at_hand_is_known_by_a_path_of_it(text: str) -> None:
    assert top_of(text) == str(CHECKOUT)


@pytest.mark.parametrize(
    "text",
    [
        str(CHECKOUT),
        f"{CHECKOUT}/absent",
        f"{CHECKOUT}-2/goinstance",
        f"/build{CHECKOUT}/goinstance",
        f"{CHECKOUT}/goinstance /build{CHECKOUT}/goinstance",
    ],
)
def test_what_is_another_path_or_none_of_the_tree_is_no_checkout(text: str) -> None:
    assert top_of(text) is None


def test_the_tree_is_read_only_where_a_store_object_could_be_it() -> None:
    def unread(_object: str) -> bytes:
        raise AssertionError("nothing names the tree")

    assert top_of(f"{STORE_DIR}/{'0' * 32}-goinstance/main.go", read=unread) is None
    assert top_of(f"{STORE_DIR}/{OTHER}", made=OTHER, read=unread) is None
