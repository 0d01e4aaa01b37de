"""Packages from npm that are kept here as they were published; `make vendor` fetches them, and records what came.

A version is changed here, and the rest is recorded: the integrity that the registry states, and the hash of each file.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "nixdrift" / "formats" / "html" / "vendor"
TESTS = CHECKOUT / "tests" / "formats" / "vendor"
RECORD = "versions.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A package, and which of its files are kept."""

    name: str
    version: str
    home: Path
    files: tuple[str, ...]

    @property
    def directory(self) -> Path:
        return self.home / self.name.rpartition("/")[2]


PACKAGES = (
    Package("cytoscape", "3.34.4", PAGE, ("dist/cytoscape.min.js", "LICENSE")),
    Package("cytoscape-dagre", "4.0.1", PAGE, ("dist/cytoscape-dagre.min.js", "LICENSE")),
    # It is inside of cytoscape-dagre, which publishes its own licence only.
    Package("@dagrejs/dagre", "3.1.3", PAGE, ("LICENSE",)),
    Package("axe-core", "4.14.1", TESTS, ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt")),
)


def fetch(package: Package) -> Mapping[str, Any]:
    """Put the files of a package in their place, and give what is recorded of it."""
    with tempfile.TemporaryDirectory() as directory:
        asked = ["npm", "pack", "--json", "--pack-destination", directory, f"{package.name}@{package.version}"]
        (packed,) = json.loads(subprocess.run(asked, check=True, capture_output=True, cwd=directory).stdout)
        archive = next(Path(directory).glob("*.tgz"))
        kept = dict(members(archive, package.files))
    package.directory.mkdir(parents=True, exist_ok=True)
    for name, content in kept.items():
        (package.directory / name).write_bytes(content)
    files = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(kept.items())}
    return {
        "name": package.name,
        "version": packed["version"],
        "licence": licence(package),
        "integrity": packed["integrity"],
        "files": files,
    }


def members(archive: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Give files of a package by their base names."""
    with tarfile.open(archive) as opened:
        for name in names:
            member = opened.extractfile(f"package/{name}")
            if member is None:
                raise FileNotFoundError(f"{archive.name} has no {name}")
            yield Path(name).name, member.read()


def licence(package: Package) -> str:
    """Ask the registry for the licence of a package, in SPDX's words."""
    asked = ["npm", "view", "--json", f"{package.name}@{package.version}", "license"]
    name: str = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    return name


def main() -> None:
    """Fetch all packages, and write beside them what they are."""
    for home in (PAGE, TESTS):
        home.mkdir(parents=True, exist_ok=True)
        recorded = [fetch(package) for package in PACKAGES if package.home == home]
        (home / RECORD).write_text(json.dumps(recorded, indent=2) + "\n")


if __name__ == "__main__":
    main()
