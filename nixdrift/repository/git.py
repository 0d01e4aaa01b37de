"""Call git through GitPython with nothing of the caller's environment or configuration in its way."""

import os
from pathlib import Path

import git

from nixdrift.errors import RepositoryError

ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
"""For the private repository: no configuration but its own, so that no filter, hook or helper is even defined."""

READ_ONLY = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
"""For the user's repository: their own configuration (``safe.directory`` lives there), and no refreshed index."""


def call(repo: git.Repo, *arguments: str) -> bytes:
    """Run one git command in a repository and give its raw output.

    Raises `RepositoryError` with git's own message where it fails.
    """
    command = ["git", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", *arguments]
    try:
        output = repo.git.execute(command, stdout_as_string=False, strip_newline_in_stdout=False)
    except git.GitCommandError as error:
        raise RepositoryError(f"git {arguments[0]} failed: {git_message(error)}") from error
    return output


def initialise(directory: Path, object_format: str) -> None:
    """Make an empty repository, without the templates (and so without the hooks) of anybody's configuration."""
    directory.mkdir()
    command = git.Git(directory)
    command.update_environment(**ISOLATED)
    command.execute(
        ["git", "init", "--quiet", "--template=", "--initial-branch=master", f"--object-format={object_format}"]
    )


def isolated(directory: Path) -> git.Repo:
    """Open a repository of our own, in the environment that belongs to it."""
    repo = git.Repo(directory)
    repo.git.update_environment(**ISOLATED)
    return repo


def git_message(error: git.GitCommandError) -> str:
    """Give what git said, as one line: its last ``fatal:`` or ``error:`` line where there is one."""
    text = error.stderr.removeprefix("\n  stderr: '").removesuffix("'")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    spoken = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return spoken[0].removeprefix("fatal: ").removeprefix("error: ") if spoken else f"exit status {error.status}"
