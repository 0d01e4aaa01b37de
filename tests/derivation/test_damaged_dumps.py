"""Whatever a dump may hold instead of derivations: one clear line, and never another exception."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.dumps import read_dump
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import Dump, InputDerivation

from .dumping import STYLES, write_dump
from .strategies import dumps

SAMPLES = Path(__file__).parents[2] / "fixtures" / "samples"
DOCUMENTS = {path.stem: json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("*.json"))}
BASE = "00000000000000000000000000000000-hello"


def complaint(data: bytes | object) -> str:
    encoded = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(InvalidInputError) as caught:
        read_dump(encoded, source="base.json")
    assert "\n" not in caught.value.message
    assert caught.value.message.startswith("base.json")
    return caught.value.message


def record(**changes: object) -> dict[str, Any]:
    return {
        "args": [],
        "builder": "/bin/sh",
        "env": {"out": f"/nix/store/{BASE}"},
        "inputs": {"drvs": {}, "srcs": []},
        "name": "hello",
        "outputs": {"out": {"path": BASE}},
        "system": "x86_64-linux",
        "version": 4,
    } | changes


def used(output: str, dynamic: object = None) -> dict[str, Any]:
    return {"outputs": [output], "dynamicOutputs": dynamic or {}}


def document(**changes: object) -> dict[str, Any]:
    return {"version": 4, "derivations": {f"{BASE}.drv": record(**changes)}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b"\x28\xb5\x2f\xfd\x00", "zstd"),
        (b"\x1f\x8b\x08", "gzip"),
        (b'Derive([("out"', "own file of one derivation"),
        (b"error: path does not exist", "is an error message"),
        (b"hello", "is not JSON"),
        (b"{} {}", "is not JSON"),
        (b"[]", "holds a list"),
        (b"null", "holds null"),
        (b'"text"', "holds a text"),
        (b'{"packages": {}, "checks": {}}', r"does not hold derivations: its keys ('packages', 'checks'"),
        (b"[" * 5000, "nested too deeply"),
        (b'{"x":' * 2000 + b"1" + b"}" * 2000, "nested too deeply"),
        (b'{"\xff": NaN}', "NaN is not a JSON value"),
        (b'{"derivations": {}, "version": 5}', "version 5 of the derivation JSON; this nixdrift reads up to 4"),
        (b'{"derivations": {}, "version": 2}', "which Nix never wrote"),
        (b'{"derivations": {}}', "version None"),
        (b'{"derivations": {}, "version": true}', "version True"),
        (b'{"derivations": [], "version": 4}', "a list in the field 'derivations'"),
    ],
)
def test_what_is_no_dump_is_refused_in_one_line(data: bytes, words: str) -> None:
    assert words in complaint(data)


@pytest.mark.parametrize("version", [5, 6, 99])
def test_a_flat_map_of_a_future_version_is_refused(version: int) -> None:
    flat = {f"{BASE}.drv": record(version=version)}
    assert f"is version {version} of the derivation JSON" in complaint(flat)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"args": "x"}, "a text in the field 'args', not a list"),
        ({"args": ["x", 5]}, "a number in the field 'args.1', not a text"),
        ({"env": []}, "a list in the field 'env', not an object"),
        ({"env": {"a": 5}}, "a number in the field 'env.a', not a text"),
        ({"env": {"a": None}}, "null in the field 'env.a', not a text"),
        ({"system": None}, "null in the field 'system', not a text"),
        ({"builder": True}, "a truth value in the field 'builder', not a text"),
        ({"outputs": []}, "a list in the field 'outputs', not an object"),
        ({"outputs": {"out": "path"}}, "a text in the field 'outputs.out', not an object"),
        ({"outputs": {"out": []}}, "a list in the field 'outputs.out', not an object"),
        ({"outputs": {"out": {"path": 5}}}, "a number in the field 'outputs.out.path', not a text"),
        ({"outputs": {"out": {"path": "x"}}}, "outputs.out: 'x' is not a store path"),
        ({"outputs": {"out": {"path": f"/nix/store/{BASE}"}}}, "should be a base name"),
        ({"outputs": {"out": {"novel": "x"}}}, "no kind of output has these fields: novel"),
        ({"outputs": {"out": {"hash": "sha256-AA==", "method": "flat"}}}, "has 1 bytes where 32 are due"),
        ({"outputs": {"out": {"hash": "x" * 64, "method": "flat"}}}, "does not say its algorithm"),
        ({"outputs": {"out": {"hashAlgo": "sha256", "method": "zip"}}}, "unknown ingestion method 'zip'"),
        ({"outputs": {"out": {"hashAlgo": "crc32", "method": "nar"}}}, "unknown hash algorithm 'crc32'"),
        ({"outputs": {"out": {"hashAlgo": "sha256", "impure": False}}}, "no kind of output has these fields"),
        ({"system": 'a"b'}, "a fault in system: 'a\"b' has a quote or a backslash"),
        ({"outputs": {"a b": {"path": BASE}}}, "outputs.a b: 'a b' is no name for an output that has a path"),
        ({"outputs": {"": {"path": BASE}}}, "'' is no name for an output that has a path"),
        ({"outputs": {"é": {"hash": "x", "method": "flat"}}}, "'é' is no name for an output that has a path"),
        ({"outputs": {"a" * 210: {"path": BASE}}}, "is no name for an output that has a path"),
        ({"outputs": {'a"b': {}}}, "'a\"b' has a quote or a backslash"),
        ({"outputs": {"a\\b": {"hashAlgo": "sha256", "method": "nar"}}}, "has a quote or a backslash"),
        ({"inputs": {"srcs": [], "drvs": {f"{BASE}.drv": used('a"b')}}}, "has a quote or a backslash"),
        (
            {"inputs": {"srcs": [], "drvs": {f"{BASE}.drv": used("a", {'a"b': used("a")})}}},
            "has a quote or a backslash",
        ),
        ({"inputs": []}, "does not have its inputs where this version of the JSON has them"),
        ({"inputs": {"srcs": {}, "drvs": {}}}, "inputs of the wrong kind"),
        ({"inputs": {"srcs": [], "drvs": []}}, "inputs of the wrong kind"),
        ({"inputs": {"srcs": [5], "drvs": {}}}, "input source 0: a store path must be a text, not 5"),
        ({"inputs": {"srcs": [], "drvs": {BASE: []}}}, "does not end in .drv"),
        ({"inputs": {"srcs": [], "drvs": {f"{BASE}.drv": "out"}}}, "input derivation 0000"),
        ({"inputs": {"srcs": [], "drvs": {f"{BASE}.drv": {"outputs": [5], "dynamicOutputs": {}}}}}, "must be texts"),
        ({"inputs": {"srcs": [], "drvs": {f"{BASE}.drv": {"outputs": ["out"]}}}}, "not shaped as Nix writes it"),
        ({"name": "other"}, "has another name in its path than in the field 'name': 'other'"),
        ({"name": 5}, "has another name in its path"),
        ({"structuredAttrs": []}, "a list in the field 'structuredAttrs', not an object"),
        ({"structuredAttrs": {}, "env": {"__json": "{}"}}, "structured attributes twice"),
        ({"version": 5}, "says version 5 where version 4 is due"),
        ({"env": {"out": f"/nix/store/{'1' * 32}-hello"}}, "while its environment says"),
    ],
)
def test_a_fault_is_named_with_its_derivation_and_its_field(changes: dict[str, object], words: str) -> None:
    message = complaint(document(**changes))
    assert f"{BASE}.drv" in message
    assert words in message


@pytest.mark.parametrize("name", ["a b", "é", "a/b", "a\n", "", "a" * 300])
def test_an_output_without_a_path_has_nearly_any_name(name: str) -> None:
    data = json.dumps(document(outputs={name: {}, "a.b+c-d_e?f=g": {"path": BASE}})).encode()
    (found,) = read_dump(data, source="base.json").derivations.values()

    assert [*found.outputs] == [name, "a.b+c-d_e?f=g"]


@pytest.mark.parametrize("field", ["args", "builder", "env", "inputs", "outputs", "system"])
def test_a_missing_field_is_named(field: str) -> None:
    broken = document()
    del broken["derivations"][f"{BASE}.drv"][field]
    assert "inputs" in complaint(broken) if field == "inputs" else f"has no field '{field}'" in complaint(broken)


def test_dynamic_outputs_that_nest_without_end_are_refused() -> None:
    used: dict[str, Any] = {"outputs": [], "dynamicOutputs": {}}
    for _ in range(100):
        used = {"outputs": [], "dynamicOutputs": {"out": used}}
    assert "nested deeper than 64 levels" in complaint(document(inputs={"srcs": [], "drvs": {f"{BASE}.drv": used}}))


def test_structured_attributes_that_nest_without_end_are_refused() -> None:
    text = json.dumps(document(structuredAttrs={"a": 0}))
    nested = text.replace('{"a": 0}', '{"a": ' + "[" * 990 + "1.5" + "]" * 990 + "}")
    assert f"{BASE}.drv: is nested too deeply" in complaint(nested.encode())


@pytest.mark.parametrize("release", STYLES)
@given(data=st.data())
def test_two_records_under_one_path_are_refused(release: str, data: st.DataObject) -> None:
    dump = data.draw(dumps(dynamic=False))
    text = write_dump(dump, STYLES[release]).decode()
    key = json.dumps(next(iter(json.loads(text).get("derivations", json.loads(text)))))
    start = text.index(key)
    _, end = json.JSONDecoder().raw_decode(text, text.index("{", start + len(key)))
    doubled = f"{text[:end]}, {text[start:]}"
    assert "two values under one key" in complaint(doubled.encode())


def test_two_store_directories_in_one_dump_are_refused() -> None:
    flat = json.loads((SAMPLES / "derivation-2.26.json").read_bytes())
    key = next(iter(flat))
    flat[key.replace("/nix", "/gnu")] = flat.pop(key)
    with pytest.raises(IncompleteGraphError, match=r"base\.json: two store directories"):
        read_dump(json.dumps(flat).encode(), source="base.json")


def test_base_names_of_two_store_directories_are_told_apart_by_the_environment() -> None:
    two = document()
    other = BASE.replace("0", "1")
    two["derivations"][f"{other}.drv"] = record(outputs={"out": {"path": other}}, env={"out": f"/gnu/store/{other}"})
    with pytest.raises(IncompleteGraphError, match="two store directories"):
        read_dump(json.dumps(two).encode(), source="base.json")


@pytest.mark.parametrize("sample", DOCUMENTS)
@given(data=st.data())
def test_a_truncated_dump_names_the_file_and_says_so(sample: str, data: st.DataObject) -> None:
    text = (SAMPLES / f"{sample}.json").read_bytes().rstrip()
    length = data.draw(st.integers(1, len(text) - 1))
    message = complaint(text[:length])
    assert "cut off" in message or text[:length].rstrip().endswith(b"}")


JUNK: list[object] = [None, 5, True, 1.5, "x", "", [], {}, ["x"], [5], {"a": 1}, {"path": 5}, [[]], {"out": {}}]


@pytest.mark.parametrize("sample", DOCUMENTS)
@given(data=st.data())
def test_a_wrong_value_anywhere_is_refused_or_harmless_but_never_another_exception(
    sample: str, data: st.DataObject
) -> None:
    damaged = copy.deepcopy(DOCUMENTS[sample])
    holder, key = data.draw(st.sampled_from(list(places(damaged))))
    holder[key] = data.draw(st.sampled_from(JUNK))
    try:
        dump = read_dump(json.dumps(damaged).encode(), source="base.json")
    except InvalidInputError:
        complaint(damaged)
    else:
        assert_well_typed(dump)


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """List every place in a document where a value stands."""
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from places(child)


def assert_well_typed(dump: Dump) -> None:
    for path, derivation in dump.derivations.items():
        texts = [path, derivation.name, derivation.system, derivation.builder, *derivation.args]
        texts += [*derivation.env, *derivation.env.values(), *derivation.input_sources, *derivation.outputs]
        assert all(type(text) is str for text in texts)
        assert derivation.structured_attrs is None or type(derivation.structured_attrs) is str
        for used in derivation.input_derivations.values():
            assert_used_well_typed(used)


def assert_used_well_typed(used: InputDerivation) -> None:
    assert all(type(output) is str for output in used.outputs)
    for child in used.dynamic_outputs.values():
        assert_used_well_typed(child)


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    if data.strip() != b"{}":
        complaint(data)
