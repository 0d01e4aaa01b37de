"""The truth corpus: real repositories from its folders, and the pairs of commits that are to be judged."""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent / "fixtures" / "corpus"
FLAVOURS = ("file", "flake")

_IDENTITY = {
    "GIT_AUTHOR_NAME": "A Founder",
    "GIT_AUTHOR_EMAIL": "founder@example.org",
    "GIT_COMMITTER_NAME": "A Founder",
    "GIT_COMMITTER_EMAIL": "founder@example.org",
    "GIT_AUTHOR_DATE": "2025-03-03T10:00:00Z",
    "GIT_COMMITTER_DATE": "2025-03-03T10:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Pair:
    """Two commits of one project, and what is right about them."""

    cause: str
    name: str
    edits: tuple[Mapping[str, Any], ...]
    verdicts: Mapping[str, str]
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.cause}: {self.name}"


def pairs() -> Iterator[Pair]:
    """Give every pair of every cause."""
    for specification in sorted(CORPUS.glob("*/pairs.toml")):
        for pair in tomllib.loads(specification.read_text())["pair"]:
            yield Pair(
                specification.parent.name,
                pair["name"],
                tuple(pair["edits"]),
                pair["verdicts"],
                tuple(pair.get("findings", ())),
            )


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository, as somebody of the corpus."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(repository.parent), **_IDENTITY}
    finished = subprocess.run(["git", *arguments], cwd=repository, env=environment, check=True, capture_output=True)
    return finished.stdout.decode().strip()


def commit_all(repository: Path, message: str) -> str:
    """Commit all that is in a work tree, and give the commit's id."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(repository, "rev-parse", "HEAD")


def make_project(directory: Path, cause: str, flavour: str) -> Path:
    """Make the repository of one cause, with its base committed."""
    repository = directory / "stack"
    shutil.copytree(CORPUS / "tree", repository)
    shutil.copyfile(CORPUS / cause / "default.nix", repository / "default.nix")
    if flavour == "flake":
        shutil.copyfile(CORPUS / "flake.nix", repository / "flake.nix")
    git(repository, "init", "--quiet", "--initial-branch=main")
    commit_all(repository, "base")
    return repository


def apply(repository: Path, edits: tuple[Mapping[str, Any], ...]) -> None:
    """Edit a work tree."""
    for edit in edits:
        for action, operand in edit.items():
            _EDITS[action](repository, operand)


def _append(repository: Path, path: str) -> None:
    file = repository / path
    file.write_text(file.read_text() + "// changed\n")


def _write(repository: Path, path: str) -> None:
    (repository / path).write_text("new\n")


def _delete(repository: Path, path: str) -> None:
    (repository / path).unlink()


def _move(repository: Path, paths: list[str]) -> None:
    (repository / paths[0]).rename(repository / paths[1])


def _executable(repository: Path, path: str) -> None:
    (repository / path).chmod(0o755)


def _replace(repository: Path, texts: list[str]) -> None:
    file = repository / "default.nix"
    content = file.read_text()
    assert texts[0] in content
    file.write_text(content.replace(texts[0], texts[1]))


_EDITS = {
    "append": _append,
    "write": _write,
    "delete": _delete,
    "move": _move,
    "executable": _executable,
    "replace": _replace,
}
