"""Derivations whose texts are at hand: they are what reading each of them whole gives, and no more is read."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from nixdrift.derivation.stored import Stored, Texts
from nixdrift.errors import InvalidInputError
from nixdrift.links import links_of
from nixdrift.model import Derivation, StorePath
from nixdrift.store.aterm import write_derivation
from nixdrift.store.outputs import drv_path
from tests.worlds import STACK, STORE_DIR, make_world, stack

from .strategies import derivations, stray_texts


def texts_of(derivations: Mapping[StorePath, Derivation]) -> Stored:
    texts = Texts()
    for path, derivation in derivations.items():
        texts.learn(path, write_derivation(derivation, STORE_DIR), STORE_DIR)
    return texts.of(derivations)


def test_they_are_the_derivations_whose_texts_they_are() -> None:
    expected = make_world(stack, STACK, STACK).base.derivations
    found = texts_of(expected)

    assert found == expected
    assert found.links == links_of(expected)
    assert all(found.outputs(path) == one.outputs for path, one in expected.items())


def test_some_of_them_know_nothing_of_the_others() -> None:
    expected = make_world(stack, STACK, STACK).base.derivations
    path = min(expected)
    found = texts_of(expected).part([path])

    assert found == {path: expected[path]}
    assert found.links == links_of({path: expected[path]})
    with pytest.raises(KeyError):
        found[max(expected)]


@given(derivation=derivations(values=stray_texts))
def test_a_text_from_elsewhere_is_taken_only_under_its_own_path(derivation: Derivation) -> None:
    text, path = write_derivation(derivation, STORE_DIR), drv_path(derivation, STORE_DIR)
    texts, strange = Texts(), StorePath(f"{'0' * 32}-{derivation.name}.drv")

    assert not texts.learn_proven(strange, text, STORE_DIR)
    assert texts.head(strange) is None
    assert texts.learn_proven(path, text, STORE_DIR)
    assert texts.text(path) == text


def test_another_text_is_not_taken_though_the_path_is_known() -> None:
    derivation = next(iter(make_world(stack, STACK, STACK).base.derivations.values()))
    path, text = derivation.drv_path, write_derivation(derivation, STORE_DIR)
    texts = Texts()

    assert texts.learn_proven(path, text, STORE_DIR)
    assert not texts.learn_proven(path, text.replace(b"/bin/sh", b"/bin/SH"), STORE_DIR)
    assert texts.text(path) == text


@given(derivation=derivations(values=stray_texts))
def test_those_that_hold_a_text_are_found(derivation: Derivation) -> None:
    stored = texts_of({derivation.drv_path: derivation})

    for text in (*derivation.args, *derivation.env.values(), derivation.structured_attrs or ""):
        assert list(stored.holding(text)) == [derivation]
    assert list(stored.holding("no derivation says this, and none could")) == []


def test_what_promises_no_store_path_is_refused_when_it_is_asked_for() -> None:
    derivation = next(iter(make_world(stack, STACK, STACK).base.derivations.values()))
    path, text = derivation.drv_path, write_derivation(derivation, STORE_DIR)
    texts = Texts()
    texts.learn(path, text.replace(b'("out","/nix/store/', b'("out","/nix/store/x', 1), STORE_DIR)
    found = texts.of([path])

    with pytest.raises(InvalidInputError, match=f"^{path}: .* is not a store path"):
        found[path]
    with pytest.raises(InvalidInputError, match=f"^{path}: .* is not a store path"):
        found.outputs(path)
