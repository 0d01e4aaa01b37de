"""The real command line in a process of its own, with nothing of this machine in its environment."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson

CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def report(self) -> Any:
        """The JSON report on standard output."""
        return orjson.loads(self.stdout)

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The last part of a component's name → its verdict."""
        return {one["name"].rpartition(".")[2]: one["verdict"] for one in self.report["components"]}


@dataclass(frozen=True)
class CommandLine:
    """Calls nixdrift in an environment of which every part is known."""

    home: Path
    programs: Path
    """The one directory on PATH besides a Nix: it holds git, and what a fake Nix needs."""
    settings: dict[str, str] = field(default_factory=dict)
    """Further variables of the environment."""
    wrapper: tuple[str, ...] = ()
    """A program of this machine that starts Python, with its own options."""

    @property
    def runs(self) -> Path:
        """Where runs work."""
        return self.home / "cache" / "nixdrift" / "runs"

    def environment(self, nix: Path | None) -> dict[str, str]:
        """Give the environment of a call, with one Nix on PATH or none."""
        return {
            "PATH": os.pathsep.join(map(str, [*([nix] if nix else []), self.programs])),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
            **self.settings,
        }

    def _command(self, arguments: tuple[object, ...]) -> list[str]:
        return [*self.wrapper, sys.executable, "-m", "nixdrift", *map(str, arguments)]

    def start(self, *arguments: object, cwd: Path, nix: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start ``nixdrift`` and do not wait for it."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=cwd,
            env=self.environment(nix),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(
        self,
        *arguments: object,
        cwd: Path,
        nix: Path | None = None,
        stdin: bytes = b"",
        stdout: BinaryIO | int = subprocess.PIPE,
    ) -> Outcome:
        """Run ``nixdrift`` to its end."""
        done = subprocess.run(
            self._command(arguments),
            cwd=cwd,
            env=self.environment(nix),
            input=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
        return Outcome(done.returncode, done.stdout or b"", done.stderr.decode())

    def refuses(self, outcome: Outcome, status: int, error: str, hint: str) -> None:
        """Check that a call ended with one line that says what is wrong, one that helps, and nothing else."""
        assert outcome.stdout == b""
        lines = outcome.stderr.splitlines()
        assert len(lines) == 2, outcome.stderr
        assert lines[0].startswith("nixdrift: error: "), lines
        assert re.search(error, lines[0]), lines[0]
        assert lines[1].startswith("nixdrift: hint: "), lines
        assert re.search(hint, lines[1]), lines[1]
        assert outcome.status == status
        self.leaves_nothing()

    def leaves_nothing(self) -> None:
        """Check that no run left a file behind."""
        assert [file.name for file in self.runs.glob("*")] == []


def program_directory(directory: Path, *names: str) -> Path:
    """Make a directory with links to a few of this machine's programs."""
    directory.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found is not None, name
        (directory / name).symlink_to(found)
    return directory


def fake_nix(directory: Path, script: str) -> Path:
    """Make a directory in which ``nix`` and ``nix-instantiate`` are a shell script."""
    directory.mkdir()
    for name in ("nix", "nix-instantiate"):
        program = directory / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return directory
