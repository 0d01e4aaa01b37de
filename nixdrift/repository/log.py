"""Questions to a history: its commits, what they changed, and what their files name. By git's plumbing alone."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nixdrift.evaluation import Position
from nixdrift.history import LoggedCommit
from nixdrift.repository.git import Git, call
from nixdrift.tree import Tree, parse_tree

_PINNING_FILES = ("*.nix", "*.json", "flake.lock")
"""Where revisions and locations of other sources are written."""


def commits(repo: Git, tip: str, most: int, *, without: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Give the newest commits of a history: id, id of the tree, subject; ``without`` what another one has."""
    excluded = [f"^{without}"] if without else []
    listing = call(
        repo,
        *("rev-list", "--topo-order", f"--max-count={most}", "--encoding=UTF-8", "--format=%H %T %s", tip, *excluded),
    )
    # Every second line is rev-list's own "commit <id>".
    lines = listing.decode("utf-8", "replace").split("\n")[1::2]
    found = (line.split(" ", 2) for line in lines)
    return tuple((commit, tree, printable(subject)) for commit, tree, subject in found)


def printable(subject: str) -> str:
    """Give a subject without what no terminal should get."""
    return "".join(character if character.isprintable() else " " for character in subject)


def count(repo: Git, tip: str, without: str) -> int:
    """Count the commits of a history that another one lacks."""
    return int(call(repo, "rev-list", "--count", tip, f"^{without}"))


def with_paths(repo: Git, found: Sequence[tuple[str, str, str]]) -> tuple[LoggedCommit, ...]:
    """Add to some commits the paths that each changed."""
    ids = "".join(f"{commit}\n" for commit, _tree, _subject in found)
    output = call(repo, *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--root"), stdin=ids.encode())
    paths: dict[str, set[str]] = {}
    fields = iter(output.split(b"\0")[:-1])
    commit = ""
    for one in fields:
        if one.startswith(b":"):
            paths.setdefault(commit, set()).add(os.fsdecode(next(fields)))
        else:
            commit = one.decode("ascii")
    return tuple(LoggedCommit(commit, subject, frozenset(paths.get(commit, ()))) for commit, _tree, subject in found)


def tree_of(repo: Git, tree: str) -> Tree:
    """List a tree by its id."""
    return parse_tree(call(repo, "ls-tree", "-r", "-t", "-z", "--full-tree", tree), tree)


def objects(repo: Git, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Look up objects by names such as ``<commit>:<path>``: id and type of each, both empty for one that is absent.

    A name must not hold a line break.
    """
    listing = call(repo, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=_lines(names))
    for line in listing.splitlines():
        object_id, _, kind = line.rpartition(b" ")
        absent = kind in {b"missing", b"ambiguous"}
        yield ("", "") if absent else (object_id.decode("ascii"), kind.decode("ascii"))


def _lines(names: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(name) + b"\n" for name in names)


def written(repo: Git, tree: str, pattern: str, *options: str) -> Mapping[str, Position]:
    """Give what matches a pattern in the files of a tree that pin other sources → where it is written first."""
    output = call(
        repo,
        *("grep", "-z", "-n", "-o", "-I", "--full-name", "--no-color", "-E", *options, "-e", pattern, tree),
        *("--", *_PINNING_FILES),
        nothing=1,
    )
    found: dict[str, Position] = {}
    for record in output.split(b"\n")[:-1]:
        match record.removeprefix(tree.encode("ascii") + b":").split(b"\0", 2):
            case [path, line, text]:
                found.setdefault(os.fsdecode(text), Position(os.fsdecode(path), int(line)))
            # Anything else is a piece of a path that has a line break in it.
    return found
