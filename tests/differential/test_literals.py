"""What is written as a literal is the value that Nix reads."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..derivation.real_nix import run
from ..derivation.strategies import finite_floats
from .literals import Expression, literal
from .sources import texts

values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite_floats | texts,
    lambda child: st.lists(child, max_size=4) | st.dictionaries(texts, child, max_size=4),
    max_leaves=60,
)


@settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(values, min_size=20, max_size=40))
def test_a_literal_is_read_as_the_value_that_it_was_written_for(newest_nix: Path, drawn: list[object]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "x.nix")
        # What JSON makes of a set with this attribute is the attribute alone.
        file.write_text(literal([_renamed(value) for value in drawn]), encoding="utf-8")
        read = run(newest_nix, "nix-instantiate", "--eval", "--strict", "--json", file, cwd=Path(directory))
    assert json.loads(read) == [_renamed(value) for value in drawn]


def _renamed(value: object) -> object:
    match value:
        case dict():
            return {f"_{name}": _renamed(one) for name, one in value.items()}
        case list():
            return list(map(_renamed, value))
        case _:
            return value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Expression("./a"), "(./a)"),
        (["a", Expression("f x")], '[ "a" (f x) ]'),
        ({"a": 1, "or": -1, "b c": []}, '{ a = 1; "or" = (-1); "b c" = [  ]; }'),
        ('${x} \\ "\n', '"\\${x} \\\\ \\"\\n"'),
        (1e20, "1.0e+20"),
        (0.5, "0.5"),
        (-(2**63), "(-9223372036854775807 - 1)"),
    ],
)
def test_a_value_is_written_so_that_it_can_stand_anywhere(value: object, written: str) -> None:
    assert literal(value) == written


def test_what_the_language_has_no_literal_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no value of the Nix language"):
        literal(object())
