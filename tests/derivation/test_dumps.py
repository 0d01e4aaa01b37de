import gc
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.dumps import merge_dumps, read_dump
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import Dump, FixedOutput, InputAddressedOutput

from .dumping import STYLES, write_dump
from .strategies import dumps, stray_texts

everywhere = pytest.mark.parametrize("release", STYLES)


@everywhere
@given(data=st.data(), indent=st.sampled_from([None, 2]))
def test_reading_what_a_release_writes_gives_the_same_derivations(
    release: str, data: st.DataObject, indent: int | None
) -> None:
    dump = data.draw(dumps(dynamic=not STYLES[release].listed_inputs))
    assert read_dump(write_dump(dump, STYLES[release], indent=indent), source="x") == dump


@given(dump=dumps(dynamic=False, values=stray_texts))
def test_bytes_that_are_not_utf8_survive_in_the_shape_of_the_release_that_prints_them(dump: Dump) -> None:
    assert read_dump(write_dump(dump, STYLES["2.8"]), source="x") == dump


@given(dump=dumps())
def test_input_sources_and_outputs_are_sorted_whatever_their_order(dump: Dump) -> None:
    document = json.loads(write_dump(dump, STYLES["2.34"]))
    for record in document["derivations"].values():
        record["inputs"]["srcs"].reverse()
        for used in record["inputs"]["drvs"].values():
            used["outputs"].reverse()
    assert read_dump(json.dumps(document).encode(), source="x") == dump


@everywhere
def test_a_dump_of_nothing_is_empty_and_of_the_usual_store(release: str) -> None:
    assert read_dump(write_dump(Dump("/x", {}), STYLES[release]), source="x") == Dump("/nix/store", {})


@pytest.mark.parametrize("was_on", [True, False])
@pytest.mark.parametrize("data", [b"{}", b"broken"])
def test_the_cyclic_collector_is_left_as_it_was(data: bytes, was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    try:
        read_dump(data, source="x")
    except InvalidInputError:
        assert data == b"broken"
    finally:
        is_on = gc.isenabled()
        gc.enable()
    assert is_on is was_on


@given(dump=dumps(), parts=st.integers(1, 3))
def test_merging_parts_that_overlap_gives_the_whole(dump: Dump, parts: int) -> None:
    whole = list(dump.derivations.items())
    pieces = [Dump(dump.store_dir, dict(whole[start::parts] + whole[:1])) for start in range(parts)]
    assert merge_dumps([*pieces, Dump("/nix/store", {})]) == dump


def test_merging_nothing_gives_nothing() -> None:
    assert merge_dumps([]) == Dump("/nix/store", {})


def test_merging_refuses_two_records_of_one_derivation(plain: bytes) -> None:
    other = plain.replace(b"/bin/sh", b"/bin/false")
    with pytest.raises(InvalidInputError, match=r"two dumps disagree about .*-hello\.drv"):
        merge_dumps([read_dump(plain, source="a"), read_dump(other, source="b")])


def test_merging_refuses_two_store_directories(plain: bytes) -> None:
    other = plain.replace(b"/nix/store", b"/gnu/store")
    with pytest.raises(IncompleteGraphError, match="/gnu/store and /nix/store"):
        merge_dumps([read_dump(plain, source="a"), read_dump(other, source="b")])


PATH = "00000000000000000000000000000000-hello"


@pytest.fixture
def plain() -> bytes:
    record = {
        "args": [],
        "builder": "/bin/sh",
        "env": {"out": f"/nix/store/{PATH}"},
        "inputs": {"drvs": {}, "srcs": []},
        "name": "hello",
        "outputs": {"out": {"path": PATH}},
        "system": "x86_64-linux",
        "version": 4,
    }
    return json.dumps({"derivations": {f"{PATH}.drv": record}, "version": 4}).encode()


def test_a_variable_that_is_called_like_a_field_of_the_json_is_no_double(plain: bytes) -> None:
    data = plain.replace(b'"env": {', b'"env": {"drvs": "drvs", "inputDrvs": "", ')
    assert len(read_dump(data, source="x").derivations) == 1


def test_a_byte_order_mark_is_skipped(plain: bytes) -> None:
    assert read_dump(b"\xef\xbb\xbf" + plain, source="x") == read_dump(plain, source="x")


@pytest.mark.parametrize(
    "spelling",
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_a_fixed_output_has_one_digest_in_every_notation(plain: bytes, spelling: str) -> None:
    document = json.loads(plain)
    record = document["derivations"][f"{PATH}.drv"]
    record["outputs"]["out"] = {"method": "nar", "hash": spelling, "hashAlgo": "sha256"}
    record["env"] = {}
    (derivation,) = read_dump(json.dumps(document).encode(), source="x").derivations.values()
    output = derivation.outputs["out"]
    assert isinstance(output, FixedOutput)
    assert output.digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_store_directory_is_found_in_any_text_of_a_record(plain: bytes) -> None:
    document = json.loads(plain)
    record = document["derivations"][f"{PATH}.drv"]
    record["env"] = {}
    record["args"] = ["-e", f"/gnu/store/{PATH}.sh"]
    dump = read_dump(json.dumps(document).encode(), source="x")
    assert dump.store_dir == "/gnu/store"
    (derivation,) = dump.derivations.values()
    assert isinstance(derivation.outputs["out"], InputAddressedOutput)
