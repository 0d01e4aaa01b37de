"""How much of a closure is held: laws, and the order of what is to be fetched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.deployment import Deployed, Wanted, coverage
from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath
from tests.derivation.strategies import store_paths

SOME = [StorePath(f"{digit * 32}-{name}") for digit, name in zip("abcd", ("app", "base", "cfg", "data"), strict=True)]


def deployed(paths: set[StorePath], sizes: dict[StorePath, int] | None = None, described: str = "it") -> Deployed:
    return Deployed(frozenset(paths), sizes or {}, "/nix/store", is_closure=True, described=described)


path_sets = st.sets(st.sampled_from(SOME) | store_paths(), max_size=10)
sized = path_sets.flatmap(
    lambda paths: (
        st.dictionaries(st.sampled_from(sorted(paths)), st.integers(1, 2**40)).map(lambda sizes: deployed(paths, sizes))
        if paths
        else st.just(deployed(paths))
    )
)


@given(wanted=sized, held=sized)
def test_every_wanted_path_is_held_or_fetched_and_nothing_else_is(wanted: Deployed, held: Deployed) -> None:
    found = coverage(wanted, held)
    assert sorted(one.path for one in (*found.held, *found.fetched)) == sorted(wanted.paths)
    assert {one.path for one in found.held} <= held.paths
    assert not {one.path for one in found.fetched} & held.paths


@given(wanted=sized, held=sized)
def test_bytes_add_up_and_unknown_sizes_are_counted_apart(wanted: Deployed, held: Deployed) -> None:
    found = coverage(wanted, held)
    sizes = {**held.sizes, **wanted.sizes}
    known = [sizes[path] for path in wanted.paths if path in sizes]
    assert found.held_bytes + found.fetched_bytes == sum(known)
    assert found.held_of_unknown_size + found.fetched_of_unknown_size == len(wanted.paths) - len(known)


@given(wanted=sized)
def test_a_closure_covers_itself_and_nothing_covers_none_of_it(wanted: Deployed) -> None:
    assert coverage(wanted, wanted).fetched == ()
    assert coverage(wanted, deployed(set())).held == ()


def test_the_largest_is_first_and_what_has_no_known_size_is_last() -> None:
    app, base, cfg, data = SOME
    found = coverage(deployed(set(SOME), {base: 10, cfg: 300, app: 10}), deployed(set()))
    assert found.fetched == (Wanted(cfg, 300), Wanted(app, 10), Wanted(base, 10), Wanted(data, None))
    assert (found.fetched_bytes, found.fetched_of_unknown_size) == (320, 1)


def test_a_size_is_taken_from_the_side_that_knows_it() -> None:
    found = coverage(deployed({SOME[0]}), deployed({SOME[0]}, {SOME[0]: 7}))
    assert found.held == (Wanted(SOME[0], 7),)


def test_two_store_directories_cannot_cover_each_other() -> None:
    other = Deployed(frozenset(), {}, "/gnu/store", is_closure=False, described="the image")
    with pytest.raises(InvalidInputError, match="it is of the store /nix/store, and the image of /gnu/store"):
        coverage(deployed(set(SOME)), other)
