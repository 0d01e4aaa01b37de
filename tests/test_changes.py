"""What git says of changes, in every spelling, and back to text again."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.changes import (
    EXECUTABLE_MODE,
    FILE_MODE,
    Change,
    ChangeKind,
    FileState,
    parse_name_status,
    parse_raw_diff,
    shown,
)
from nixdrift.errors import InvalidInputError

ZERO, ONE, TWO = "0" * 40, "1" * 40, "2" * 40

paths = st.binary(min_size=1, max_size=20).filter(lambda name: b"\0" not in name and name != b".")


def raw(before: str, after: str, old: str, new: str, status: str, path: bytes) -> bytes:
    return f":{before} {after} {old} {new} {status}".encode() + b"\0" + path + b"\0"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            raw("000000", FILE_MODE, ZERO, ONE, "A", b"a"),
            Change("a", ChangeKind.ADDED, None, FileState(FILE_MODE, ONE)),
        ),
        (
            raw(FILE_MODE, "000000", ONE, ZERO, "D", b"a"),
            Change("a", ChangeKind.REMOVED, FileState(FILE_MODE, ONE), None),
        ),
        (
            raw(FILE_MODE, EXECUTABLE_MODE, ONE, ONE, "M", b"a"),
            Change("a", ChangeKind.MODIFIED, FileState(FILE_MODE, ONE), FileState(EXECUTABLE_MODE, ONE)),
        ),
        (
            raw(FILE_MODE, "120000", ONE, TWO, "T", b"a\nb\xff"),
            Change("a\nb\udcff", ChangeKind.MODIFIED, FileState(FILE_MODE, ONE), FileState("120000", TWO)),
        ),
    ],
    ids=["added", "removed", "mode", "type"],
)
def test_a_raw_diff_gives_each_change_with_its_states(record: bytes, expected: Change) -> None:
    assert parse_raw_diff(record) == (expected,)


def test_an_empty_raw_diff_is_no_change() -> None:
    assert parse_raw_diff(b"") == ()


def test_the_changes_of_a_raw_diff_are_sorted_by_path() -> None:
    records = b"".join(raw("000000", FILE_MODE, ZERO, ONE, "A", path) for path in (b"b", b"a/c", b"a"))

    assert [change.path for change in parse_raw_diff(records)] == ["a", "a/c", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"M\ta/b.c\n", [("a/b.c", "modified")]),
        (b"T\ta\n", [("a", "modified")]),
        (b"A\tnew\nD\told\n", [("new", "added"), ("old", "removed")]),
        (b"R097\told\tnew\n", [("new", "added"), ("old", "removed")]),
        (b"C100\told\tnew\n", [("new", "added")]),
        (b"M\ta\r\n", [("a", "modified")]),
        (b'M\t"tab\\there\\303\\274"\n', [("tab\thereü", "modified")]),
        (b'M\t"a\\"b\\\\c"\n', [('a"b\\c', "modified")]),
        (b"M\twith space\n\n", [("with space", "modified")]),
        (b"M\0a\nb\0A\0c\0", [("a\nb", "modified"), ("c", "added")]),
        (b"R100\0old\0new\0", [("new", "added"), ("old", "removed")]),
        (b"", []),
    ],
)
def test_a_list_of_changes_is_read_with_nul_or_by_line(text: bytes, expected: list[tuple[str, str]]) -> None:
    found = parse_name_status(text, source="changes")

    assert [(change.path, change.kind.value) for change in found] == expected


def test_a_path_that_is_removed_and_added_again_is_modified() -> None:
    found = parse_name_status(b"R100\0a\0b\0R100\0b\0a\0", source="changes")

    assert [(change.path, change.kind) for change in found] == [("a", ChangeKind.MODIFIED), ("b", ChangeKind.MODIFIED)]


@pytest.mark.parametrize(
    "text", [b"X\ta\n", b"M\n", b"M\ta\tb\n", b"R100\ta\n", b"a\n", b"M\t/etc/passwd\n", b"M\t../a\n", b"M\0\0"]
)
def test_what_is_no_list_of_changes_is_refused_and_named(text: bytes) -> None:
    with pytest.raises(InvalidInputError, match="the list"):
        parse_name_status(text, source="the list")


@given(paths)
def test_a_path_of_any_bytes_comes_back_from_a_list_with_nul(name: bytes) -> None:
    path = name.replace(b"/", b"_").replace(b"..", b"__")

    (change,) = parse_name_status(b"M\0" + path + b"\0", source="changes")

    assert os.fsencode(change.path) == path


@given(paths)
def test_what_is_shown_of_a_path_is_one_line_of_text_from_which_git_would_read_it_again(name: bytes) -> None:
    path = os.fsdecode(name.replace(b"/", b"_").replace(b"..", b"__"))

    text = shown(path)

    assert text.isprintable()
    (change,) = parse_name_status(f"M\t{text}\n".encode(), source="changes")
    assert change.path == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a/b c.txt", "a/b c.txt"),
        ("ü", "ü"),
        ("a\nb", '"a\\nb"'),
        ('"', '"\\""'),
        ("\udcff", '"\\377"'),
        ("\x1b[31m", '"\\033[31m"'),
        ("back\\slash", "back\\slash"),
    ],
)
def test_a_path_is_shown_as_it_is_unless_it_holds_unusual_bytes(path: str, text: str) -> None:
    assert shown(path) == text
