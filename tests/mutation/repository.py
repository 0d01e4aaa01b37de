"""Write the commits of a scenario into a git repository, without a work tree: there are thousands of them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.expressions import rendered
from tests.mutation.project import Files, State
from tests.placeholders import filled, git
from tests.worlds import File

BRANCH = "refs/heads/main"


def make_repository(directory: Path, first: State, flavour: str) -> str:
    """Make a repository with its first commit, and give that."""
    directory.mkdir(parents=True)
    git(directory, "init", "--quiet", "--initial-branch=main")
    return commit(directory, rendered(first, flavour), None)


def commit(repository: Path, files: Files, parent: str | None) -> str:
    """Commit some files and nothing else to the branch, after a parent, and give the commit's id.

    Their texts may name what `tests.placeholders.filled` knows; commits are counted from the first.
    """
    if parent is not None:
        git(repository, "update-ref", BRANCH, parent)
    stream = b"".join(_stream({path: _filled(repository, file) for path, file in files.items()}, parent))
    command = ["git", "fast-import", "--quiet", "--force", "--date-format=raw"]
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(command, cwd=repository, env=environment, input=stream, check=True, capture_output=True)
    return git(repository, "rev-parse", BRANCH)


def _filled(repository: Path, file: File) -> File:
    if b"@" not in file.content:
        return file
    return File(filled(repository, file.content.decode()).encode(), file.mode)


def _stream(files: Files, parent: str | None) -> Iterator[bytes]:
    # In time, too, a commit follows its parent.
    when = 1735689600
    yield b"commit %s\ncommitter Study <study@example.org> %d +0000\n" % (BRANCH.encode(), when)
    yield b"data 6\ncommit\n"
    if parent is not None:
        yield b"from %s\n" % parent.encode()
    yield b"deleteall\n"
    for path, file in sorted(files.items()):
        yield b"M %s inline %s\ndata %d\n" % (file.mode.encode(), path.encode(), len(file.content))
        yield file.content + b"\n"


def check_out(repository: Path) -> None:
    """Write the files of the branch beside the repository's own."""
    git(repository, "reset", "--quiet", "--hard", BRANCH)
