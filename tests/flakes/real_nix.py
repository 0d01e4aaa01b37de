"""Ask a real Nix what an expression of its language is."""

import json
import subprocess
from pathlib import Path
from typing import Any


def evaluated(nix_bin: Path, expression: str, directory: Path) -> Any:
    """Evaluate an expression, with a store below a directory."""
    command: list[str | Path] = [nix_bin / "nix-instantiate", "--eval", "--strict", "--json"]
    command += ["--store", directory / "store", "--option", "experimental-features", "nix-command flakes"]
    command += ["-E", expression]
    return json.loads(subprocess.run(command, env={"HOME": str(directory)}, check=True, capture_output=True).stdout)
