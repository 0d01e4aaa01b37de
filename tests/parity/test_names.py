"""Names that mean the same on two sides, though each has its own word for itself in them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nixdrift.parity.names import namings

SAME = [
    (("staging", "production"), "staging-env", "production-env"),
    (("staging", "production"), "app.staging.json", "app.production.json"),
    (("goinstance-staging", "goinstance-production"), "env-staging", "env_production"),
    (("packages.x86_64-linux.staging", "packages.x86_64-linux.production"), "Staging-env", "production-env"),
    (("fleet-eu-staging", "fleet-us-production"), "staging-eu", "production-us"),
    (("goinstance", "goinstance-next"), "env", "env-next"),
    (("pre-production", "staging-eu-1"), "pre-production-env", "staging-eu-1-env"),
    (("foo", "bar"), "foo", "bar"),
    (("staging", "production"), "metrics", "metrics"),
]

OTHER = [
    (("staging", "production"), "staging-env", "staging-env"),
    (("staging", "production"), "stagingenv", "productionenv"),
    (("fleet-eu-staging", "fleet-us-production"), "staging-eu", "us-production"),
    (("goinstance", "goinstance"), "staging-env", "production-env"),
    (("a-x-b", "c-x-d-x-e"), "a-b", "c-d-e"),
]


@pytest.mark.parametrize(("roots", "name", "other"), SAME)
def test_names_that_differ_as_the_roots_do_are_the_same(roots: tuple[str, str], name: str, other: str) -> None:
    one, two = namings([roots])

    assert one.neutral(name) == two.neutral(other)


@pytest.mark.parametrize(("roots", "name", "other"), OTHER)
def test_names_that_differ_otherwise_are_not(roots: tuple[str, str], name: str, other: str) -> None:
    one, two = namings([roots])

    assert one.neutral(name) != two.neutral(other)


def test_what_the_derivations_are_called_counts_as_well_as_the_roots() -> None:
    one, other = namings([("staging", "production"), ("goinstance-staging", "goinstance-prod")])

    assert one.neutral("staging-env") == other.neutral("prod-env") == other.neutral("production-env")


NAMES = st.text("ab-.", min_size=1, max_size=8)


@given(NAMES, NAMES, NAMES, NAMES)
def test_it_does_not_matter_which_side_is_which(root: str, other_root: str, name: str, other: str) -> None:
    one, two = namings([(root, other_root)])
    two_swapped, one_swapped = namings([(other_root, root)])

    assert (one.neutral(name) == two.neutral(other)) == (one_swapped.neutral(name) == two_swapped.neutral(other))


@given(NAMES, NAMES)
@example("aa.a", "b.a.b")  # nothing is learnt: which of two words in two places stands for one cannot be told
def test_what_the_roots_are_called_is_the_same_where_anything_is_learnt(root: str, other_root: str) -> None:
    one, two = namings([(root, other_root)])
    words = [set(side.neutral(name)) for side, name in ((one, root), (two, other_root))]

    assert words[0] == words[1] or not (one.marks or two.marks)
