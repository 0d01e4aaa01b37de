"""What the tests stand on: real Nix in every release at hand, private stores, and the recorded package sets."""

import os
import shutil
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import settings

from tests.command import CommandLine, program_directory
from tests.corpus import is_in_suite

RELEASES = os.environ.get("NIXDRIFT_TEST_NIX")
"""A directory of unpacked releases, ``bin/nix-2.8/nix`` and so on; without it, the Nix on PATH."""
ALL = bool(os.environ.get("NIXDRIFT_TEST_ALL"))
"""Set to run every test with every release, which takes an hour."""
REQUIRED = bool(os.environ.get("NIXDRIFT_TEST_REQUIRE"))
"""Set in CI: what is missing there is a failure and not a skip."""

# How long an example takes says something about the machine, and nothing about nixdrift.
settings.register_profile("nixdrift", deadline=None, max_examples=100 if ALL else 60)
settings.load_profile("nixdrift")


def nix_directories() -> list[Path]:
    """List the directories that hold ``nix``, ``nix-instantiate`` and ``nix-store``, oldest release first."""
    if RELEASES is not None:
        return sorted(Path(RELEASES, "bin").glob("nix-*"), key=_release)
    found = shutil.which("nix-instantiate")
    return [Path(found).parent] if found else []


def _release(directory: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in directory.name.removeprefix("nix-").split("."))


def missing(what: str) -> None:
    """Skip a test for what is not on this machine; fail where everything has to be."""
    if REQUIRED:
        pytest.fail(f"{what}, and NIXDRIFT_TEST_REQUIRE is set")
    pytest.skip(what)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that asks for Nix once per release."""
    if "nix_bin" in metafunc.fixturenames:
        directories: list[Path | None] = [*nix_directories()] or [None]
        names = [directory.name if directory else "no-nix" for directory in directories]
        metafunc.parametrize("nix_bin", directories, ids=names, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as ``nix`` whatever uses the fixtures: it cannot be forgotten. Take what the suite judges."""
    releases = [directory.name.removeprefix("nix-") for directory in nix_directories()]
    chosen = {item: _is_in_suite(item, releases) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if not chosen[item]])
    items[:] = [item for item in items if chosen[item]]
    for item in items:
        if {"nix_bin", "newest_nix"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.nix)


def _is_in_suite(item: pytest.Item, releases: list[str]) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if parameters.get("nix_bin") is None:
        return True
    release = parameters["nix_bin"].name.removeprefix("nix-")
    if ALL:
        return True
    if "pair" not in parameters or "flavour" not in parameters:
        # What differs between releases is below the command line: tests of Nix itself run with the oldest and the
        # newest, and half of them with each between; each of the command line with one, the oldest or the newest.
        # They are always the same ones.
        place = crc32(item.nodeid.replace(item.callspec.id, "").encode()) % 2  # type: ignore[attr-defined]
        ends = releases[0], releases[-1]
        if item.path.parent.name == "cli":
            return release == ends[place]
        return release in ends or place == 0
    return is_in_suite(parameters["pair"], parameters["flavour"], release, releases)


@pytest.fixture
def nix_bin(request: pytest.FixtureRequest) -> Path:
    """Give the directory of one Nix release."""
    if request.param is None:
        missing("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    directory: Path = request.param
    return directory


@pytest.fixture
def newest_nix() -> Path:
    """Give the newest release at hand, for what does not depend on the release."""
    directories = nix_directories()
    if not directories:
        missing("no Nix on PATH, nor in NIXDRIFT_TEST_NIX")
    return directories[-1]


@pytest.fixture
def nix_store(tmp_path: Path) -> Path:
    """Give a private store for ``--store``: the same hashes, and nobody else's files."""
    return tmp_path / "store"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Give the directory of the unpacked recordings."""
    directory = os.environ.get("NIXDRIFT_RECORDINGS")
    if directory is None or not Path(directory).is_dir():
        missing("no recorded package sets: NIXDRIFT_RECORDINGS names no directory")
    return Path(str(directory))


_SERVICES = ("GIT_", "GITHUB_", "GITLAB_", "CI_", "BUILDKITE", "JENKINS_", "CHANGE_", "PRE_COMMIT_")


@pytest.fixture(autouse=True)
def _no_git_or_ci_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith(_SERVICES) or variable in {"CI", "NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(variable)


@pytest.fixture
def nixdrift(tmp_path: Path) -> CommandLine:
    """Give the command line, with a home of its own and no Nix on PATH."""
    home = tmp_path / "home"
    home.mkdir()
    return CommandLine(home, program_directory(tmp_path / "programs", "git", "seq", "sleep"))
