"""One word names what is deployed: a list, standard input, a profile, a store."""

import io
import os
import sys
from pathlib import Path

import pytest

from nixdrift.errors import InvalidInputError, UsageError
from nixdrift.nix.program import Nix
from nixdrift.pipeline.deployed import read_deployed
from tests.nix.building import Built, build_app, building_nix, run_by_shell

A = f"/nix/store/{'a' * 32}-a"


@pytest.fixture
def built(nix_bin: Path, tmp_path: Path) -> Built:
    return build_app(building_nix(nix_bin, tmp_path / "machine"))


def no_nix() -> Nix:
    raise AssertionError("Nix is not needed here")


def test_a_file_is_a_list_and_needs_no_nix(tmp_path: Path) -> None:
    (tmp_path / "closure").write_text(f"{A}\n")
    (tmp_path / "link").symlink_to("closure")
    for name in ("closure", "link"):
        deployed = read_deployed(str(tmp_path / name), no_nix, [])
        assert (deployed.paths, deployed.described) == ({A[11:]}, str(tmp_path / name))


def test_a_pipe_is_a_list(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, f"{A}\n".encode())
    os.close(write)
    assert read_deployed(f"/dev/fd/{read}", no_nix, []).paths == {A[11:]}
    os.close(read)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{A}\n".encode())))
    deployed = read_deployed("-", no_nix, [])
    assert (deployed.paths, deployed.described) == ({A[11:]}, "standard input")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(InvalidInputError, match="standard input is empty"):
        read_deployed("-", no_nix, [])


def test_a_profile_a_result_and_a_store_object_are_closures(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("result").symlink_to(built.full(built.app))
    for name in ("result", "./result", str(built.full(built.app))):
        deployed = read_deployed(name, lambda: built.nix, [])
        assert (deployed.paths, deployed.is_closure, deployed.described) == (built.closure, True, str(Path(name)))


def test_a_list_inside_of_a_store_object_is_a_list(built: Built, tmp_path: Path) -> None:
    info = run_by_shell(built.nix, "closure-info", f"/bin/mkdir $out; echo {A} > $out/store-paths")
    (tmp_path / "info").symlink_to(built.full(info))
    assert read_deployed(str(tmp_path / "info" / "store-paths"), no_nix, []).paths == {A[11:]}
    assert read_deployed(str(tmp_path / "info"), lambda: built.nix, []).paths == {info}


def test_a_url_is_a_store_that_is_asked_for_the_paths(built: Built, tmp_path: Path) -> None:
    url = built.cache(tmp_path / "cache", built.lib)
    for name in (url, f"{url}?trusted=true"):
        assert read_deployed(name, lambda: built.nix, built.closure).paths == {built.lib}
    for name in ("auto", "local", "local?trusted=true"):
        deployed = read_deployed(name, lambda: built.nix, [built.app])
        assert (deployed.paths, deployed.is_closure) == ({built.app}, False)


def test_a_directory_beside_the_call_is_not_taken_for_a_store(built: Built, tmp_path: Path) -> None:
    root = tmp_path / "mnt"
    (root / "nix" / "store").mkdir(parents=True)
    with pytest.raises(UsageError, match="is a directory that leads into no store") as raised:
        read_deployed(str(root), lambda: built.nix, [])
    assert raised.value.hint == f"ask the store in it: local?root={root}"
    profiles = root / "nix" / "var" / "nix" / "profiles"
    profiles.mkdir(parents=True)
    (profiles / "system").symlink_to("system-1-link")
    with pytest.raises(UsageError) as raised:
        read_deployed(str(root), lambda: built.nix, [])
    assert raised.value.hint == f"name a profile in it, with its store: {profiles}/system --store {root}"
    with pytest.raises(UsageError) as raised:
        read_deployed(str(tmp_path), lambda: built.nix, [])
    assert "- for standard input" in str(raised.value.hint)


@pytest.mark.parametrize("name", ["absent", "", "a\0b", "--help", "x" * 5000])
def test_what_is_not_there_is_said_with_what_could_be_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there is no '") as raised:
        read_deployed(name, no_nix, [])
    assert "ssh-ng://host" in str(raised.value.hint)
    assert raised.value.message.isprintable()
