"""A cache is looked after without losing anything but time."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.cache import DirectoryStorage, Records
from nixdrift.pipeline.cache import damaged, prune
from tests.command import CommandLine


class Remembering:
    """A storage of nothing but sizes and times."""

    described = "memory"

    def __init__(self, sizes: dict[str, tuple[int, float]]) -> None:
        self.sizes = dict(sizes)

    def entries(self):  # type: ignore[no-untyped-def]
        from nixdrift.cache import Entry

        return (Entry(name, size, used) for name, (size, used) in self.sizes.items())

    def remove(self, name: str) -> None:
        del self.sizes[name]


@given(
    st.dictionaries(
        st.from_regex(r"steps/[0-9a-f]{4}", fullmatch=True), st.tuples(st.integers(0, 99), st.floats(0, 1e6))
    ),
    st.none() | st.floats(0, 10),
    st.none() | st.integers(0, 300),
)
def test_what_is_left_fits_and_is_what_was_of_use_last(
    sizes: dict[str, tuple[int, float]], days: float | None, most: int | None
) -> None:
    storage = Remembering(sizes)

    gone = prune(storage, days=days, most_bytes=most, now=1e6)  # type: ignore[arg-type]

    assert {one.name for one in gone} | storage.sizes.keys() == sizes.keys()
    if days is not None:
        assert all(used >= 1e6 - days * 86400 for _size, used in storage.sizes.values())
    if most is not None:
        assert sum(size for size, _used in storage.sizes.values()) <= most
    latest_gone = max((one.used for one in gone), default=0.0)
    assert all(used >= latest_gone for _size, used in storage.sizes.values())


def test_every_damaged_entry_is_found_and_no_other(tmp_path: Path) -> None:
    records = Records(DirectoryStorage(tmp_path))
    for number in range(4):
        records.store_value("steps", f"{number:064}", {"number": number})
    (tmp_path / "steps" / f"{1:064}").write_bytes(b"")
    records.store("steps", f"{2:064}", b"sealed, but no value")

    assert [one.name for one in damaged(records.storage)] == [f"steps/{1:064}", f"steps/{2:064}"]


def test_the_commands_list_remove_and_check(nixdrift: CommandLine, tmp_path: Path) -> None:
    records = Records(DirectoryStorage(tmp_path / "kept"))
    for number in range(3):
        records.store_value("steps", f"{number:064}", {"number": number})
        os.utime(tmp_path / "kept" / "steps" / f"{number:064}", (number * 10**6, number * 10**6))
    place = ("--cache-dir", tmp_path / "kept")

    listed = nixdrift("cache", "list", *place, cwd=tmp_path)
    (tmp_path / "kept" / "steps" / f"{0:064}").write_bytes(b"")
    checked = nixdrift("cache", "verify", *place, "--remove", cwd=tmp_path)
    removed = nixdrift("cache", "prune", *place, "--max-size", "1K", cwd=tmp_path)
    old = nixdrift("cache", "prune", *place, cwd=tmp_path)
    left = nixdrift("cache", "list", *place, cwd=tmp_path)

    assert [line.split("\t")[0] for line in listed.stdout.decode().splitlines()] == [f"steps/{n:064}" for n in range(3)]
    assert listed.stdout.decode().splitlines()[1].endswith("1970-01-12T13:46:40Z")
    assert (checked.status, checked.stderr) == (1, "nixdrift: 1 damaged, removed; 2 entries\n")
    assert removed.stdout.startswith(b"removed 0 entries")
    assert old.stdout.startswith(b"removed 2 entries")
    assert left.stdout == b""


def test_wrong_usage_is_said_in_a_line(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("cache", "prune", "--max-size", "lots", cwd=tmp_path)

    nixdrift.refuses(outcome, 2, "not a size: lots", "500M, 2G")


def test_what_a_killed_run_left_half_written_goes_with_every_pruning_once_it_is_a_day_old(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path)
    (tmp_path / "steps").mkdir()
    day = 24 * 60 * 60
    for name, age in ((".new-old", day + 1), (".new-fresh", 10)):
        (tmp_path / "steps" / name).write_bytes(b"half")
        os.utime(tmp_path / "steps" / name, (1e9 - age, 1e9 - age))

    prune(storage, days=None, most_bytes=1000, now=1e9)

    assert [file.name for file in (tmp_path / "steps").iterdir()] == [".new-fresh"]
