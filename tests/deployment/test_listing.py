"""Lists of store paths: what each release of Nix printed, what hypothesis writes, and what is no list at all."""

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.deployment import Deployed, parse_listing
from nixdrift.errors import InvalidInputError
from nixdrift.model import name_of
from tests.deployment.writing import HASH, WITH_SIZES, WITHOUT_SIZES, Closure, closures, lines, registration

RECORDED = Path(__file__).parent.parent.parent / "fixtures" / "closures"
RELEASES = ("2.8", "2.26", "2.34")
STORE = "/tmp/nixdrift-closures/store"  # noqa: S108 - where they were recorded
SIZES = {"app": 248, "app.nix": 544, "lib": 120, "text": 184}
A = f"/nix/store/{'a' * 32}-a"
B = f"/nix/store/{'b' * 32}-b"


def recorded(release: str, name: str) -> Deployed:
    return parse_listing((RECORDED / release / name).read_bytes(), source=name)


def sizes(deployed: Deployed) -> dict[str, int]:
    return {name_of(path): size for path, size in deployed.sizes.items()}


def every_recording(*names: str) -> list[tuple[str, str]]:
    return [(release, name) for release in RELEASES for name in names if (RECORDED / release / name).exists()]


@pytest.mark.parametrize(
    ("release", "name"), every_recording("closure.json", "sized.json", "cache.json", "closure-1.json", "closure-2.json")
)
def test_what_path_info_printed_is_read_with_its_sizes(release: str, name: str) -> None:
    deployed = recorded(release, name)
    assert sizes(deployed) == SIZES
    assert deployed.paths == deployed.sizes.keys()
    assert (deployed.store_dir, deployed.is_closure, deployed.described) == (STORE, True, name)


@pytest.mark.parametrize("release", RELEASES)
def test_every_list_of_one_closure_gives_the_same_paths(release: str) -> None:
    paths = recorded(release, "closure.json").paths
    assert recorded(release, "requisites.txt").paths == paths
    assert {path for path in recorded(release, "registration.txt").paths if not path.endswith(".drv")} == paths


@pytest.mark.parametrize("release", RELEASES)
def test_a_registration_says_the_sizes_as_well(release: str) -> None:
    found = sizes(recorded(release, "registration.txt"))
    assert {name: found[name] for name in SIZES} == SIZES


@pytest.mark.parametrize(("release", "name"), every_recording("alone.json", "absent.json", "absent-2.json"))
def test_a_path_without_what_it_refers_to_is_no_whole_closure(release: str, name: str) -> None:
    with pytest.raises(InvalidInputError, match=r"is no whole closure: \S+-app refers to \S+-(lib|text)") as raised:
        recorded(release, name)
    assert "--recursive" in str(raised.value.hint)


@pytest.mark.parametrize("release", RELEASES)
def test_a_tree_is_refused_with_what_to_print_in_its_place(release: str) -> None:
    with pytest.raises(InvalidInputError, match=r"tree\.txt: line 2 is no store path: '├───/tmp/") as raised:
        recorded(release, "tree.txt")
    assert "nix-store --query --requisites" in str(raised.value.hint)


def test_the_tree_of_an_older_release_is_one_too() -> None:
    with pytest.raises(InvalidInputError, match="line 2 is no store path") as raised:
        parse_listing(f"{A}\n+---{B}\n".encode(), source="a list")
    assert "a tree is for people" in str(raised.value.hint)


@pytest.mark.parametrize("write", [*WITHOUT_SIZES, *WITH_SIZES])
@given(closure=closures())
def test_a_closure_reads_back_from_whatever_it_is_written_as(
    write: Callable[[Closure], bytes], closure: Closure
) -> None:
    deployed = parse_listing(write(closure), source="a list")
    assert deployed.paths == closure.references.keys()
    assert deployed.sizes == (closure.sizes if write in WITH_SIZES else {})
    assert deployed.store_dir == closure.store_dir


@given(closure=closures(), end=st.integers(0, 5000))
def test_a_registration_that_is_cut_off_is_refused_or_ends_with_a_whole_record(closure: Closure, end: int) -> None:
    whole = registration(closure)
    assert len(parse_listing(whole, source="r").paths) == len(closure.references)
    # Within its first line it is a list of one path, as far as anybody can tell.
    cut = whole[: max(end % len(whole), whole.index(b"\n") + 2)]
    try:
        found = parse_listing(cut, source="r").paths
    except InvalidInputError:
        return
    assert found <= closure.references.keys()


