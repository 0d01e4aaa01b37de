"""What an evaluation can read of the environment of whoever judges it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from nixdrift.nix.variables import variables
from nixdrift.snapshot import read_snapshot
from tests.command import CommandLine
from tests.nix.project import make_project

READING = """
derivation {
  name = "curious"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./src;
  token = builtins.getEnv "GITHUB_TOKEN"; key = builtins.getEnv "AWS_SECRET_ACCESS_KEY";
  stage = builtins.getEnv "STAGE"; hooks = builtins.getEnv "GIT_CONFIG_GLOBAL"; home = builtins.getEnv "HOME";
}
"""
SECRETS = {"GITHUB_TOKEN": "ghp_secret", "AWS_SECRET_ACCESS_KEY": "secret", "STAGE": "production"}


def seen(nixdrift: CommandLine, nix_bin: Path, directory: Path, *options: str) -> Mapping[str, str]:
    """Evaluate an expression that reads the environment, and give what it has seen."""
    project = make_project(directory, nix_bin, {"default.nix": READING})
    nixdrift.settings.update(SECRETS)
    file = directory / "curious.snapshot"
    done = nixdrift(
        "snapshot", "HEAD", "-o", file, "--store", directory / "store", *options, cwd=project.repository, nix=nix_bin
    )
    assert done.status == 0, done.stderr
    (derivation,) = read_snapshot(file.read_bytes(), source="it").evaluation.derivations.values()
    return derivation.env


def test_no_token_is_within_reach_of_an_expression(nixdrift: CommandLine, nix_bin: Path, tmp_path: Path) -> None:
    found = seen(nixdrift, nix_bin, tmp_path)

    assert (found["token"], found["key"], found["stage"]) == ("", "", "")
    assert found["home"] == str(nixdrift.home)


def test_what_is_let_through_by_its_name_is(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> None:
    found = seen(nixdrift, newest_nix, tmp_path, "--keep-env-var", "STAGE", "-k", "GIT_CONFIG_GLOBAL")

    assert (found["token"], found["key"], found["stage"]) == ("", "", "production")
    # It is not for git: with another configuration of git, other programs are run.
    assert found["hooks"] == "/dev/null"


@pytest.mark.parametrize(
    "name",
    ["PATH", "NIX_PATH", "NIX_REMOTE", "NIXPKGS_ALLOW_UNFREE", "NIV_OVERRIDE_x", "LC_ALL", "https_proxy", "HOME"],
)
def test_what_nix_and_nixpkgs_read_reaches_them(name: str) -> None:
    assert variables({name: "value"}, (), None, Path("run"))[name] == "value"


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "CI_JOB_TOKEN", "NIXDRIFT", "AWS_PROFILE", "GIT_DIR", "path", ""])
def test_nothing_else_does(name: str) -> None:
    assert name not in variables({name: "value"}, (), None, Path("run"))


def test_git_cannot_be_redirected_by_what_is_let_through() -> None:
    found = variables({"GIT_DIR": "/elsewhere", "GIT_CONFIG_GLOBAL": "/elsewhere"}, ("GIT_DIR",), None, Path("run"))

    assert "GIT_DIR" not in found
    assert found["GIT_CONFIG_GLOBAL"] == "/dev/null"
