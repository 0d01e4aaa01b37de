"""What is published holds all that is needed, and nothing else; and the wheel works by itself."""

import os
import site
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from nixdrift import __version__

PROJECT = Path(__file__).parent.parent
PUBLISHED = ("nixdrift", "tests", "fixtures", "docs", "benchmarks", "requirements")
CACHES = {"__pycache__", "node_modules"}


@dataclass(frozen=True)
class Built:
    """A source distribution, unpacked, and a wheel that was made from it."""

    unpacked: Path
    wheel: Path


def build(directory: Path, kind: str, into: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", into],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    return next(into.iterdir())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    directory = tmp_path_factory.mktemp("published")
    with tarfile.open(build(PROJECT, "sdist", directory / "sdist")) as archive:
        archive.extractall(directory, filter="data")
    (unpacked,) = directory.glob("nixdrift-*")
    return Built(unpacked, build(unpacked, "wheel", directory / "wheel"))


def files_below(directory: Path, *tops: str) -> set[str]:
    return {
        file.relative_to(directory).as_posix()
        for top in tops
        for file in (directory / top).rglob("*")
        if file.is_file() and not CACHES & set(file.parts)
    }


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_source_distribution_has_every_file_of_the_project_and_no_cache(built: Built) -> None:
    assert files_below(built.unpacked, *PUBLISHED) == files_below(PROJECT, *PUBLISHED)
    assert list(built.unpacked.rglob("__pycache__")) == []


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(built: Built) -> None:
    packaged = {name for name in members(built.wheel) if ".dist-info/" not in name and ".data/" not in name}
    shared = {name.partition(".data/")[2] for name in members(built.wheel) if ".data/" in name}

    assert packaged == files_below(PROJECT, "nixdrift")
    assert shared == {"data/share/man/man1/nixdrift.1"}
    assert {"nixdrift/py.typed", "nixdrift/report/schema.json", "nixdrift/nix/walk.nix"} <= packaged


def test_a_wheel_that_is_made_from_the_checkout_is_the_same(built: Built, tmp_path: Path) -> None:
    assert members(build(PROJECT, "wheel", tmp_path)) == members(built.wheel)


def test_the_metadata_is_valid(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = Metadata.from_email(archive.read(name), validate=True)

    assert (metadata.name, str(metadata.version)) == ("nixdrift", __version__)
    assert metadata.description == (PROJECT / "README.md").read_text()


def test_the_installed_wheel_replays_the_incident_outside_of_the_checkout(built: Built, tmp_path: Path) -> None:
    empty = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", empty], check=True)
    (installed,) = (empty / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(built.wheel) as archive:
        archive.extractall(installed)  # noqa: S202
    # The dependencies alone: .pth files of a directory that is named in one are not read, so no editable nixdrift.
    (installed / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        return subprocess.run(
            [empty / "bin" / "python", *arguments],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    assert Path(run("-c", "import nixdrift; print(nixdrift.__file__)").strip()).is_relative_to(installed)
    assert "stale" in run("-m", "nixdrift", "demo")
