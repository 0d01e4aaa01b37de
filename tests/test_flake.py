"""The project's own flake evaluates, in every release, with as little of nixpkgs as it names."""

import json
import os
import re
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
      escapeShellArgs = builtins.concatStringsSep " ";
      fileset = { unions = files: files; toSource = { root, fileset }: builtins.seq (map toString fileset) "${root}"; };
      makeBinPath = packages: "";
    };
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] (system: rec {
      inherit lib;
      git = null; gnumake = null; ruff = null; hello = made "hello" { };
      stdenv.hostPlatform.system = system;
      mkShell = { packages }: builtins.deepSeq packages (made "shell" { });
      runCommand = name: attributes: script: builtins.deepSeq attributes (made name { inherit script; });
      writeShellApplication = { name, runtimeInputs, text }:
        builtins.deepSeq runtimeInputs (made name { inherit text; });
      python3.withPackages = choose: builtins.deepSeq (choose python3Packages) (made "python" { });
      python3Packages = {
        hatchling = "hatchling"; click = "click"; gitpython = "gitpython"; msgspec = "msgspec"; networkx = "networkx";
        orjson = "orjson"; pathspec = "pathspec"; platformdirs = "platformdirs"; rich = "rich";
        jinja2 = "jinja2"; markupsafe = "markupsafe"; html5lib = "html5lib"; playwright = "playwright";
        distributed = "distributed"; fsspec = "fsspec"; hypothesis = "hypothesis"; jsonschema = "jsonschema";
        pytest = "pytest"; pytest-xdist = "pytest-xdist";
        buildPythonApplication = attributes:
          made "${attributes.pname}-${attributes.version}" { inherit (attributes) src; }
          // attributes.passthru // { inherit (attributes) dependencies; };
      };
      made = name: attributes: derivation ({ inherit name system; builder = "/bin/sh"; } // attributes);
    });
  };
}
"""


EVERYTHING = """
{ outputs = { self, own }: { found = let
  flake = own.inputs.nixdrift; pkgs = own.inputs.nixpkgs.legacyPackages.x86_64-linux;
  saved = { inherit pkgs; base = "a"; head = "b"; changes = "c"; };
  each = builtins.mapAttrs (system: builtins.mapAttrs (name: made: made.drvPath));
in {
  packages = each flake.packages; checks = each flake.checks; shells = each flake.devShells;
  apps = builtins.mapAttrs (system: made: made.default.program) flake.apps;
  names = map (made: made.name) (builtins.attrValues flake.checks.x86_64-linux);
  name = flake.packages.x86_64-linux.default.name;
  inherit (flake.packages.x86_64-linux.default) dependencies optional-dependencies;
  overlay = (flake.overlays.default pkgs pkgs).nixdrift.name;
  drift = own.apps.x86_64-linux.drift;
  drifts = builtins.attrNames (builtins.getContext own.apps.x86_64-linux.drift.program);
  snapshots = (flake.lib.checkSnapshots saved).script;
}; }; }
"""
SYSTEMS = {"x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"}


def names_of(requirements: list[str]) -> list[str]:
    return [re.split("[^A-Za-z0-9-]", requirement)[0] for requirement in requirements]


def test_every_output_and_the_documented_flake_of_a_user_evaluate(
    nix_bin: Path, nix_store: Path, tmp_path: Path
) -> None:
    nixpkgs, project, own = tmp_path / "nixpkgs", tmp_path / "nixdrift", tmp_path / "own"
    shutil.copytree(PROJECT / "nixdrift", project / "nixdrift", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("flake.nix", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, project / name)
    documented = re.findall(r"```nix\n(.*?)```", (PROJECT / "docs" / "nix.md").read_text(), re.DOTALL)[0]
    everything = tmp_path / "everything"
    for directory, text in ((nixpkgs, NIXPKGS), (own, documented), (everything, EVERYTHING)):
        directory.mkdir()
        (directory / "flake.nix").write_text(text)

    finished = subprocess.run(
        [
            *(nix_bin / "nix", "--extra-experimental-features", "nix-command flakes", "eval", "--json"),
            *("--store", nix_store, "--no-write-lock-file", "--override-input", "own", f"path:{own}"),
            *("--override-input", "own/nixpkgs", f"path:{nixpkgs}"),
            *("--override-input", "own/nixdrift", f"path:{project}"),
            *("--override-input", "own/nixdrift/nixpkgs", f"path:{nixpkgs}"),
            f"path:{everything}#found",
        ],
        env={"PATH": f"{nix_bin}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout)
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert found["name"] == found["overlay"] == f"nixdrift-{declared['version']}"
    assert found["dependencies"] == names_of(declared["dependencies"])
    assert found["optional-dependencies"] == {
        extra: names_of(declared["optional-dependencies"][extra]) for extra in ("distributed", "remote-cache")
    }
    assert all(set(found[kind]) == SYSTEMS for kind in ("packages", "checks", "shells", "apps"))
    assert found["drift"]["type"] == "app"
    assert found["drift"]["program"].endswith("/bin/nixdrift-check")
    (script,) = (nix_store / found["drifts"][0].lstrip("/")).read_text().splitlines()
    assert "exec nixdrift check --fail-on warning packages.x86_64-linux.* " in script
    assert "--base-graph a --head-graph b --changes c --fail-on error" in found["snapshots"]
