"""What a release makes of a project: its JSON, and its store."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nixdrift.model import StorePath

from ..derivation.real_nix import run
from .releases import release_of


@dataclass(frozen=True, slots=True)
class Held:
    """What the store says of one of its objects."""

    nar_digest: str
    """SHA-256 in hexadecimal."""
    references: frozenset[StorePath]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a release made of a project."""

    dump: bytes | None
    """The JSON of all derivations; None: there are bytes in it that this release does not print."""
    texts: Mapping[StorePath, bytes]
    """Derivation → the store's own file."""
    held: Mapping[StorePath, Held]
    """All that is valid in the store."""


def evaluate(nix_bin: Path, project: Path, root: Path, store_dir: str) -> Evaluated:
    """Evaluate a project into an empty store below ``root``, whose paths are to begin with ``store_dir``.

    Raises `AssertionError` with what Nix says where it refuses the project.
    """
    nix_store = f"local?root={root}&store={store_dir}"
    found = run(nix_bin, "nix-instantiate", "--store", nix_store, project / "default.nix", cwd=project)
    texts, held = _held(nix_bin, project, nix_store, root)
    return Evaluated(_dump(nix_bin, project, nix_store, found.decode().split()), texts, held)


def collect(nix_bin: Path, home: Path, root: Path) -> Evaluated:
    """Give all that a release has put into the store below ``root``, whose paths begin as usual."""
    texts, held = _held(nix_bin, home, nix_store := f"local?root={root}", root)
    return Evaluated(_dump(nix_bin, home, nix_store, [f"/nix/store/{path}" for path in sorted(texts)]), texts, held)


def _held(
    nix_bin: Path, home: Path, nix_store: str, root: Path
) -> tuple[Mapping[StorePath, bytes], Mapping[StorePath, Held]]:
    """Read the files of derivations, and what the store says of all its objects."""
    files = (root / "nix" / "store").glob("*.drv")
    texts = {StorePath(file.name): file.read_bytes() for file in files if file.is_file()}
    held = read_database(run(nix_bin, "nix-store", "--store", nix_store, "--dump-db", cwd=home).decode())
    return {path: texts[path] for path in held if path in texts}, held


def _dump(nix_bin: Path, home: Path, nix_store: str, found: Sequence[str]) -> bytes | None:
    """Have derivations printed; what names an output of one stands for the whole."""
    paths = sorted({path.partition("!")[0] for path in found})
    command = ["show-derivation"] if release_of(nix_bin) < (2, 9) else ["derivation", "show"]
    try:
        return run(nix_bin, "nix", *command, "--recursive", "--store", nix_store, *paths, cwd=home)
    except AssertionError as error:
        if "UTF-8" not in str(error):
            raise
        return None


def read_database(text: str) -> Mapping[StorePath, Held]:
    """Read what ``nix-store --dump-db`` prints: path, hash, size, deriver, number of references, references."""
    lines = iter(text.splitlines())
    found = {}
    for path in lines:
        digest, _size, _deriver, count = next(lines), next(lines), next(lines), next(lines)
        assert re.fullmatch("[0-9a-f]{64}", digest)
        references = frozenset(_base_name(next(lines)) for _ in range(int(count)))
        found[_base_name(path)] = Held(digest, references)
    return found


def _base_name(path: str) -> StorePath:
    return StorePath(path.rpartition("/")[2])
