"""What the texts of the corpus can only name: places, commits and hashes that are not known before they are made."""

import base64
import hashlib
import os
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from nixdrift.sources import Prover
from nixdrift.store.paths import source_path
from nixdrift.tree import parse_tree

_IDENTITY = {
    "GIT_AUTHOR_NAME": "corpus",
    "GIT_AUTHOR_EMAIL": "corpus@example.org",
    "GIT_AUTHOR_DATE": "2025-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "corpus",
    "GIT_COMMITTER_EMAIL": "corpus@example.org",
    "GIT_COMMITTER_DATE": "2025-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}

SIBLING = "library"
"""The name of the checkout beside a project's repository, and of the folder of a cause that it is made from."""


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository, as somebody of the corpus."""
    return _output(repository, *arguments).decode().strip()


def _output(repository: Path, *arguments: str) -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": str(repository.parent), **_IDENTITY}
    return subprocess.run(["git", *arguments], cwd=repository, env=environment, check=True, capture_output=True).stdout


def sibling_of(repository: Path) -> Path:
    """Give the checkout beside a repository."""
    return repository.parent / SIBLING


def commits_of(repository: Path) -> list[str]:
    """Give the ids of the commits of the branch that is checked out, oldest first."""
    return git(repository, "rev-list", "--reverse", "--first-parent", "HEAD").split()


def filled(repository: Path, value: Any) -> Any:
    """Put in what a text can only name, in all texts of a value.

    ``@REPOSITORY@`` and ``@SIBLING@`` are directories, ``@COMMIT:n@`` and ``@SIBLING:n@`` ids of the n-th commit there
    (the first being 0); ``@NAR:n:path@`` and ``@FLAT:n:path@`` are hashes of a path in the n-th commit (``now``: in
    the work tree), of its archive or its content alone, and ``@STORE:n:path@`` is its store path.
    """
    match value:
        case str():
            return _PLACEHOLDER.sub(
                lambda found: _PLACES[found[1]](repository, *filter(None, found.groups()[1:])), value
            )
        case list():
            return [filled(repository, one) for one in value]
        case dict():
            return {key: filled(repository, one) for key, one in value.items()}
    return value


def _commit(repository: Path, number: str) -> str:
    return commits_of(repository)[int(number)]


def _sibling(repository: Path, number: str | None = None) -> str:
    sibling = sibling_of(repository)
    return str(sibling) if number is None else _commit(sibling, number)


def _tree(repository: Path, number: str) -> str:
    if number != "now":
        return f"{_commit(repository, number)}^{{tree}}"
    git(repository, "add", "--all")
    return git(repository, "write-tree")


def _archive(repository: Path, number: str, path: str = "") -> bytes:
    tree = _tree(repository, number)
    listing = parse_tree(_output(repository, "ls-tree", "-r", "-t", "-z", tree), git(repository, "rev-parse", tree))
    digest = Prover(partial(_output, repository, "cat-file", "blob"), "/nix/store").archive_digest(listing, path)
    assert digest is not None, f"{path} is not in commit {number}"
    return digest


def _nar(repository: Path, number: str, path: str = "") -> str:
    return f"sha256-{base64.b64encode(_archive(repository, number, path)).decode()}"


def _flat(repository: Path, number: str, path: str) -> str:
    content = _output(repository, "cat-file", "blob", f"{_tree(repository, number).removesuffix('^{tree}')}:{path}")
    return hashlib.sha256(content).hexdigest()


def _store(repository: Path, number: str, path: str) -> str:
    taken = source_path(_archive(repository, number, path), path.rpartition("/")[2], "/nix/store")
    return f"/nix/store/{taken}"


_PLACES: dict[str, Callable[..., str]] = {
    "REPOSITORY": str,
    "SIBLING": _sibling,
    "COMMIT": _commit,
    "NAR": _nar,
    "FLAT": _flat,
    "STORE": _store,
}

_PLACEHOLDER = re.compile(rf"@({'|'.join(_PLACES)})(?::(\w+))?(?::([^@]*))?@")
