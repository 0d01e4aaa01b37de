"""The attributes of a derivation, whether they are variables or structured."""

import json

import pytest

from nixdrift.derivation.attributes import attributes
from nixdrift.model import Derivation, StorePath


def derivation(structured: object) -> Derivation:
    text = None if structured is None else json.dumps(structured)
    path = StorePath(f"{'0' * 32}-a.drv")
    return Derivation(path, "a", "x86_64-linux", "/bin/sh", (), {"out": "/x", "a": "env"}, text, {}, (), {})


def test_without_structured_attributes_they_are_the_variables() -> None:
    assert attributes(derivation(None)) == {"out": "/x", "a": "env"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("b", "b"),
        (True, "1"),
        (False, ""),
        (None, ""),
        (7, "7"),
        (["b", True, ["c"]], "b 1 c"),
        ({"y": 1, "x": "b"}, "x=b y=1"),
    ],
)
def test_structured_ones_are_written_as_variables_would_be(value: object, text: str) -> None:
    assert attributes(derivation({"a": value})) == {"out": "/x", "a": text}
