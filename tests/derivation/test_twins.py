"""Two dumps read together are what each of them is when it is read alone."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.twins import read_twins
from nixdrift.errors import InvalidInputError
from nixdrift.links import links_of, outputs_of
from nixdrift.model import Dump

from .dumping import STYLES, write_dump
from .strategies import dumps, stray_texts
from .test_damaged_dumps import DOCUMENTS, JUNK, SAMPLES, document, places

everywhere = pytest.mark.parametrize("release", STYLES)


def assert_same_as_alone(base: bytes, head: bytes) -> None:
    alone = [read_dump(data, source=name) for name, data in (("base", base), ("head", head))]
    for together, one in zip(read_twins(("base", base), ("head", head)), alone, strict=True):
        assert together.store_dir == one.store_dir
        assert links_of(together.derivations) == links_of(one.derivations) or has_other_notations(one)
        for path, derivation in one.derivations.items():
            assert outputs_of(together.derivations, path) == derivation.outputs
            assert together.derivations[path] == derivation
        assert dict(together.derivations) == one.derivations


def has_other_notations(dump: Dump) -> bool:
    """Tell whether hashes are written otherwise in JSON than in hexadecimal."""
    return bool(links_of(dump.derivations).hashes)


@everywhere
@given(data=st.data(), indent=st.sampled_from([None, 2]))
def test_they_are_read_as_each_is_alone(release: str, data: st.DataObject, indent: int | None) -> None:
    base = data.draw(dumps(dynamic=not STYLES[release].listed_inputs))
    kept = data.draw(st.sets(st.sampled_from(sorted(base.derivations)), min_size=1))
    head = replace(base, derivations={path: one for path, one in base.derivations.items() if path in kept})
    written = [write_dump(dump, STYLES[release], indent=indent) for dump in (base, head)]

    assert_same_as_alone(*written)
    assert_same_as_alone(*reversed(written))


@given(one=dumps(), other=dumps())
def test_two_that_have_nothing_in_common_are_read_as_well(one: Dump, other: Dump) -> None:
    if not one.derivations.keys() & other.derivations.keys():
        assert_same_as_alone(*(write_dump(dump, STYLES["2.34"]) for dump in (one, other)))


@given(dump=dumps(dynamic=False, values=stray_texts))
def test_bytes_that_are_not_utf8_survive(dump: Dump) -> None:
    written = write_dump(dump, STYLES["2.8"])

    assert_same_as_alone(written, written)


@pytest.mark.parametrize("sample", DOCUMENTS)
def test_what_real_releases_write_is_read_as_each_is_alone(sample: str) -> None:
    written = (SAMPLES / f"{sample}.json").read_bytes()

    assert_same_as_alone(written, written)
    for other in DOCUMENTS:
        assert_same_as_alone(written, (SAMPLES / f"{other}.json").read_bytes())


def test_a_record_that_only_one_has_is_checked_at_once() -> None:
    damaged = json.dumps(document(env={"a": 5})).encode()
    sound = (SAMPLES / "derivation-2.34.json").read_bytes()

    with pytest.raises(InvalidInputError, match=r"^head\.json: .*a number in the field 'env\.a'"):
        read_twins(("base.json", sound), ("head.json", damaged))


def test_a_record_that_both_have_is_checked_when_it_is_asked_for() -> None:
    damaged = json.dumps(document(env={"a": 5})).encode()

    base, _head = read_twins(("base.json", damaged), ("head.json", damaged))

    with pytest.raises(InvalidInputError, match=r"^base\.json: .*a number in the field 'env\.a'"):
        list(base.derivations.values())


def test_a_system_that_nix_could_not_read_back_is_refused_at_once() -> None:
    damaged = json.dumps(document(system='a"b')).encode()

    with pytest.raises(InvalidInputError, match=r"^base\.json: .*has a quote or a backslash"):
        read_twins(("base.json", damaged), ("head.json", damaged))


def test_two_records_of_one_derivation_are_refused() -> None:
    one, other = (json.dumps(document(env={"a": text})).encode() for text in ("x", "y"))

    with pytest.raises(InvalidInputError, match=r"base\.json and head\.json disagree about 0{32}-hello\.drv"):
        read_twins(("base.json", one), ("head.json", other))


def test_the_same_record_may_be_written_in_two_ways() -> None:
    written = json.dumps(document()).encode()

    assert_same_as_alone(written, json.dumps(document(), indent=2).encode())


@pytest.mark.parametrize("sample", DOCUMENTS)
@given(data=st.data())
def test_a_wrong_value_anywhere_is_refused_in_a_line_or_harmless(sample: str, data: st.DataObject) -> None:
    damaged = copy.deepcopy(DOCUMENTS[sample])
    holder, key = data.draw(st.sampled_from(list(places(damaged))))
    holder[key] = data.draw(st.sampled_from(JUNK))
    sound = Path(SAMPLES / f"{sample}.json").read_bytes()
    written = json.dumps(damaged).encode()
    alone = attempted(lambda: read_dump(written, source="head.json"))
    head = attempted(lambda: read_twins(("base.json", sound), ("head.json", written))[1])

    if isinstance(head, str):
        assert "\n" not in head
        assert "head.json" in head
        assert isinstance(alone, str) or "disagree" in head
    else:
        assert isinstance(alone, Dump)
        assert dict(head.derivations) == alone.derivations


def attempted(read: Callable[[], Dump]) -> Dump | str:
    """Give what was read, or what was said against it."""
    try:
        return read()
    except InvalidInputError as error:
        return error.message