VALID = {"narHash": HASH, "narSize": 1, "references": []}


@pytest.mark.parametrize(
    "document",
    [
        [{"path": A, **VALID}, {"path": B, "valid": False}],
        {A: VALID, B: None},
        {"info": {A[11:]: VALID, B[11:]: None}, "storeDir": "/nix/store", "version": 2},
    ],
)
def test_a_path_that_is_not_valid_is_not_deployed(document: object) -> None:
    assert parse_listing(orjson.dumps(document), source="a list").paths == {A[11:]}


@pytest.mark.parametrize("document", [[{"path": A, "valid": False}], {A: None}])
def test_only_invalid_paths_are_an_error(document: object) -> None:
    with pytest.raises(InvalidInputError, match="a list lists only paths that are not valid"):
        parse_listing(orjson.dumps(document), source="a list")


def test_a_size_of_zero_is_one_that_is_not_known() -> None:
    assert parse_listing(orjson.dumps({A: {**VALID, "narSize": 0}}), source="a list").sizes == {}
    del (record := dict(VALID))["narSize"]
    assert parse_listing(orjson.dumps({A: record}), source="a list").sizes == {}


def test_blank_lines_say_nothing() -> None:
    assert parse_listing(f"\n{A}\n\n{B}\n\n".encode(), source="a list").paths == {A[11:], B[11:]}


EMPTY = [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"[]", b"{}", b'{"info":{},"storeDir":"/nix/store","version":2}']


@pytest.mark.parametrize("data", EMPTY)
def test_an_empty_list_is_an_error(data: bytes) -> None:
    with pytest.raises(InvalidInputError, match="a list is empty") as raised:
        parse_listing(data, source="a list")
    assert "nix path-info --recursive --json" in str(raised.value.hint)


NO_LINES = {
    "a comment": (f"# the closure\n{A}\n".encode(), r"line 1 is no store path: '# the closure'"),
    "a path below a store object": (f"{A}\n{A}/bin\n".encode(), "line 2 is no store path"),
    "a base name": (A[11:].encode(), "line 1 is no store path"),
    "spaces around": (f" {A}\n".encode(), "line 1 is no store path"),
    "sizes after it": (f"{A}\t 120.0\n".encode(), r"line 1 is no store path: '.*\\t 120\.0'"),
    "two on a line": (f"{A} {B}\n".encode(), "line 1 is no store path"),
    "a relative store": (f"{A[1:]}\n".encode(), "line 1 is no store path"),
    "dots in the store": (f"/nix/../nix/store/{A[11:]}\n".encode(), "line 1 is no store path"),
    "the end of Unix": (f"{A}\n\0\n".encode(), r"line 2 is no store path: '\\x00'"),
    "stray bytes": (f"{A}\n/nix/store/\xff\n".encode("latin-1"), r"line 2 is no store path: '/nix/store/\\udcff'"),
    "UTF-16": (f"{A}\n".encode("utf-16"), "line 1 is no store path"),
    "a very long line": (b"/nix/store/" + b"a" * 10_000_000, r"line 1 is no store path: '/nix/store/a{69}'…$"),
    "colours": (f"\x1b[31m{A}\n".encode(), r"line 1 is no store path: '\\x1b\[31m/nix"),
    "two stores": (f"{A}\n/gnu/store/{B[11:]}\n".encode(), r"line 2 is of the store '/gnu/store', and what stands"),
}


@pytest.mark.parametrize(("data", "complaint"), NO_LINES.values(), ids=NO_LINES)
def test_a_line_that_is_no_store_path_is_said_with_its_number(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint) as raised:
        parse_listing(data, source="a list")
    assert raised.value.message.startswith("a list: ")
    assert raised.value.hint
    assert raised.value.message.isprintable()


