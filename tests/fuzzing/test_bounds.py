"""Inputs that are large in one way: they are refused or read, in linear time and with memory for a few copies."""

import json
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice

import pytest

from nixdrift.cache import records, value_of
from nixdrift.deployment import parse_listing
from nixdrift.derivation.dumps import read_dump
from nixdrift.errors import NixdriftError
from nixdrift.flakes.inputs import asked_inputs
from nixdrift.nix import parse_attribute_path
from nixdrift.nix.messages import message_of
from nixdrift.snapshot import read_snapshot
from tests.fuzzing.reading.snapshots import sealed
from tests.fuzzing.run import Tally
from tests.fuzzing.seeds import LOCKS, TWINS, dumps, reports
from tests.fuzzing.targets import TARGETS
from tests.test_growth import cost

MEGABYTE = 1 << 20
GIANT = b'"' + b"x" * (20 * MEGABYTE) + b'"'
NESTED = b"[" * 100_000
NESTED_OBJECTS = b'{"a":' * 100_000
IN_JSON = ("dump", "twins", "snapshot-document", "report", "baseline", "flake-lock", "jobs", "closure")
IN_PYTHON = ("configuration", "flake")
"""What is read character by character: a megabyte is as much work there."""


def came_of(name: str, data: bytes) -> Tally:
    """Give what came of one input; what hangs is stopped, and is a finding."""
    tally = Tally()
    tally.take(TARGETS[name], data)
    return tally


@contextmanager
def memory() -> Iterator[list[int]]:
    """Give the most bytes that Python had at once."""
    peak = [0]
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak[0] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("data", [NESTED, NESTED_OBJECTS, b"a = " + NESTED, b"{ a = " + NESTED_OBJECTS])
def test_what_is_nested_deeply_is_refused(name: str, data: bytes) -> None:
    assert not came_of(name, data).findings


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b"{ a = ", b"("])
def test_a_field_that_is_nested_just_so_deeply_that_it_is_read_is_refused(opening: bytes) -> None:
    closing = {b"[": b"]", b'{"a":': b"1}", b"{ a = ": b"; }", b"(": b")"}[opening]
    for depth in range(900, 1030, 15):
        value = opening * depth + closing * depth
        for name, data in (
            ("dump", b'{"version":' + value + b',"derivations":{}}'),
            ("closure", b'{"version":' + value + b',"info":{}}'),
            ("report", b'{"version":' + value + b"}"),
            ("jobs", b'{"attr":"a","error":' + value + b"}\n"),
            ("attributes", b'{"a":' + value + b"}"),
            ("flake", b"{ inputs = " + value + b"; }"),
            ("other-locks", b"package.json" + TWINS + value + TWINS + value + b" "),
        ):
            assert not came_of(name, data).findings, (name, depth)


@pytest.mark.parametrize("name", sorted(TARGETS.keys() - {*IN_PYTHON}))
def test_a_giant_text_takes_memory_for_a_few_of_it(name: str) -> None:
    data = GIANT + b"\n"
    with memory() as peak:
        tally = came_of(name, data)

    assert not tally.findings
    assert peak[0] <= 20 * len(data)


@pytest.mark.parametrize("name", IN_PYTHON)
def test_a_large_text_is_refused_where_each_character_is_looked_at(name: str) -> None:
    assert not came_of(name, b"a = " + GIANT[:MEGABYTE]).findings


def test_an_attribute_of_megabytes_takes_memory_for_a_few_of_it() -> None:
    text = '"' + "x" * (2 * MEGABYTE) + '"'
    with memory() as peak:
        assert parse_attribute_path(text) == (text[1:-1],)

    assert peak[0] <= 4 * len(text)


