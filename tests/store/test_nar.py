import hashlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from nixdrift.errors import InvalidInputError
from nixdrift.store.nar import Directory, Node, Regular, Symlink, nar_chunks, nar_digest, nar_digests

from .trees import lay_out, nodes

some_with_nix = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def archive(node: Node) -> bytes:
    return b"".join(nar_chunks(node))


@some_with_nix
@given(node=nodes)
def test_the_archive_of_any_tree_is_the_one_that_nix_makes(nix_bin: Path, node: Node) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "tree")
        lay_out(node, path)
        dumped = subprocess.run([nix_bin / "nix-store", "--dump", path], capture_output=True, check=True).stdout
    assert archive(node) == dumped
    assert nar_digest(node) == hashlib.sha256(dumped).digest()


@given(node=nodes)
def test_what_is_loaded_when_reached_makes_no_difference(node: Node) -> None:
    assert archive(deferred(node)) == archive(node)


def deferred(node: Node) -> Node:
    match node:
        case Regular(bytes(content), executable):
            return Regular(lambda: content, executable)
        case Directory(entries) if isinstance(entries, Mapping):
            return Directory(lambda: {name: deferred(child) for name, child in reversed(list(entries.items()))})
        case _:
            return node


def test_an_empty_file_is_archived_as_published() -> None:
    words = [b"nix-archive-1", b"(", b"type", b"regular", b"contents", b"", b")"]
    framed = (len(word).to_bytes(8, "little") + word + b"\0" * (-len(word) % 8) for word in words)
    assert archive(Regular(b"")) == b"".join(framed)


def test_only_what_is_reached_is_loaded() -> None:
    def late() -> bytes:
        raise AssertionError("loaded too early")

    chunks = nar_chunks(Directory({b"b": Regular(late), b"a": Regular(b"x" * 70_000)}))
    assert b"x" in next(chunks)
    with pytest.raises(AssertionError, match="too early"):
        next(chunks)


def test_a_tree_deeper_than_pythons_stack_is_archived() -> None:
    node: Node = Symlink(b"end")
    for _ in range(5000):
        node = Directory({b"d": node})
    assert archive(node).count(b"directory") == 5000


def test_small_files_are_joined_into_large_chunks() -> None:
    tree = Directory({str(number).encode(): Regular(b"small") for number in range(2000)})
    chunks = list(nar_chunks(tree))
    assert len(chunks) <= len(b"".join(chunks)) // (1 << 16) + 1


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"a\0b"])
def test_a_name_that_no_file_can_have_is_refused(name: bytes) -> None:
    with pytest.raises(InvalidInputError, match="a directory entry cannot be named"):
        archive(Directory({name: Regular(b"")}))


def with_keys(node: Node, keys: Iterator[int], found: dict[int, Node]) -> Node:
    """Give a tree whose directories and files have numbers for keys, every third one none; and what has which."""
    number = next(keys)
    key = None if number % 3 == 0 else number
    marked = node if isinstance(node, Symlink) else replace(node, key=key)
    if isinstance(node, Directory) and not callable(node.entries):
        marked = replace(
            node, key=key, entries={name: with_keys(one, keys, found) for name, one in node.entries.items()}
        )
    if key is not None and not isinstance(node, Symlink):
        found[key] = node
    return marked


@given(nodes)
def test_digests_that_are_made_in_one_walk_are_those_of_each_alone(tree: Node) -> None:
    found: dict[int, Node] = {}
    marked = with_keys(tree, count(1), found)

    assert dict(nar_digests(marked)) == {key: nar_digest(node) for key, node in found.items()}
    assert nar_digest(marked) == nar_digest(tree)


def test_what_is_hashed_for_several_directories_is_loaded_once() -> None:
    loaded = []
    file = Regular(lambda: loaded.append(1) or b"content", key="file")
    tree = Directory({b"a": Directory({b"b": file}, key="a")}, key="top")

    assert {key for key, _digest in nar_digests(tree)} == {"file", "a", "top"}
    assert loaded == [1]
