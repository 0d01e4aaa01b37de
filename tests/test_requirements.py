"""What CI installs is locked by hash, all of it, and the locks are what pyproject.toml asks for."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.command import CHECKOUT
from tests.requirements import LOCKS, locked

DECLARED = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
EXTRAS = DECLARED["project"]["optional-dependencies"]
NAMES = ("build", "development", "release", "runtime")
# atheris has wheels for few platforms and Pythons, and CI does without it.
NOT_LOCKED = {"fuzz"}
IN_DEVELOPMENT = sorted(set(EXTRAS) - {"release"} - NOT_LOCKED)
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def wanted() -> Iterator[tuple[str, Requirement]]:
    """Give each requirement of pyproject.toml with each lock that has to hold it."""
    asked = [
        *(("build", one) for one in DECLARED["build-system"]["requires"]),
        *(("runtime", one) for one in DECLARED["project"]["dependencies"]),
        *(("development", one) for one in DECLARED["project"]["dependencies"]),
        *(("development", one) for extra in IN_DEVELOPMENT for one in EXTRAS[extra]),
        *(("release", one) for one in EXTRAS["release"]),
    ]
    yield from ((name, Requirement(one)) for name, one in asked)


def environments() -> Iterator[dict[str, str]]:
    """Give the environments that are served, as markers name them."""
    for python in PYTHONS:
        for system, machine in PLATFORMS:
            yield {
                **{name: str(value) for name, value in default_environment().items()},
                "python_version": python,
                "python_full_version": f"{python}.7",
                "implementation_version": f"{python}.7",
                "sys_platform": system,
                "platform_system": system.capitalize(),
                "platform_machine": machine,
            }


def test_every_requirement_is_locked_once_within_its_range_for_every_environment() -> None:
    wrong = [
        (name, str(requirement), [str(one.requirement) for one in found])
        for name, requirement in wanted()
        for environment in environments()
        for found in [
            [one for one in locked(name) if one.name == canonicalize_name(requirement.name) and one.is_for(environment)]
        ]
        if len(found) != 1 or not requirement.specifier.contains(found[0].version)
    ]

    assert wrong == []


def taken(name: str, extras: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Say what a package requires here, and with which extras: nixdrift by what it declares, others as installed."""
    asked = DECLARED["project"]["dependencies"] if name == "nixdrift" else requires(name) or ()
    for one in map(Requirement, asked):
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield canonicalize_name(one.name), frozenset(one.extras)


def test_what_nixdrift_takes_is_locked_to_the_last_package_and_nothing_else() -> None:
    found: set[tuple[str, frozenset[str]]] = set()
    ahead = [*taken("nixdrift")]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += taken(*one)

    assert {name for name, _ in found} == {one.name for one in locked("runtime") if one.is_for()}


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_locked_has_one_version_and_its_hashes(name: str) -> None:
    found = locked(name)

    assert len(found) >= 6
    assert [one for one in found if not re.fullmatch(r"==[^*,]+", str(one.requirement.specifier))] == []
    assert [one for one in found if not one.hashes] == []
    assert [value for one in found for value in one.hashes if not re.fullmatch("sha256:[0-9a-f]{64}", value)] == []


def test_no_two_locks_have_different_versions_of_one_package() -> None:
    development = {(one.name, str(one.requirement.marker)): one.version for one in locked("development")}
    others = [one for name in NAMES for one in locked(name)]

    assert [
        one for one in others if development.get((one.name, str(one.requirement.marker)), one.version) != one.version
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_place_that_its_files_came_from(name: str) -> None:
    """Neither an index nor a directory: what a file is, its hash says."""
    lines = (LOCKS / f"{name}.txt").read_text().splitlines()

    assert [line for line in lines if re.search(r"://|@|(^|\s)[~/]|^-|--(?!hash=)", line)] == []


def test_what_comes_from_npm_is_locked_by_hash_and_names_no_registry() -> None:
    packages = json.loads((CHECKOUT / "tests" / "formats" / "mermaid" / "package-lock.json").read_text())["packages"]
    fetched = {name: one for name, one in packages.items() if name}

    assert len(fetched) > 100
    assert [name for name, one in fetched.items() if not one["integrity"].startswith("sha512-")] == []
    assert [name for name, one in fetched.items() if "resolved" in one] == []