def many(number: int) -> Iterator[tuple[str, bytes]]:
    """Give inputs that have a number of something."""
    numbers = range(number)
    dump = next(one for one in dumps() if b"tofile" in one and len(one) < 1000 and b'"inputDrvs"' in one)
    key, record = next(iter(json.loads(dump).items()))
    yield "dump", json.dumps({key: {**record, "env": {f"v{one}": "" for one in numbers}}}).encode()
    yield "dump", json.dumps({f"{one:032}-a.drv": {} for one in numbers}).encode()
    yield "dump", b"{" + b'"\xff":1,' * number + b'"a":1}'
    variables = b",".join(b'("v%d","\\n")' % one for one in numbers)
    yield "aterm", b'Derive([("out","","","")],[],[],"s","b",[],[%s])' % variables
    yield "aterm", b'Derive([("out","","","")],[' + b'("' * number + b")"
    yield "snapshot-content", b"{}\n" + b"\n" * number
    yield "configuration", b"".join(b"[components.a%d]\n" % one for one in range(number // 20))
    yield "flake", b"{ inputs = {" + b"a=x;" * (number // 10) + b"}; }"
    yield "flake-lock", LOCKS[0].replace(b'"root": {', b'"root": {' + b'"a":{},' * number)
    yield "changes", b"".join(b"M\ta%d\n" % one for one in range(number // 4))
    yield "closure", b"".join(b"/nix/store/%032d-a\n" % one for one in range(number // 4))
    yield "jobs", b"".join(b'{"attr":"a%d","error":"e"}\n' % one for one in range(number // 10))
    report = json.loads(reports()[0])
    yield "report", json.dumps({**report, "ignored": [f"a{one}" for one in range(number // 4)]}).encode()


def nth(inputs: Iterator[tuple[str, bytes]], place: int) -> tuple[str, bytes]:
    return next(islice(inputs, place, None))


@pytest.mark.parametrize("place", range(len([*many(20)])))
def test_a_hundred_thousand_of_something_are_refused_or_read(place: int) -> None:
    name, data = nth(many(100_000), place)

    assert not came_of(name, data).findings


@pytest.mark.parametrize("place", range(len([*many(20)])))
def test_four_times_as_many_cost_four_times_as_much(place: int) -> None:
    (name, small), (_name, large) = (nth(many(number), place) for number in (1_000, 4_000))

    def read(data: bytes) -> None:
        with suppress(NixdriftError):
            TARGETS[name].read(data)

    assert cost(read, large) <= 4.8 * cost(read, small) + 1000


def test_a_registration_is_read_in_one_go() -> None:
    """It was copied once for each of its records: a list of this size took minutes."""
    records = b"".join(b"/nix/store/%032d-a\n%064d\n1\n\n0\n" % (one, one) for one in range(50_000))

    assert not came_of("closure", records).findings
    assert len(parse_listing(records, source="a list").paths) == 50_000


def test_computed_inputs_are_read_in_one_go() -> None:
    """Each wrapped the rest of the expression once more: as many calls within calls as there were inputs."""
    flake = b"{ inputs = { a.url = github:a/b;" + b"b = x;" * 20_000 + b"}; }"

    assert not came_of("flake", flake).findings
    assert [*asked_inputs(flake)] == ["a"]


@pytest.mark.parametrize("text", ["\n" * 200_000, "at a" + ":1" * 50_000, "error:\n" * 20_000, "\x1b[" * 50_000])
def test_a_message_is_read_in_one_go(text: str) -> None:
    data = f"error: a\n{text}"

    assert not came_of("message", data.encode()).findings
    assert message_of(data)


@pytest.mark.parametrize("text", [b"a." * 100_000, b"/*" * 100_000, b'"${' * 20_000])
def test_no_part_of_a_flake_is_looked_through_again_and_again(text: bytes) -> None:
    assert not came_of("flake", b"{ outputs = " + text).findings


def test_a_snapshot_unpacks_to_no_more_than_it_says() -> None:
    bomb = sealed(b"\0" * (100 * MEGABYTE)).replace(b" %d " % (100 * MEGABYTE), b" 1000 ")
    with memory() as peak, pytest.raises(NixdriftError, match="is damaged"):
        read_snapshot(bomb, source="a snapshot")

    assert len(bomb) < MEGABYTE
    assert peak[0] < 4 * len(bomb)


def test_a_snapshot_that_says_that_it_is_larger_than_is_read_is_not_unpacked() -> None:
    bomb = b"nixdrift snapshot 1 %d %s\n" % (1 << 31, b"0" * 64) + zlib.compress(b"\0" * MEGABYTE, wbits=31)
    with memory() as peak, pytest.raises(NixdriftError, match="no more than"):
        read_snapshot(bomb, source="a snapshot")

    assert peak[0] < MEGABYTE


WRONGLY_READ = [
    ("baseline", b'{"version":true,"findings":[]}'),
    ("changes", b"M\ta//b\n"),
    ("changes", b"M\t./a\n"),
    ("report", reports()[0].replace(b'"left_out": 0', b'"left_out": -1')),
]


@pytest.mark.parametrize(("name", "data"), WRONGLY_READ)
def test_what_was_wrongly_read_is_refused(name: str, data: bytes) -> None:
    assert came_of(name, data).refused == 1


def test_a_cache_entry_unpacks_to_no_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST", 1000)
    assert value_of(zlib.compress(b"1" + b" " * 999)) == 1

    with pytest.raises(ValueError, match="too large"):
        value_of(zlib.compress(b"1" + b" " * 1000))


@pytest.mark.parametrize("number", [b"18446744073709551616", b"-9223372036854775809", b"9223372036854775807", b"1e300"])
def test_a_stray_byte_changes_no_number(number: bytes) -> None:
    """A dump with one is read by another reader, whose integers have no end."""
    dump = next(one for one in dumps() if b"tofile" in one and len(one) < 1000 and b'"inputDrvs"' in one)
    key, record = next(iter(json.loads(dump).items()))
    whole = json.dumps({key: {**record, "structuredAttrs": {"a": "@"}, "args": ["!"]}}).encode().replace(b'"@"', number)
    one, other = (
        next(iter(read_dump(data, source="a dump").derivations.values()))
        for data in (whole, whole.replace(b'"!"', b'"\xff"'))
    )

    assert one.structured_attrs == other.structured_attrs
