"""Names, revisions and addresses that look like options or programs are none: nothing is run, and nothing written."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from tests.command import CommandLine
from tests.corpus import commit_all, git
from tests.nix.project import DERIVE, make_project
from tests.repository.fingerprint import fingerprint, make_program

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "check --base": ("check", "--base=NAME"),
    "check --head": ("check", "--head=NAME"),
    "compare": ("compare", "--", "NAME:a", "a"),
    "history": ("history", "--", "NAME"),
    "history from": ("history", "--", "NAME..HEAD"),
    "history to": ("history", "--", "HEAD..NAME"),
    "rollback": ("rollback", "a", "--from=NAME"),
    "snapshot": ("snapshot", "--", "NAME"),
    "audit": ("audit", "--", "NAME"),
}
NAMES = ["--output=MARKER", "ext::PROGRAM", "--upload-pack=PROGRAM", "--exec=PROGRAM", "-OMARKER", "file://PROGRAM"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_revision_is_an_option_or_an_address(
    command: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": f'{{ a = ({DERIVE}) "a"; }}'})
    marker = tmp_path / "marker"
    program = make_program(tmp_path, marker)
    before = fingerprint(project.repository)
    for name in NAMES if command == "check --base" else NAMES[:2]:
        text = name.replace("PROGRAM", str(program)).replace("MARKER", str(marker))
        asked = [word.replace("NAME", text) for word in COMMANDS[command]]
        outcome = nixdrift(*asked, cwd=project.repository, nix=newest_nix)
        assert outcome.status in {2, 3}, (asked, outcome.stdout)
        assert "revision" in outcome.stderr, (asked, outcome.stderr)
    assert not marker.exists()
    assert fingerprint(project.repository) == before


def test_git_itself_would_write_where_such_a_revision_says(tmp_path: Path) -> None:
    project = make_project(tmp_path, tmp_path, {})
    git(project.repository, "log", f"--output={tmp_path / 'marker'}")
    assert (tmp_path / "marker").exists()


FILES = ["--output=x", "-n", "--", ":(exclude)*", ":!src", ":", "*", "HEAD", "a..b", "--upload-pack=touch x"]


@pytest.mark.parametrize("arguments", [(), ("--worktree",)])
def test_files_that_look_like_options_or_patterns_are_files(
    arguments: tuple[str, ...], nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    source = 'derivation { name = "a"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./src; }'
    project = make_project(tmp_path, newest_nix, {"default.nix": f"{{ a = {source}; }}"})
    for name in FILES:
        (project.repository / "src" / name).write_text("new\n")
        (project.repository / name).write_text("new\n")
    if not arguments:
        commit_all(project.repository, "odd")
    call = ("check", "--json", "--system", "x86_64-linux", "--store", tmp_path / "store", *arguments)

    outcome = nixdrift(*call, cwd=project.repository, nix=newest_nix)

    (component,) = outcome.report["components"]
    assert outcome.stderr == ""
    assert {path["path"] for path in component["changed_paths"]} == {f"src/{name}" for name in FILES}
    assert component["verdict"] == "rebuilt"
    assert outcome.report["census"]["changed_paths"] == 2 * len(FILES)
    assert not (tmp_path / "x").exists()
    assert not (project.repository / "x").exists()


ADDRESSES = [
    "ext::PROGRAM %S",
    "ext+PROGRAM://x/y",
    "--upload-pack=PROGRAM",
    "ssh://-oProxyCommand=PROGRAM/x",
    "file://PROGRAM",
]


def lock(address: str) -> str:
    """Give a lock file whose one input is to be fetched with git."""
    asked = {"type": "git", "url": address, "ref": "main", "rev": "0123456789abcdef0123456789abcdef01234567"}
    locked = {**asked, "lastModified": 1, "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
    nodes = {"root": {"inputs": {"x": "x"}}, "x": {"flake": False, "locked": locked, "original": asked}}
    return orjson.dumps({"nodes": nodes, "root": "root", "version": 7}).decode()


def flake(address: str) -> dict[str, str]:
    """Give a flake of which nothing evaluates before its input is fetched."""
    asked = f'type = "git"; url = "{address}"; ref = "main"; rev = "0123456789abcdef0123456789abcdef01234567";'
    text = (
        f"{{ inputs.x = {{ {asked} flake = false; }}; "
        f'outputs = {{ self, x }}: {{ packages.x86_64-linux.a = ({DERIVE}) (builtins.readFile "${{x}}/y"); }}; }}'
    )
    return {"flake.nix": text, "flake.lock": lock(address)}


def hostile_git(nixdrift: CommandLine, program: Path) -> None:
    """Let git run a program for every address, if it but listened to the user's configuration, or the environment."""
    (nixdrift.home / ".gitconfig").write_text(
        f'[core]\n\tsshCommand = {program}\n[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n'
    )
    nixdrift.settings.update(
        GIT_SSH_COMMAND=str(program),
        GIT_SSH=str(program),
        GIT_ALLOW_PROTOCOL="ext:ssh:file",
        GIT_PROXY_COMMAND=str(program),
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_of_an_input_runs_a_program(
    address: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    runs_nothing(address, nixdrift, newest_nix, tmp_path)


def test_no_release_of_nix_runs_one(nixdrift: CommandLine, nix_bin: Path, tmp_path: Path) -> None:
    runs_nothing("ssh://nowhere.invalid/x", nixdrift, nix_bin, tmp_path)


def runs_nothing(address: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path) -> None:
    """Check that a flake whose input has an address is refused, and no program was run for it."""
    marker = tmp_path / "marker"
    program = make_program(tmp_path, marker)
    project = make_project(tmp_path, nix_bin, flake(address.replace("PROGRAM", str(program))))
    hostile_git(nixdrift, program)
    call = ("check", "--system", "x86_64-linux", "--store", tmp_path / "store")

    outcome = nixdrift(*call, cwd=project.repository, nix=nix_bin)

    assert outcome.status == 3
    assert not marker.exists()
    nixdrift.leaves_nothing()


def test_nix_itself_would_run_what_is_configured(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    program = make_program(tmp_path, marker)
    project = make_project(tmp_path, newest_nix, flake("ssh://nowhere.invalid/x"))
    hostile_git(nixdrift, program)
    command = [newest_nix / "nix", "--extra-experimental-features", "nix-command flakes", "--store", tmp_path / "store"]

    subprocess.run(
        [*map(str, command), "eval", ".#a"],
        cwd=project.repository,
        env=nixdrift.environment(newest_nix),
        capture_output=True,
        check=False,
    )

    assert marker.exists()
