"""The few calls of real Nix that these tests make."""

import os
import subprocess
from pathlib import Path

from nixdrift.derivation.aterm import Known, read_derivation
from nixdrift.model import Derivation, StorePath

FEATURES = "nix-command flakes ca-derivations impure-derivations dynamic-derivations git-hashing blake3-hashes"


def run(nix_bin: Path, tool: str, *arguments: object, cwd: Path | None = None) -> bytes:
    """Run one of Nix's programs without configuration, substituters or user caches, and give its stdout."""
    home = Path(str(cwd or "/nonexistent"))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "NIX_CONFIG": f"substituters =\nexperimental-features = {FEATURES}",
        "LC_ALL": "C.UTF-8",
    }
    argv = [str(nix_bin / tool), *map(str, arguments)]
    done = subprocess.run(argv, env=environment, cwd=cwd, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def show(nix_bin: Path, nix_store: Path, project: Path) -> bytes:
    """Instantiate a project's ``default.nix`` and give the JSON of all its derivations."""
    drvs = run(nix_bin, "nix-instantiate", "--store", nix_store, project / "default.nix", cwd=project)
    command = ["show-derivation"] if nix_bin.name == "nix-2.8" else ["derivation", "show"]
    paths = [line.partition("!")[0] for line in drvs.decode().split()]
    return run(nix_bin, "nix", *command, "--recursive", "--store", nix_store, *paths, cwd=project)


def read_store(nix_store: Path) -> dict[StorePath, Derivation]:
    """Read every derivation's own file in a private store."""
    files = sorted((nix_store / "nix" / "store").glob("*.drv"))
    found = [read_derivation(file.read_bytes(), StorePath(file.name), Known("/nix/store")) for file in files]
    return {derivation.drv_path: derivation for derivation in found}
