"""What an evaluation of one revision gives: records that do not know how they were made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nixdrift.links import Linked, links_of
from nixdrift.model import Derivation, StorePath


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file of the repository."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Root:
    """A named entry point and the derivation that it evaluates to."""

    name: str
    drv_path: StorePath
    position: Position | None = None
    """Where the attribute is defined, as far as evaluation can tell."""


@dataclass(frozen=True, slots=True)
class FailedAttribute:
    """An attribute that does not evaluate, and what Nix says of it."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that one revision evaluates to: its roots, and every derivation in their closures."""

    store_dir: str
    roots: tuple[Root, ...]
    derivations: Mapping[StorePath, Derivation]
    failed: tuple[FailedAttribute, ...] = ()
    nix_version: str | None = None
    system: str | None = None
    positions: Mapping[StorePath, Mapping[str, Position]] = field(default_factory=dict)
    """Derivation → attribute → where it is written: of roots, and of derivations that are attributes of one."""
    top: str | None = None
    """Where the files of the revision lay while it was evaluated, in a checkout or in the store: paths that were taken
    as strings begin with it."""
    of_flake: bool | None = None
    """Whether a flake was evaluated, whose files are what git records, or a checkout; None: unknown."""


def closure(derivations: Mapping[StorePath, Derivation], roots: Iterable[StorePath]) -> Mapping[StorePath, Derivation]:
    """Give the derivations that some of them are built from, themselves included."""
    taken = links_of(derivations).derivations
    found: dict[StorePath, None] = {}
    pending = list(roots)
    while pending:
        path = pending.pop()
        if path not in found:
            found[path] = None
            pending.extend(taken[path])
    return derivations.part(found) if isinstance(derivations, Linked) else {path: derivations[path] for path in found}
