"""Call git through GitPython with nothing of the caller's environment or configuration in its way."""

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

# GitPython looks for git when it is imported, and ends the program where there is none; `call` says it in one line.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git as Git
from git import GitCommandError, GitCommandNotFound

from nixdrift.errors import RepositoryError
from nixdrift.progress import Process, logged

_LOG = logging.getLogger(__name__)

_SILENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "LC_ALL": "C",
}
"""No question, no refreshed index, and nothing fetched: a partial clone would fetch by programs of its configuration.

Releases of git before 2.45 know lazy fetches by their protocol only, so none is allowed.
"""

PARTIAL_HINT = "a partial clone lacks content: fetch without --filter"

_TRY_GIT = "does git itself work here? try `git status`"

ISOLATED = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **_SILENT}
"""For the private repository: no configuration but its own, so that no filter, hook or helper is even defined."""

READ_ONLY = _SILENT
"""For the user's repository: their own configuration, since ``safe.directory`` lives there."""


def call(repo: Git, *arguments: str, stdin: bytes = b"", nothing: int = 0) -> bytes:
    """Run one git command in a repository and give its raw output.

    ``nothing`` is an exit status by which the command says that it found nothing, and not that it failed.
    Raises `RepositoryError` with git's own message where it fails, or where there is no git.
    """
    command = ["git", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", *arguments]
    try:
        with tempfile.TemporaryFile() as file, logged(_LOG, ["git", *arguments]) as told:
            file.write(stdin)
            file.seek(0)
            output = _output(repo, command, file, told)
    except GitCommandNotFound as error:
        raise RepositoryError("git is not on PATH", hint="install git") from error
    except GitCommandError as error:
        if nothing and error.status == nothing:
            return b""
        raise RepositoryError(f"git failed: {git_message(error)}", hint=_TRY_GIT) from error
    return output


def _output(repo: Git, command: list[str], stdin: BinaryIO, told: Process) -> bytes:
    try:
        output: bytes = repo.execute(command, istream=stdin, stdout_as_string=False, strip_newline_in_stdout=False)
    except GitCommandError as error:
        told.status = error.status if isinstance(error.status, int) else None
        raise
    told.status = 0
    return output


def initialise(directory: Path, object_format: str) -> None:
    """Make an empty repository, without the templates (and so without the hooks) of anybody's configuration."""
    directory.mkdir()
    call(
        isolated(directory),
        *("init", "--quiet", "--template=", "--initial-branch=master", f"--object-format={object_format}"),
    )


def isolated(directory: Path) -> Git:
    """Give the git of a repository of our own, in the environment that belongs to it."""
    return _git_in(directory, ISOLATED)


def read_only(directory: Path) -> Git:
    """Give the git of the user's repository, in an environment in which it changes nothing."""
    return _git_in(directory, READ_ONLY)


def _git_in(directory: Path, environment: Mapping[str, str]) -> Git:
    repo = Git(directory)
    repo.update_environment(**environment)
    return repo


def git_message(error: GitCommandError) -> str:
    """Give what git said, as one line: its last ``fatal:`` or ``error:`` line where there is one."""
    text = error.stderr.removeprefix("\n  stderr: '").removesuffix("'")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    spoken = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return spoken[0].removeprefix("fatal: ").removeprefix("error: ") if spoken else f"exit status {error.status}"
