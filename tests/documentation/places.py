"""Where the documentation's commands are called: repositories that are made for that."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from nixdrift.demo.incident import INCIDENT
from nixdrift.repository.story import Chapter, make_repository
from tests.command import CHECKOUT
from tests.documentation.aftermath import AFTERMATH, FLAKE, RELEASE, TRACING
from tests.nix.building import building_nix, variables

_INCIDENT = tuple(event.chapter for event in INCIDENT)

STORIES: Mapping[str, tuple[Chapter, ...]] = {
    "stack": _INCIDENT,
    "environments": (*_INCIDENT, AFTERMATH, RELEASE),
    "flake": (*_INCIDENT, AFTERMATH, RELEASE, FLAKE, TRACING),
    "deployed": (*_INCIDENT, AFTERMATH, RELEASE, FLAKE, TRACING),
}
"""Name of a place → the commits of its repository: the incident, what came after it, and the same on a machine that
has built it, with `result`, what it refers to, and a part of that."""

_CONFIGURATION = """\
build-users-group =
experimental-features = nix-command flakes
sandbox = false
substituters =
"""


def prepared(place: str, directory: Path, nix: Path) -> tuple[Path, dict[str, str]]:
    """Make a place, and give where commands are called there, and in which environment."""
    repository = directory / "stack"
    make_repository(repository, STORIES[place])
    for arguments in (("branch", "-m", "main"), ("tag", "v1.2", "HEAD~4"), ("tag", "v1.4")):
        subprocess.run(("git", "-C", str(repository), *arguments), check=True)
    if place == "deployed":
        return repository, _environment(directory, nix) | _machine(directory / "machine", nix, repository)
    environment = _environment(directory, nix)
    _keep_apart(directory, nix)
    return repository, environment


def _environment(directory: Path, nix: Path) -> dict[str, str]:
    programs = directory / "programs"
    programs.mkdir()
    script = programs / "nixdrift"
    script.write_text(f'#!/bin/sh\nPATH={nix}:$PATH exec {sys.executable} -m nixdrift "$@"\n')
    script.chmod(0o755)
    return {
        "PATH": os.pathsep.join(map(str, (programs, nix, os.environ["PATH"]))),
        "HOME": str(directory / "home"),
        "XDG_CACHE_HOME": str(directory / "home" / "cache"),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "NIX_CONFIG": _CONFIGURATION,
        "GITHUB_STEP_SUMMARY": str(directory / "summary.md"),
    }


def _keep_apart(directory: Path, nix: Path) -> None:
    """Let a Nix that a page calls itself work in a store of its own, and never in this machine's."""
    for name in ("nix", "nix-build", "nix-instantiate", "nix-store"):
        program = directory / "programs" / name
        program.write_text(f"#!/bin/sh\nNIX_REMOTE='local?root={directory}/store' exec {nix / name} \"$@\"\n")
        program.chmod(0o755)


def _machine(directory: Path, nix: Path, repository: Path) -> dict[str, str]:
    """Build the stack in a store of its own, and give the variables with which Nix finds that."""
    builder = building_nix(nix, directory)
    for link, attribute in {"result": "fleet", "production-system": "production"}.items():
        arguments = ("-A", attribute, "--out-link", str(repository / link), str(repository / "default.nix"))
        done = builder.call("nix-build", *arguments)
        assert done.status == 0, done.stderr
    assert builder.call("nix-build", "--no-out-link", str(repository / "default.nix")).status == 0
    closure = builder.call("nix-store", "--query", "--requisites", str(repository / "result")).stdout
    (repository / "closure.txt").write_bytes(closure)
    (repository / "image.txt").write_bytes(closure.splitlines(keepends=True)[0])
    return {name: value for name, value in variables(nix, directory).items() if name.startswith("NIX_")}
