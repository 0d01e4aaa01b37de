"""Make a repository from a story: the same commits, to the byte of their ids, wherever it is told."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nixdrift.repository.git import call, initialise, isolated

_AUTHOR = ("-c", "user.name=The stack's team", "-c", "user.email=team@stack.example")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One commit: when, what for, and every file of its tree."""

    time: datetime
    message: str
    files: Mapping[str, str]


def make_repository(directory: Path, story: Sequence[Chapter]) -> list[str]:
    """Commit a story into a new repository, and give the commits' ids, oldest first."""
    initialise(directory, "sha1")
    repo = isolated(directory)
    commits = []
    for chapter in story:
        _write_tree(directory, chapter.files)
        date = chapter.time.isoformat()
        with repo.custom_environment(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date):
            call(repo, "add", "--all")
            call(repo, *_AUTHOR, "commit", "--quiet", "--message", chapter.message)
        commits.append(call(repo, "rev-parse", "HEAD").decode().strip())
    repo.clear_cache()
    return commits


def _write_tree(directory: Path, files: Mapping[str, str]) -> None:
    for entry in directory.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for path, content in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
