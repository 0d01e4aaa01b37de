"""What is published of a release, made from the commit that is checked out: `make release`.

Everything is built twice, in two places, and a wheel once more from the source distribution: what is not the same bytes
is not published, for nobody could make sure of it.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import materials
from tests.command import CHECKOUT

CHECKSUMS = "SHA256SUMS"


def distributions(repository: Path, into: Path) -> Sequence[Path]:
    """Build the wheel and the source distribution of what is committed. Raises SystemExit where two builds differ."""
    commit, time = asked(repository, "log", "-1", "--format=%H %ct").split()
    if asked(repository, "status", "--porcelain"):
        raise SystemExit("there are changes that are not committed: a release is made of a commit")
    with TemporaryDirectory() as name:
        directory = Path(name)
        build(exported(repository, commit, directory / "here"), into, time, "sdist", "wheel")
        (source,), (wheel,) = into.glob("*.tar.gz"), into.glob("*.whl")
        elsewhere = exported(repository, commit, directory / "else" / "where")
        build(elsewhere, directory / "second", time, "sdist", "wheel", umask=0o077)
        build(unpacked(source, directory / "unpacked"), directory / "third", time, "wheel")
        for others in ("second", "third"):
            refuse_differences([source, wheel], (directory / others).iterdir())
    return [source, wheel]


def exported(repository: Path, commit: str, directory: Path) -> Path:
    """Lay out a commit, and nothing else that lies in a checkout."""
    directory.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", commit], cwd=repository, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-m"], input=archive, cwd=directory, check=True)
    return directory


def unpacked(source: Path, directory: Path) -> Path:
    """Lay out a source distribution."""
    with tarfile.open(source) as archive:
        archive.extractall(directory, filter="data")
    (top,) = directory.iterdir()
    return top


def build(source: Path, into: Path, time: str, *kinds: str, umask: int = 0o022) -> None:
    """Build distributions, at a time that is said in them."""
    targets = [argument for kind in kinds for argument in ("-t", kind)]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *targets, "-d", str(into)],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": time},
        umask=umask,
        check=True,
        capture_output=True,
    )


def refuse_differences(made: Iterable[Path], others: Iterable[Path]) -> None:
    """Hold what was built against what was built elsewhere."""
    by_name = {file.name: file for file in made}
    for other in others:
        if other.read_bytes() != by_name[other.name].read_bytes():
            raise SystemExit(f"two builds of {other.name} are not the same")


def asked(repository: Path, *arguments: str) -> str:
    """Ask git."""
    done = subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write_checksums(files: Sequence[Path], file: Path) -> None:
    """Write what `sha256sum --check` reads."""
    file.write_text("".join(f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in files))


def main() -> None:
    """Make all of a release in a directory that is empty."""
    parser = ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    into = parser.parse_args().output
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise SystemExit(f"{into} is not empty")
    source, wheel = distributions(CHECKOUT, into)
    name = "-".join(wheel.name.split("-")[:2])
    listed = into / f"{name}.cdx.json"
    materials.write(listed, asked(CHECKOUT, "log", "-1", "--format=%ct"))
    write_checksums([source, wheel, listed], into / CHECKSUMS)
    print(f"{name}, of commit {asked(CHECKOUT, 'rev-parse', 'HEAD')}:")
    print((into / CHECKSUMS).read_text(), end="")


if __name__ == "__main__":
    main()
