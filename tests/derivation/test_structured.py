import json
import random
import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.floats import write_float
from nixdrift.derivation.structured import write_attributes

from .real_nix import run
from .strategies import finite_floats, json_values, texts


@given(value=finite_floats)
def test_a_float_reads_back_as_itself(value: float) -> None:
    assert struct.pack("<d", float(write_float(value))) == struct.pack("<d", value)


def test_floats_are_spelled_as_nlohmann_spells_them() -> None:
    spelled = {
        0.0: "0.0",
        1.0: "1.0",
        -2.5: "-2.5",
        100.0: "100.0",
        0.001: "0.001",
        0.0001: "0.0001",
        0.00001: "1e-05",
        1.5e-7: "1.5e-07",
        3e14: "300000000000000.0",
        3e15: "3e+15",
        1e300: "1e+300",
        5e-324: "5e-324",
        123456789012345.6: "123456789012345.6",
        float("inf"): "null",
        float("nan"): "null",
    }
    assert {value: write_float(value) for value in spelled} == spelled


@given(attributes=st.dictionaries(texts, json_values, max_size=4))
def test_attributes_read_back_as_themselves(attributes: dict[str, object]) -> None:
    assert json.loads(write_attributes(attributes)) == attributes


def test_attributes_are_compact_sorted_and_escaped_as_little_as_json_allows() -> None:
    attributes = {"é": 1, "b": [1.0, True, None], "a": {"z": '\u0001\u007f\n"\\/é€\U0001f600'}}
    assert write_attributes(attributes) == (
        '{"a":{"z":"\\u0001\u007f\\n\\"\\\\/é€\U0001f600"},"b":[1.0,true,null],"é":1}'
    )


def test_a_text_that_looks_like_a_float_stays_a_text() -> None:
    assert write_attributes({"a": "[1.50"}) == '{"a":"[1.50"}'


def test_random_floats_are_spelled_as_nix_spells_them(newest_nix: Path, tmp_path: Path) -> None:
    # Not 2.8: it has another spelling, and prints structured attributes as the text that it hashes.
    chance = random.Random(20260726)
    floats = [abs(struct.unpack("<d", chance.randbytes(8))[0]) for _ in range(20_000)]
    floats += [chance.randrange(10**17) / 10 ** chance.randrange(25) for _ in range(20_000)]
    floats += [2.0**exponent for exponent in range(-1074, 1024)]
    floats = [value for value in floats if 0 < value < float("inf")]
    (tmp_path / "floats.json").write_text(json.dumps(floats))
    expression = f"builtins.fromJSON (builtins.readFile {tmp_path}/floats.json)"
    spelled = run(
        newest_nix, "nix-instantiate", "--eval", "--strict", "--json", "--store", "dummy://", "-E", expression
    )
    assert [write_float(value) for value in floats] == spelled.decode().strip()[1:-1].split(",")