NO_DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"/nix/store', "cannot be read"),
    "stray bytes": (b'["\xff"]', "cannot be read"),
    "nesting": (b"[" * 100_000, "nested too deeply"),
    "not a number": (b"[NaN]", "NaN is not a JSON value"),
    "a huge number": (b'{"' + A.encode() + b'":{"narSize":' + b"9" * 5000 + b"}}", "cannot be read"),
    "a path twice": (orjson.dumps({A: VALID})[:-1] + b"," + orjson.dumps({A: None})[1:], "two values under one key"),
    "two things of a path": (orjson.dumps([{"path": A, **VALID}, {"path": A, "valid": False}]), "says two things of"),
    "texts": (b'["/nix/store"]', "entry 1 has no path"),
    "numbers": (b"[1]", "entry 1 has no path"),
    "derivations": (orjson.dumps({f"{A}.drv": {"outputs": {}, "env": {}}}), "is not what `nix path-info` prints"),
    "other keys": (b'{"name": {}}', "has an entry that is no store path: 'name'"),
    "a text for an object": (orjson.dumps({A: "x"}), "has a text for a{32}-a"),
    "true": (orjson.dumps({A: True}), "has a truth value for"),
    "references that are none": (orjson.dumps({A: {**VALID, "references": "x"}}), "has no references or no hash"),
    "a number as a reference": (orjson.dumps({A: {**VALID, "references": [1]}}), "that is not a text"),
    "a reference elsewhere": (
        orjson.dumps({A: {**VALID, "references": [f"/gnu/store/{B[11:]}"]}}),
        "has a reference of a{32}-a that is of the store '/gnu/store'",
    ),
    "a negative size": (orjson.dumps({A: {**VALID, "narSize": -1}}), "a size of a{32}-a that is none: '-1'"),
    "a true size": (orjson.dumps({A: {**VALID, "narSize": True}}), "a size of a{32}-a that is none: 'True'"),
    "a size as text": (orjson.dumps({A: {**VALID, "narSize": "1"}}), "a size of a{32}-a that is none"),
    "a size too large": (orjson.dumps({A: {**VALID, "narSize": 1 << 63}}), "a size of a{32}-a that is none"),
    "a later format": (b'{"info":{},"storeDir":"/nix/store","version":3}', "is in format '3' of `nix path-info`"),
    "format 2 without a store": (b'{"info":{},"version":2}', "does not have its store directory"),
    "format 2 with a list": (b'{"info":[],"storeDir":"/x","version":2}', "does not have its store directory"),
    "format 2 with an odd store": (
        orjson.dumps({"info": {A[11:]: None}, "storeDir": "nix", "version": 2}),
        "has an entry that is no store path",
    ),
    "format 2 with full paths": (
        orjson.dumps({"info": {A: None}, "storeDir": "/nix/store", "version": 2}),
        "is of the store '/nix/store//nix/store'|is no store path",
    ),
}


@pytest.mark.parametrize(("data", "complaint"), NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_json_of_something_else_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint) as raised:
        parse_listing(data, source="a list")
    assert raised.value.message.startswith("a list ")
    assert raised.value.hint
    assert len(raised.value.message) < 400


NO_REGISTRATIONS = {
    "no end": (f"{A}\n{'a' * 64}\n1\n", "is cut off: the record at line 1 has no end"),
    "fewer references than said": (f"{A}\n{'a' * 64}\n1\n\n2\n{A}", "is cut off: the record at line 1 has no end"),
    "a size in words": (f"{A}\n{'a' * 64}\nlarge\n\n0\n", "line 3 is no number: 'large'"),
    "a negative count": (f"{A}\n{'a' * 64}\n1\n\n-1\n", "line 5 is no number"),
    "no path": (f"{A}\n{'a' * 64}\n1\n\n0\nx\n{'a' * 64}\n1\n\n0\n", "line 6 is no store path: 'x'"),
    "a reference that is absent": (f"{A}\n{'a' * 64}\n1\n\n1\n{B}\n", "is no whole closure"),
}


@pytest.mark.parametrize(("text", "complaint"), NO_REGISTRATIONS.values(), ids=NO_REGISTRATIONS)
def test_a_damaged_registration_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        parse_listing(text.encode(), source="a list")


def test_the_registration_of_an_image_has_its_hashes_in_another_notation() -> None:
    digest = "sha256:1pchzxghjcgh3x127pdpcdyqw4dk3j7hzwr9s66h738jizaakkqr"
    deployed = parse_listing(f"{A}\n{digest}\n120\n\n1\n{A}\n".encode(), source="registration")
    assert deployed.sizes == {A[11:]: 120}


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"{A}\n{text}".encode("utf-8", "replace")))
def test_whatever_it_is_is_read_or_refused(data: bytes) -> None:
    try:
        assert parse_listing(data, source="a list").paths
    except InvalidInputError as error:
        assert error.hint  # noqa: PT017
        assert "\n" not in error.message  # noqa: PT017


@given(closures(), st.randoms())
def test_the_order_of_lines_and_repeated_lines_do_not_matter(closure: Closure, random: object) -> None:
    shuffled = re.findall(rb".+\n", lines(closure)) * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert parse_listing(b"".join(shuffled), source="x") == parse_listing(lines(closure), source="x")
