"""The truth corpus with real Nix: what nixdrift reads and computes of all that judging a pair evaluates."""

import hashlib
import os
import stat
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from nixdrift.model import StorePath
from nixdrift.store.nar import Directory, Node, Regular, Symlink, nar_digest
from nixdrift.store.paths import fixed_output_path, source_path, text_path

from ..corpus import Pair, judge, make_pair
from .comparing import compare
from .evaluated import Evaluated, collect
from .running import Outcome

STORE_DIR = "/nix/store"


def outcome_of_pair(pair: Pair, flavour: str, nix_bin: Path) -> Outcome:
    """Judge a pair with a release, and compare all that is in the store then: of both revisions, and of variants."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        try:
            judge(pair, make_pair(directory, pair, flavour), nix_bin, directory)
            root = directory / "store"
            found = collect(nix_bin, directory, root)
            stored = {path: read_node(root / "nix" / "store" / path) for path in found.held if path not in found.texts}
            compared, faults = compare(found, stored, STORE_DIR)
            return Outcome(nix_bin.name, compared, (*faults, *_path_faults(found, stored)))
        finally:
            subprocess.run(["chmod", "-R", "u+w", name], check=True)


def read_node(path: Path) -> Node:
    """Read a store object from a disk."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Symlink(os.fsencode(path.readlink()))
    if stat.S_ISDIR(mode):
        return Directory({os.fsencode(entry.name): read_node(entry) for entry in path.iterdir()})
    return Regular(path.read_bytes(), executable=bool(mode & stat.S_IXUSR))


def _path_faults(found: Evaluated, stored: Mapping[StorePath, Node]) -> Iterator[str]:
    """Compute the path of every source from what it holds: as a tree, and, of one file, as a text and as a file."""
    for path, node in stored.items():
        computed = set(_paths(node, path.partition("-")[2], found.held[path].references))
        if path not in computed:
            yield f"{path} is computed as {sorted(computed)}"


def _paths(node: Node, name: str, references: Collection[StorePath]) -> Iterator[StorePath]:
    if not references:
        yield source_path(nar_digest(node), name, STORE_DIR)
    if isinstance(node, Regular) and isinstance(node.content, bytes):
        digest = hashlib.sha256(node.content).hexdigest()
        yield text_path(digest, name, STORE_DIR, references)
        yield fixed_output_path("flat", "sha256", digest, name, STORE_DIR)
