import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath, name_of
from nixdrift.store.hashes import DIGEST_SIZES
from nixdrift.store.nar import Directory, Node, nar_chunks, nar_digest
from nixdrift.store.paths import (
    LONGEST_NAME,
    METHOD_PREFIXES,
    compress,
    fixed_output_path,
    is_store_path,
    is_valid_name,
    method_and_algorithm,
    raw_digest,
    source_digest,
    source_digests,
    source_path,
    split_method_and_algorithm,
    text_path,
)

from .trees import lay_out, nodes

# Nix before 2.19 or so refuses a leading dot in the names that it takes from the command line.
names = st.from_regex(r"[0-9a-zA-Z+_?=][0-9a-zA-Z+\-._?=]{0,20}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32)
some_with_nix = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def added(nix_bin: Path, nix_store: Path, *arguments: str | Path) -> str:
    argv = [nix_bin / "nix-store", "--store", nix_store, *arguments]
    done = subprocess.run(argv, capture_output=True, check=True, text=True)
    return done.stdout.strip().removeprefix("/nix/store/")


def on_disk(node: Node, name: str, number: int, tmp_path: Path) -> Path:
    directory = tmp_path / str(number)
    directory.mkdir(exist_ok=True)
    target = directory / f"{len(list(directory.iterdir()))}"
    target.mkdir()
    lay_out(node, target / name)
    return target / name


@some_with_nix
@given(node=nodes, name=names)
def test_a_source_has_the_path_that_nix_gives_it(
    nix_bin: Path, nix_store: Path, tmp_path: Path, node: Node, name: str
) -> None:
    path = on_disk(node, name, 0, tmp_path)
    assert added(nix_bin, nix_store, "--add", path) == source_path(nar_digest(node), name, "/nix/store")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@settings(some_with_nix, max_examples=4)
@given(node=nodes.filter(lambda node: isinstance(node, Directory)), name=names)
def test_a_fixed_tree_has_the_path_that_nix_gives_it(
    nix_bin: Path, nix_store: Path, tmp_path: Path, algorithm: str, node: Node, name: str
) -> None:
    path = on_disk(node, name, 1, tmp_path)
    digest = hashlib.new(algorithm, b"".join(nar_chunks(node))).hexdigest()
    expected = fixed_output_path("nar", algorithm, digest, name, "/nix/store")
    assert added(nix_bin, nix_store, "--add-fixed", "--recursive", algorithm, path) == expected


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@settings(some_with_nix, max_examples=4)
@given(content=st.binary(max_size=100), name=names)
def test_a_fixed_file_has_the_path_that_nix_gives_it(
    nix_bin: Path, nix_store: Path, tmp_path: Path, algorithm: str, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    digest = hashlib.new(algorithm, content).hexdigest()
    expected = fixed_output_path("flat", algorithm, digest, name, "/nix/store")
    assert added(nix_bin, nix_store, "--add-fixed", algorithm, path) == expected


TEXT_WITH_REFERENCES = r"""
let inner = builtins.toFile "inner" "content"; in builtins.toFile "outer.txt" "see ${inner}"
"""


def test_a_text_has_the_path_that_nix_gives_it(nix_bin: Path, nix_store: Path) -> None:
    evaluation = ("--eval", "--read-write-mode", "-E", TEXT_WITH_REFERENCES)
    argv = (nix_bin / "nix-instantiate", "--store", nix_store, *evaluation)
    printed = subprocess.run(argv, capture_output=True, check=True, text=True).stdout.strip().strip('"')
    inner = text_path(hashlib.sha256(b"content").hexdigest(), "inner", "/nix/store")
    content = f"see /nix/store/{inner}".encode()
    outer = text_path(hashlib.sha256(content).hexdigest(), "outer.txt", "/nix/store", [inner])
    assert printed == f"/nix/store/{outer}"


@given(digest=digests, some=st.lists(names, max_size=4))
def test_the_fast_form_gives_the_same_digests(digest: bytes, some: list[str]) -> None:
    for name, raw in source_digests(digest, some, "/gnu/store"):
        path = source_path(digest, name, "/gnu/store")
        assert raw == raw_digest(path) == source_digest(digest, name, "/gnu/store")
        assert name_of(path) == name
        assert is_store_path(path)


def test_the_store_directory_is_part_of_the_path() -> None:
    assert source_path(bytes(32), "x", "/nix/store") != source_path(bytes(32), "x", "/gnu/store")


@given(data=st.binary(max_size=100), size=st.integers(1, 32))
def test_compressing_folds_with_exclusive_or(data: bytes, size: int) -> None:
    folded = compress(data, size)
    assert len(folded) == size
    assert compress(data + folded.rjust(-len(data) % size + size, b"\0"), size) == bytes(size) or len(data) % size


@pytest.mark.parametrize("name", ["a", ".hidden", "A+b-c.d_e?f=g", "x" * LONGEST_NAME])
def test_a_valid_name_is_accepted(name: str) -> None:
    assert is_valid_name(name)


@pytest.mark.parametrize("name", ["", "a b", "a@b", "é", "a/b", "a\n", "x" * (LONGEST_NAME + 1)])
def test_an_invalid_name_is_refused(name: str) -> None:
    assert not is_valid_name(name)
    with pytest.raises(InvalidInputError, match="not a name for a store object"):
        source_path(bytes(32), name, "/nix/store")


@pytest.mark.parametrize("text", ["", "x", "0" * 32, "0" * 32 + "-", "e" * 32 + "-x", "0" * 31 + "-x", "/nix/store/x"])
def test_a_text_that_is_no_store_path_is_told_apart(text: str) -> None:
    assert not is_store_path(text)
    assert is_store_path(StorePath("0" * 32 + "-x"))


@given(method=st.sampled_from(sorted(METHOD_PREFIXES)), algorithm=st.sampled_from(sorted(DIGEST_SIZES)))
def test_method_and_algorithm_are_read_as_written(method: str, algorithm: str) -> None:
    assert split_method_and_algorithm(method_and_algorithm(method, algorithm)) == (method, algorithm)


@pytest.mark.parametrize("text", ["", "sha3", "zip:sha256", "r:", ":sha256", "r:r:sha256"])
def test_an_unknown_method_or_algorithm_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="unknown"):
        split_method_and_algorithm(text)
    with pytest.raises(InvalidInputError, match="unknown ingestion method"):
        method_and_algorithm("zip", "sha256")
