"""A release is what is committed, the same bytes wherever it is built, and says what is in it."""

import hashlib
import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests import materials, release
from tests.command import CHECKOUT
from tests.conftest import missing
from tests.corpus import git
from tests.requirements import locked
from tests.test_packaging import CACHES, PUBLISHED

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1.0"
"""
HOOK = """
from pathlib import Path
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class Hook(BuildHookInterface):
    def initialize(self, version, data):
        Path(self.root, "small", "where.py").write_text(f"WHERE = {self.root!r}")
"""


def commit(directory: Path) -> Path:
    """Make a repository of a directory."""
    git(directory, "init", "--quiet")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", "a release")
    return directory


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a project of one module."""
    directory = tmp_path / "small-project"
    (directory / "small").mkdir(parents=True)
    (directory / "small" / "__init__.py").write_text("")
    (directory / "pyproject.toml").write_text(PROJECT)
    return directory


def test_nixdrift_is_the_same_bytes_wherever_it_is_built(tmp_path: Path) -> None:
    directory, into = tmp_path / "checkout", tmp_path / "dist"
    directory.mkdir()
    for name in PUBLISHED:
        shutil.copytree(CHECKOUT / name, directory / name, ignore=shutil.ignore_patterns(*CACHES))
    for file in (*CHECKOUT.glob("*.md"), *(CHECKOUT / name for name in ("pyproject.toml", "LICENSE", "Makefile"))):
        shutil.copy(file, directory)

    source, wheel = release.distributions(commit(directory), into)
    release.write_checksums([source, wheel], into / release.CHECKSUMS)

    assert (source.suffixes[-2:], wheel.suffix) == ([".tar", ".gz"], ".whl")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", release.CHECKSUMS], cwd=into, check=True, capture_output=True, text=True
    )
    assert checked.stdout == f"{source.name}: OK\n{wheel.name}: OK\n"


def test_what_is_not_the_same_bytes_elsewhere_is_refused(small: Path, tmp_path: Path) -> None:
    (small / "hatch_build.py").write_text(HOOK)
    with (small / "pyproject.toml").open("a") as file:
        file.write('[tool.hatch.build.hooks.custom]\npath = "hatch_build.py"\n')

    with pytest.raises(SystemExit, match=r"two builds of small-1\.0.* are not the same"):
        release.distributions(commit(small), tmp_path / "dist")


def test_what_is_not_committed_is_refused(small: Path, tmp_path: Path) -> None:
    commit(small)
    (small / "small" / "more.py").write_text("")

    with pytest.raises(SystemExit, match="not committed"):
        release.distributions(small, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


@pytest.fixture(scope="module")
def listed() -> Any:
    """Give the bill of materials, as it is read by others: the schema was held against it."""
    if find_spec("cyclonedx_py") is None:
        missing("no cyclonedx-bom on this machine")
    return json.loads(materials.written(materials.bill("1700000000")))


def test_every_package_that_nixdrift_takes_is_listed_with_its_licence(listed: Any) -> None:
    packages = [one for one in listed["components"] if one["purl"].startswith("pkg:pypi/")]

    assert {canonicalize_name(one["name"]) for one in packages} == {
        one.name for one in locked("runtime") if one.is_for()
    }
    assert [one["name"] for one in packages if not one["licenses"]] == []
    assert {one["purl"] for one in packages} == {
        f"pkg:pypi/{canonicalize_name(one['name'])}@{one['version']}" for one in packages
    }
    assert listed["metadata"]["component"]["purl"].startswith("pkg:pypi/nixdrift@")
    assert listed["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"


def test_the_javascript_inside_of_the_page_is_listed_file_by_file(listed: Any) -> None:
    libraries = {one["purl"]: one for one in listed["components"] if one["purl"].startswith("pkg:npm/")}

    assert {purl.partition("@3")[0].partition("@4")[0] for purl in libraries} == {
        "pkg:npm/cytoscape",
        "pkg:npm/cytoscape-dagre",
        "pkg:npm/%40dagrejs/dagre",
    }
    files = {file["name"]: file["hashes"][0]["content"] for one in libraries.values() for file in one["components"]}
    kept = [file for file in materials.PAGE.rglob("*") if file.is_file() and file.name != materials.RECORD]
    assert files == {
        file.relative_to(CHECKOUT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in kept
    }
    assert all(one["licenses"][0]["license"]["id"] == "MIT" for one in libraries.values())


def test_every_component_is_reached_from_nixdrift(listed: Any) -> None:
    takes = {one["ref"]: one.get("dependsOn", []) for one in listed["dependencies"]}
    reached, ahead = set(), ["root-component"]
    while ahead:
        one = ahead.pop()
        if one not in reached:
            reached.add(one)
            ahead += takes[one]

    assert reached == set(takes) == {"root-component", *(one["bom-ref"] for one in listed["components"])}


def test_what_the_schema_does_not_know_is_refused(listed: Any) -> None:
    with pytest.raises(ValueError, match=r"not CycloneDX 1\.\d"):
        materials.written({**listed, "components": [{"name": "nameless"}]})


def test_what_is_not_installed_as_it_is_locked_is_named(listed: Any) -> None:
    older = [{**one, "version": "0"} if one["name"] == "click" else one for one in listed["components"]]
    (click,) = (one for one in locked("runtime") if one.name == "click")

    assert str(click.requirement) in materials.not_as_locked({"components": older})
