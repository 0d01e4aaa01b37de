"""A fingerprint of a repository, and a repository that does all it can to run a program of its own."""

import hashlib
import os
import stat
from pathlib import Path

from tests.corpus import git

Fingerprint = dict[str, tuple[int, int, str]]

HOOKS = (
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-rewrite",
    "pre-auto-gc",
    "pre-commit",
    "prepare-commit-msg",
    "reference-transaction",
    "update",
)


def fingerprint(directory: Path) -> Fingerprint:
    """Give the mode, the time of the last change and the content of everything below a directory.

    A directory's own time is among them: even a lock that came and went leaves its trace.
    """
    found = {}
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files, "."):
            path = Path(folder, name)
            status = path.lstat()
            found[os.path.relpath(path, directory)] = (status.st_mode, status.st_mtime_ns, _content(path, status))
    return found


def _content(path: Path, status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return str(path.readlink())
    return hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(status.st_mode) else ""


def make_hostile(repository: Path, home: Path, marker: Path) -> None:
    """Configure whatever git can be told to run; running any of it makes the marker.

    Committed attributes ask for the filters, so even a checkout elsewhere would run them if they were configured.
    """
    program = make_program(repository.parent, marker)
    (repository / ".gitattributes").write_text("* filter=hostile diff=hostile merge=hostile\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "--quiet", "--message", "attributes", "--", ".gitattributes")
    hooks = repository.parent / "hooks"
    for directory in (hooks, repository / ".git" / "hooks"):
        directory.mkdir(exist_ok=True)
        for hook in HOOKS:
            (directory / hook).unlink(missing_ok=True)
            (directory / hook).symlink_to(program)
    text = configuration(program, hooks)
    with (repository / ".git" / "config").open("a") as file:
        file.write(text)
    (home / ".gitconfig").write_text(text)


def make_program(directory: Path, marker: Path) -> Path:
    """Make the program that leaves a line in the marker whenever it is run."""
    program = directory / "hostile"
    program.write_text(f"#!/bin/sh\necho $0 $* >>'{marker}'\ncat\n")
    program.chmod(0o755)
    return program


def configuration(program: Path, hooks: Path) -> str:
    """Give a configuration of git that names a program wherever one can be named."""
    return f"""
[core]
    hooksPath = {hooks}
    fsmonitor = {program}
    sshCommand = {program}
    pager = {program}
    editor = {program}
    askPass = {program}
    gitProxy = {program}
    alternateRefsCommand = {program}
[filter "hostile"]
    clean = {program}
    smudge = {program}
    required = true
[diff]
    external = {program}
[diff "hostile"]
    textconv = {program}
    command = {program}
[merge "hostile"]
    driver = {program}
[alias]
    rev-parse = !{program}
    cat-file = !{program}
    status = !{program}
[credential]
    helper = {program}
[gpg]
    program = {program}
[uploadpack]
    packObjectsHook = {program}
[log]
    showSignature = true
[maintenance]
    auto = true
[gc]
    auto = 1
"""
