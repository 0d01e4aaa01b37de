"""A few laps of a soak, and the judgement of what is measured; `make soak` goes on for an hour."""

import pkgutil
import tracemalloc
from importlib import import_module
from inspect import signature
from itertools import islice
from pathlib import Path

import pytest

import nixdrift
from tests.soak import library
from tests.soak.growth import Figure, growth_of
from tests.soak.laps import laps
from tests.soak.place import make_place

AS_BEFORE = ("other files of the home", "all of them", "runs at work or left", "processes", "worktrees")


def test_laps_answer_rightly_and_leave_nothing_but_what_is_kept(newest_nix: Path, tmp_path: Path) -> None:
    done = list(islice(laps(make_place(tmp_path, newest_nix)), 6))

    assert [wrong for one in done for wrong in one.wrong] == []
    for one in done:
        assert {name: one.figures[name] for name in AS_BEFORE} == {name: done[0].figures[name] for name in AS_BEFORE}
    assert done[0].figures["processes"] == done[0].figures["runs at work or left"] == 0
    assert all(one.figures["memory of `check`"] > 0 for one in done)


def test_a_process_that_judges_again_and_again_holds_no_more_than_after_the_first_times(
    newest_nix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{newest_nix}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tracemalloc.start()
    try:
        done = list(library.laps(tmp_path, 100, lambda number: number < 12))
    finally:
        tracemalloc.stop()

    assert {one["open files"] for one in done[1:]} == {done[1]["open files"]}
    assert {one["child processes"] for one in done} == {done[0]["child processes"]}
    # What is kept of names is some hundred bytes for each; a graph that is not given back is a hundred times that.
    assert done[-1]["memory that Python holds"] - done[5]["memory that Python holds"] < 6 * 100 * 1000


def test_whatever_a_function_keeps_between_calls_has_a_limit() -> None:
    names = [one.name for one in pkgutil.walk_packages(nixdrift.__path__, "nixdrift.") if "__main__" not in one.name]
    kept = {
        f"{function.__module__}.{function.__qualname__}": function.cache_parameters()["maxsize"]
        for name in names
        for function in vars(import_module(name)).values()
        if hasattr(function, "cache_parameters") and signature(function).parameters
    }

    assert kept
    assert [name for name, most in kept.items() if most is None] == []


def test_what_grows_is_told() -> None:
    leak = Figure("memory", "MB", 2.0, 1e6)
    assert growth_of(leak, [(lap, 50e6 + lap * 1e5) for lap in range(100)]).is_too_much
    assert not growth_of(leak, [(lap, 50e6 + lap % 7 * 1e5) for lap in range(100)]).is_too_much
    assert growth_of(leak, [(lap, 50e6 + lap * 1e5) for lap in range(100)]).slope == pytest.approx(10)


def test_one_thing_more_is_told_where_nothing_may_grow() -> None:
    left = Figure("runs left")
    assert growth_of(left, [(lap, 1.0 if lap == 99 else 0.0) for lap in range(100)]).is_too_much
    assert not growth_of(left, [(lap, 0.0) for lap in range(100)]).is_too_much
    assert not growth_of(Figure("cache", most=None), [(lap, float(lap)) for lap in range(100)]).is_too_much
