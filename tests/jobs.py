"""Lines as ``nix-eval-jobs`` writes them: made by hand, and by real Nix, which stands in for it."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.corpus import git
from tests.graphs import SYSTEM, drv_path

_WALK = Path(__file__).parent / "jobs.nix"
_FEATURES = "experimental-features = nix-command flakes ca-derivations impure-derivations dynamic-derivations"


def job(*path: str, number: int = 1, name: str = "", **fields: Any) -> dict[str, Any]:
    """Give the record of an attribute that evaluates; the number makes the digest of its derivation."""
    made = drv_path(name or path[-1], number)
    known = {"name": name or path[-1], "system": SYSTEM, "drvPath": made, "outputs": {"out": made.removesuffix(".drv")}}
    return {"attr": ".".join(path), "attrPath": list(path), **known, **fields}


def failure(*path: str, error: str = "error: it throws", **fields: Any) -> dict[str, Any]:
    """Give the record of an attribute that does not evaluate."""
    return {"attr": ".".join(path), "attrPath": list(path), "error": error, "fatal": False, **fields}


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Write records as ``nix-eval-jobs`` does: one a line, keys sorted, each line ended."""
    return b"".join(orjson.dumps(record, option=orjson.OPT_SORT_KEYS) + b"\n" for record in records)


@dataclass(frozen=True)
class Evaluator:
    """A real Nix that evaluates commits of a repository, in a store below a directory."""

    nix_bin: Path
    repository: Path

    @property
    def store(self) -> Path:
        return self.repository.parent / "store"

    def file(self, revision: str, *, force: bool = False) -> list[dict[str, Any]]:
        """Evaluate a commit's ``default.nix`` where it lies."""
        head = git(self.repository, "symbolic-ref", "--short", "HEAD")
        git(self.repository, "checkout", "--quiet", "--detach", revision)
        found = self.here(force=force)
        git(self.repository, "checkout", "--quiet", head)
        return found

    def here(self, *, force: bool = False) -> list[dict[str, Any]]:
        """Evaluate the ``default.nix`` that lies there now."""
        called = "value: if builtins.isFunction value then value { } else value"
        return self._records(f"({called}) (import {self.repository}/default.nix)", force=force)

    def flake(self, revision: str, *fragment: str) -> list[dict[str, Any]]:
        """Evaluate what lies below an attribute path of a commit's flake."""
        commit = git(self.repository, "rev-parse", revision)
        value = "".join(f'."{part}"' for part in fragment)
        url = f"git+file://{self.repository}?rev={commit}"
        return self._records(f'(builtins.getFlake "{url}"){value}', "--option", "pure-eval", "true", force=True)

    def dump(self, records: Sequence[Mapping[str, Any]]) -> bytes:
        """Show the closures of what was evaluated, as a machine without the store needs them."""
        paths = [record["drvPath"] for record in records if "drvPath" in record]
        return self._run("nix", "derivation", "show", "--recursive", *paths)

    def _records(self, value: str, *options: str, force: bool) -> list[dict[str, Any]]:
        text = f"({_WALK.read_text()}) {{ value = {value}; force = {'true' if force else 'false'}; }}"
        how = ("--eval", "--strict", "--json", "--read-write-mode", *options)
        found: list[dict[str, Any]] = orjson.loads(self._run("nix-instantiate", *how, "-", stdin=text.encode()))
        return found

    def _run(self, program: str, *arguments: str, stdin: bytes = b"") -> bytes:
        return subprocess.run(
            [self.nix_bin / program, *arguments, "--store", self.store],
            input=stdin,
            cwd=self.repository,
            env={"PATH": os.environ["PATH"], "HOME": str(self.repository.parent), "NIX_CONFIG": _FEATURES},
            check=True,
            capture_output=True,
        ).stdout


def write(file: Path, records: Sequence[Mapping[str, Any]]) -> str:
    """Write records to a file, and give its name."""
    file.write_bytes(lines(records))
    return str(file)
