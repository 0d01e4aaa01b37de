"""A store of its own in which real Nix builds, without a sandbox, a small closure."""

import os
from dataclasses import dataclass
from pathlib import Path

from nixdrift.model import StorePath
from nixdrift.nix import NixSettings, open_nix
from nixdrift.nix.program import Nix

APP = """let derive = attributes: derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; } // attributes);
  lib = derive { name = "lib"; args = [ "-c" "echo ${LIB} > $out" ]; };
in derive { name = "app"; inherit lib; args = [ "-c" "echo $lib > $out" ]; }"""

_HOOK = '#!/bin/sh\necho "# decline-permanently" >&2\ncat > /dev/null\n'
"""Release 2.8 asks a program who builds, and does not find its own where a distribution unpacks it."""

_DIRECTORIES = {"NIX_STORE_DIR": "store", "NIX_STATE_DIR": "state", "NIX_LOG_DIR": "log", "NIX_CONF_DIR": "etc"}


@dataclass(frozen=True)
class Built:
    """A Nix, and what it built: an application and the library that it refers to."""

    nix: Nix
    app: StorePath
    lib: StorePath

    @property
    def closure(self) -> frozenset[StorePath]:
        return frozenset({self.app, self.lib})

    def full(self, path: StorePath) -> Path:
        return Path(self.nix.store_dir, path)

    def cache(self, directory: Path, path: StorePath | None = None) -> str:
        """Make a binary cache of the closure of a path, and give its URL."""
        url = f"file://{directory}"
        finished = self.nix.call("nix", "copy", "--to", url, str(self.full(path or self.app)))
        assert finished.status == 0, finished.stderr
        return url


def variables(nix_bin: Path, directory: Path) -> dict[str, str]:
    """Give the environment of a Nix whose machine's own store lies in a directory."""
    places = {name: str(directory / place) for name, place in _DIRECTORIES.items()}
    (directory / "state" / "db").mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(directory / "bin"), str(nix_bin), os.environ["PATH"]])
    return {**places, "PATH": path, "HOME": str(directory / "home")}


def building_nix(nix_bin: Path, directory: Path) -> Nix:
    """Open a Nix that can build in a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    hook = directory / "hook"
    hook.write_text(_HOOK)
    hook.chmod(0o755)
    options = (("sandbox", "false"), ("build-users-group", ""), ("build-hook", str(hook)))
    return open_nix(NixSettings(options=options), directory, variables(nix_bin, directory))


def build(nix: Nix, text: str) -> StorePath:
    """Build the derivation that an expression gives."""
    finished = nix.call("nix-build", "--no-out-link", "-", stdin=text.encode())
    assert finished.status == 0, finished.stderr
    return StorePath(finished.stdout.decode().strip().rpartition("/")[2])


def run_by_shell(nix: Nix, name: str, script: str, **variables: str) -> StorePath:
    """Build what a line for the shell makes; variables are Nix expressions."""
    given = " ".join(f"{variable} = {text};" for variable, text in variables.items())
    return build(
        nix,
        f"""derivation {{
          name = "{name}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "{script}" ]; {given}
        }}""",
    )


def build_app(nix: Nix, lib: str = "1") -> Built:
    """Build an application and a library with a content."""
    app = build(nix, APP.replace("${LIB}", lib))
    references = nix.call("nix-store", "--query", "--references", f"{nix.store_dir}/{app}").stdout.decode().split()
    return Built(nix, app, StorePath(references[0].rpartition("/")[2]))
