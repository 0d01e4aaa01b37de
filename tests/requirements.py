"""The locks in requirements/, which `make lock` writes: each version that is installed, and the hashes of its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.command import CHECKOUT

LOCKS = CHECKOUT / "requirements"


@dataclass(frozen=True, slots=True)
class Locked:
    """One version of a package, and the environments that it is for."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (pin,) = self.requirement.specifier
        return pin.version

    def is_for(self, environment: dict[str, str] | None = None) -> bool:
        """Tell whether it is installed in an environment, as markers name it; by default in this one."""
        return self.requirement.marker is None or self.requirement.marker.evaluate(environment)


@cache
def locked(name: str) -> Sequence[Locked]:
    """Read one of the locks."""
    lines = (LOCKS / f"{name}.txt").read_text().replace("\\\n", " ").splitlines()
    return [read(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def read(line: str) -> Locked:
    """Read what is locked of one package: ``name==version ; marker --hash=…``."""
    requirement, *hashes = line.split(" --hash=")
    return Locked(Requirement(requirement), frozenset(map(str.strip, hashes)))
