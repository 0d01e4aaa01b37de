"""The project's own flake evaluates, in every release, with as little of nixpkgs as it names."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent

NIXPKGS = """
{
  outputs = { self }: rec {
    lib = {
      genAttrs = names: make: builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);
      fileset = { unions = files: files; toSource = { root, fileset }: builtins.seq (map toString fileset) "${root}"; };
      makeBinPath = packages: "";
    };
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] (system: {
      inherit lib;
      git = null;
      stdenv.hostPlatform.system = system;
      python3Packages = {
        hatchling = null; click = null; gitpython = null; msgspec = null; networkx = null; orjson = null;
        pathspec = null; platformdirs = null; rich = null;
        buildPythonApplication = attributes: derivation {
          inherit system;
          inherit (attributes) src;
          name = "${attributes.pname}-${attributes.version}";
          builder = "/bin/sh";
        };
      };
    });
  };
}
"""


def test_the_flake_gives_a_package_of_this_version(nix_bin: Path, nix_store: Path, tmp_path: Path) -> None:
    nixpkgs = tmp_path / "nixpkgs"
    nixpkgs.mkdir()
    (nixpkgs / "flake.nix").write_text(NIXPKGS)
    project = tmp_path / "nixdrift"
    shutil.copytree(PROJECT / "nixdrift", project / "nixdrift", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("flake.nix", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, project / name)

    finished = subprocess.run(
        [
            *(nix_bin / "nix", "--extra-experimental-features", "nix-command flakes", "eval", "--raw"),
            *("--store", nix_store, "--no-write-lock-file", "--override-input", "nixpkgs", f"path:{nixpkgs}"),
            f"path:{project}#packages.x86_64-linux.default.name",
        ],
        env={"PATH": f"{nix_bin}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert finished.stdout == f"nixdrift-{version}", finished.stderr
