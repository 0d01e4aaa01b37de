"""Which names mean the same thing."""

import pytest

from nixdrift.naming import normalised, root_names, without_version


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("goinstance-1.0", "goinstance"),
        ("goinstance", "goinstance"),
        ("go-instance-2.3.1-rc1", "go-instance"),
        ("goinstance-unstable-2024-01-01", "goinstance-unstable"),
        ("goinstance-v2", "goinstance-v2"),
        ("python3.11-requests-2.31", "python3.11-requests"),
        ("goinstance-", "goinstance-"),
        ("-1.0", "-1.0"),
        ("a-1\nb", "a"),
    ],
)
def test_a_version_begins_after_the_first_dash_that_no_letter_follows(name: str, stem: str) -> None:
    assert without_version(name) == stem


@pytest.mark.parametrize(
    "name", ["GoInstance", "go-instance", "go_instance", "go.instance", "GO INSTANCE", "goinstance"]
)
def test_spellings_of_one_name_are_one(name: str) -> None:
    assert normalised(name) == "goinstance"


@pytest.mark.parametrize(
    ("root", "derivation", "names"),
    [
        ("packages.x86_64-linux.goinstance", "launcher-1.0", {"goinstance", "launcher", "launcher10"}),
        ("goinstance-1.0", "goinstance-1.0", {"goinstance", "goinstance10"}),
        ("worker-2", "worker-2", {"worker", "worker2"}),
        ("packages.x86_64-linux.default", "launcher-1.0", {"launcher", "launcher10"}),
        ("default.nix", "launcher", {"launcher"}),
        ('packages."go-instance"', "launcher", {"goinstance", "launcher"}),
    ],
)
def test_a_root_is_known_by_its_attribute_and_its_derivation(root: str, derivation: str, names: set[str]) -> None:
    assert root_names(root, derivation) == names
