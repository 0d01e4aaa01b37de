"""What is kept comes back as it was, or not at all."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.cache import DirectoryStorage, Records, key_of, open_storage
from nixdrift.cache.records import sealed, unsealed
from nixdrift.errors import UsageError

KEY = "0" * 64
OTHER = "1" * 64

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.binary().map(os.fsdecode),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path)

    storage.write(f"steps/{KEY}", b"content")

    assert storage.has(f"steps/{KEY}")
    assert storage.read(f"steps/{KEY}") == b"content"
    assert storage.read(f"steps/{OTHER}") is None
    assert [(one.name, one.size) for one in storage.entries()] == [(f"steps/{KEY}", 7)]


@given(plain)
def test_a_value_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    records = Records(DirectoryStorage(tmp_path_factory.mktemp("cache")))

    assert records.store_value("steps", KEY, value)

    assert records.load_value("steps", KEY) == value


@given(st.binary(), st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(content: bytes, place: int, flip: int) -> None:
    data = bytearray(sealed(f"steps/{KEY}", content))
    data[place % len(data)] ^= flip

    with pytest.raises(ValueError, match="not as it was made"):
        unsealed(f"steps/{KEY}", bytes(data))


@given(st.binary(min_size=1), st.integers(0, 10_000))
def test_no_missing_end_goes_unnoticed(content: bytes, length: int) -> None:
    data = sealed(f"steps/{KEY}", content)

    with pytest.raises(ValueError, match="not as it was made"):
        unsealed(f"steps/{KEY}", data[: length % len(data)])


def test_an_entry_under_another_ones_name_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    records = Records(DirectoryStorage(tmp_path), said.append)
    records.store("steps", KEY, b"content")
    (tmp_path / "steps" / KEY).rename(tmp_path / "steps" / OTHER)

    assert records.load("steps", OTHER) is None
    assert said == [f"the cache entry steps/{OTHER[:12]} is damaged: it is made again"]


def test_a_link_in_the_place_of_an_entry_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / KEY).symlink_to(tmp_path / "secret")

    assert DirectoryStorage(tmp_path).read(f"steps/{KEY}") is None
    DirectoryStorage(tmp_path).write(f"steps/{KEY}", b"mine")

    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_link_in_the_place_of_a_directory_of_entries_is_not_followed(tmp_path: Path) -> None:
    storage, other = DirectoryStorage(tmp_path / "cache"), DirectoryStorage(tmp_path / "other")
    other.write(f"steps/{KEY}", b"somebody else's")
    (tmp_path / "other" / "steps" / ".new-x").write_bytes(b"being written")
    storage.directory.mkdir()
    (storage.directory / "steps").symlink_to(tmp_path / "other" / "steps")

    assert storage.read(f"steps/{KEY}") is None
    assert not storage.has(f"steps/{KEY}")
    assert list(storage.entries()) == []
    storage.sweep(before=2**40)
    for change in (lambda: storage.write(f"steps/{OTHER}", b"mine"), lambda: storage.remove(f"steps/{KEY}")):
        with pytest.raises(OSError, match="symbolic links"):
            change()
    assert {file.name for file in (tmp_path / "other" / "steps").iterdir()} == {KEY, ".new-x"}


@pytest.mark.parametrize("name", ["steps/../../x", f"/steps/{KEY}", f"steps/{KEY}/x", "steps/short", f"Steps/{KEY}"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name of an entry"):
        DirectoryStorage(tmp_path).write(name, b"")


def test_many_writers_leave_one_whole_entry(tmp_path: Path) -> None:
    contents = [bytes([number]) * 100_000 for number in range(8)]

    def write_and_read(content: bytes) -> bytes | None:
        storage = DirectoryStorage(tmp_path)
        storage.write(f"steps/{KEY}", content)
        return storage.read(f"steps/{KEY}")

    with ThreadPoolExecutor(8) as executor:
        assert set(executor.map(write_and_read, contents * 8)) <= set(contents)
    assert [path.name for path in (tmp_path / "steps").iterdir()] == [KEY]


def test_what_a_killed_run_left_is_no_entry(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path)
    storage.write(f"steps/{KEY}", b"content")
    left = tmp_path / "steps" / ".new-abc"
    left.write_bytes(b"half")

    assert len(list(storage.entries())) == 1
    storage.sweep(left.stat().st_mtime + 1)

    assert not left.exists()
    assert storage.has(f"steps/{KEY}")


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="cannot write the cache"):
        open_storage(str(tmp_path / "file" / "cache"))


def test_a_write_that_fails_later_is_told_once(tmp_path: Path) -> None:
    said: list[str] = []
    records = Records(DirectoryStorage(tmp_path), said.append)
    (tmp_path / "steps").write_text("a file in the way")

    assert not records.store("steps", KEY, b"")
    assert not records.store("steps", OTHER, b"")

    assert len(said) == 1
    assert said[0].startswith(f"cannot keep results in {tmp_path}")


def test_reading_an_entry_says_that_it_is_of_use(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path)
    storage.write(f"steps/{KEY}", b"content")
    os.utime(tmp_path / "steps" / KEY, (1, 1))

    storage.read(f"steps/{KEY}", is_use=False)
    assert next(storage.entries()).used == 1
    storage.read(f"steps/{KEY}")
    assert next(storage.entries()).used > 1


@given(st.dictionaries(st.text(), plain, max_size=4), st.dictionaries(st.text(), plain, max_size=4))
def test_names_differ_where_values_do(one: dict[str, object], other: dict[str, object]) -> None:
    # JSON knows no difference of order, and one of type: True is not 1.
    assert (key_of(one) == key_of(other)) == (repr(sorted(one.items())) == repr(sorted(other.items())) or one == other)


def test_a_url_of_this_machine_is_a_directory(tmp_path: Path) -> None:
    storage = open_storage(f"file://{tmp_path}/a%20b")

    assert storage == DirectoryStorage(tmp_path / "a b")


def test_fsspec_finds_other_places(tmp_path: Path) -> None:
    storage = open_storage(f"memory://nixdrift-{tmp_path.name}")
    records = Records(storage)

    assert records.store_value("steps", KEY, {"a": 1})
    assert records.load_value("steps", KEY) == {"a": 1}
    assert records.load_value("steps", OTHER) is None
    assert records.has("steps", KEY)
    assert [one.name for one in storage.entries()] == [f"steps/{KEY}"]
    storage.remove(f"steps/{KEY}")
    assert not records.has("steps", KEY)


def test_a_place_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot use nowhere://x as a cache"):
        open_storage("nowhere://x")
