"""An evaluation does nothing but evaluate: nothing is built, asked of substituters or registries, or written."""

import gzip
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.command import CommandLine
from tests.corpus import commit_all
from tests.nix.project import DERIVE, make_project
from tests.repository.fingerprint import fingerprint
from tests.servers import serving

ABSENT = "/nix/store/0c6kzph7l0dcbfmjap64f0czdafn3b7x-absent"


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Be a binary cache that has everything, as far as it is asked, and note what that is."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 1\n" if "cache-info" in self.path else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name that it has there

        def log_message(self, *_message: object) -> None:
            pass

    with serving(Noting) as url:
        yield url, asked


def configured(nixdrift: CommandLine, url: str) -> None:
    """Let Nix be configured so that it would download, and build what it evaluates."""
    nixdrift.settings["NIX_CONFIG"] = "\n".join(
        (
            f"substituters = {url}",
            f"trusted-substituters = {url}",
            "require-sigs = false",
            "allow-import-from-derivation = true",
            f"flake-registry = {url}/registry.json",
            "experimental-features = nix-command flakes",
            "sandbox = false",
            "build-users-group =",
        )
    )


ATTEMPTS = {
    "a path that a substituter has": f'({DERIVE}) (builtins.readFile (builtins.storePath "{ABSENT}"))',
    "a source that a substituter has": f'derivation {{ name = "a"; system = "x86_64-linux"; builder = "/bin/sh"; '
    f'src = builtins.appendContext "{ABSENT}" {{ "{ABSENT}".path = true; }}; }}',
    "an import from a derivation": f'({DERIVE}) (builtins.readFile (derivation {{ name = "built"; '
    'system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo a > $out; echo > MARKER" ]; }))',
}


@pytest.mark.parametrize("flavour", ["default.nix", "flake.nix"])
def test_nothing_is_built_and_no_substituter_is_asked(
    flavour: str, nix_bin: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    attempts = " ".join(f'"{name}" = {text};' for name, text in ATTEMPTS.items())
    attributes = f'{{ fine = ({DERIVE}) "fine"; {attempts.replace("MARKER", str(tmp_path / "marker"))} }}'
    text = (
        attributes if flavour == "default.nix" else f"{{ outputs = _: {{ packages.x86_64-linux = {attributes}; }}; }}"
    )
    project = make_project(tmp_path, nix_bin, {flavour: text})
    call = ("check", "--json", "--keep-going", "--counterfactual", "always", "--system", "x86_64-linux")
    with listening() as (url, asked):
        configured(nixdrift, url)

        outcome = nixdrift(*call, "--store", tmp_path / "store", cwd=project.repository, nix=nix_bin)

    assert outcome.status == 0, outcome.stderr
    assert len({one["attribute"] for one in outcome.report["failed"]}) == len(ATTEMPTS)
    assert asked == []
    assert not (tmp_path / "marker").exists()
    nixdrift.leaves_nothing()


def test_nix_itself_would_ask_and_build(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    with listening() as (url, asked):
        configured(nixdrift, url)
        command = (
            newest_nix / "nix-instantiate",
            "--store",
            tmp_path / "store",
            "--eval",
            "--read-write-mode",
            "--expr",
        )
        subprocess.run(
            [*map(str, command), f'builtins.readFile (builtins.storePath "{ABSENT}")'],
            env=nixdrift.environment(newest_nix),
            capture_output=True,
            check=False,
        )
    assert any(path.endswith(".narinfo") for path in asked)


@pytest.mark.parametrize("command", ["snapshot", "history"])
def test_no_lock_file_is_written(command: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "flake.nix").write_text("{ outputs = { self }: { }; }")
    flake = f"""{{ inputs.other.url = "path:{other}";
      outputs = {{ self, other }}: {{ packages.x86_64-linux.a = ({DERIVE}) "a"; }}; }}"""
    project = make_project(tmp_path, newest_nix, {"flake.nix": flake})
    before = fingerprint(project.repository)
    more = ("-o", tmp_path / "file") if command == "snapshot" else ()

    outcome = nixdrift(
        command, "--impure", "--system", "x86_64-linux", "--store", tmp_path / "store", *more,
        cwd=project.repository, nix=newest_nix,
    )  # fmt: skip

    assert outcome.status in {0, 1}, outcome.stderr
    assert fingerprint(project.repository) == before


@pytest.mark.parametrize("flavour", ["default.nix", "flake.nix"])
def test_what_a_link_leads_to_is_in_nothing_that_is_written(
    flavour: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    private = "this is nobody else's"
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "file").write_text(private)
    derive = 'src: derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; inherit src; }'
    roots = f"let derive = {derive}; in {{ staging = derive ./src; production = derive ./other; }}"
    text = roots if flavour == "default.nix" else f"{{ outputs = _: {{ packages.x86_64-linux = {roots}; }}; }}"
    project = make_project(tmp_path, newest_nix, {flavour: text, "other/main.go": "package main\n"})
    for directory in ("src", "other"):
        place = project.repository / directory
        (place / "file").symlink_to(tmp_path / "private" / "file")
        (place / "directory").symlink_to(tmp_path / "private")
        (place / "above").symlink_to("../../private/file")
    (project.repository / "other" / "file").unlink()
    (project.repository / "other" / "file").symlink_to(tmp_path / "private" / "no-file")
    commit_all(project.repository, "linked")
    around = ("--system", "x86_64-linux", "--store", tmp_path / "store")
    saved = tmp_path / "saved"
    written = [
        nixdrift(*command, *around, cwd=project.repository, nix=newest_nix)
        for command in (
            ("check", "-v", "--json"),
            ("check", "--format", "html"),
            ("explain", "staging", "--json"),
            ("compare", "staging", "production", "--json"),
            ("compare", "--worktree", "staging", "production", "--json"),
            ("snapshot", "-o", saved),
        )
    ]

    assert [one.status for one in written] in ([0, 0, 0, 1, 1, 0], [1, 1, 0, 1, 1, 0])
    said = [one.stdout.decode() + one.stderr for one in written]
    assert [text for text in said if private in text] == []
    assert f"-> {tmp_path / 'private' / 'no-file'}" in said[3]
    assert private.encode() not in gzip.decompress(saved.read_bytes().partition(b"\n")[2])
