"""Both ways to the graph give the same records: the store's own files, and what Nix shows."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.derivation.stored import Texts
from nixdrift.errors import IncompleteGraphError
from nixdrift.model import StorePath
from nixdrift.nix import NixSettings, open_nix
from nixdrift.nix.closures import closures
from nixdrift.nix.program import Nix

ALL_KINDS = Path(__file__).parent.parent.parent / "fixtures" / "samples" / "all-kinds.nix"


def opened(nix_bin: Path, tmp_path: Path) -> Nix:
    environment = {"PATH": str(nix_bin), "HOME": str(tmp_path)}
    return open_nix(NixSettings(system="x86_64-linux", store=tmp_path / "store"), tmp_path, environment)


def instantiated(nix: Nix, text: str) -> list[StorePath]:
    finished = nix.call("nix-instantiate", "-", stdin=text.encode())
    assert finished.status == 0, finished.stderr
    return [StorePath(line.partition("!")[0].rpartition("/")[2]) for line in finished.stdout.decode().split()]


def all_kinds(nix: Nix, directory: Path) -> list[StorePath]:
    shutil.copyfile(ALL_KINDS, directory / "all-kinds.nix")
    (directory / "file.txt").write_text("a file\n")
    (directory / "dir").mkdir()
    return instantiated(nix, f"import {directory}/all-kinds.nix")


def behind_a_daemon(nix: Nix) -> Nix:
    """Give the same Nix with its store where this machine does not see the files."""
    options = (("store", str(nix.store_root)),)
    return replace(nix, store_root=None, settings=replace(nix.settings, options=options))


def test_the_store_and_nix_itself_give_the_same_records(nix_bin: Path, tmp_path: Path) -> None:
    nix = opened(nix_bin, tmp_path)
    roots = all_kinds(nix, tmp_path)
    from_store = closures(nix, roots, Texts())
    assert len(from_store) >= 18
    assert closures(behind_a_daemon(nix), roots, Texts()) == from_store


CHAIN = """let d = name: input: derivation { inherit name input; system = "x86_64-linux"; builder = "/bin/sh"; };
in d "top" (d "middle" (d "bottom" null))"""


def collected(nix: Nix, roots: list[StorePath]) -> None:
    """Remove all but the roots, as a garbage collection in the middle of a run could."""
    for file in nix.physical_store.glob("*.drv"):
        if StorePath(file.name) not in roots:
            file.unlink()


def test_what_base_and_head_share_is_read_once(newest_nix: Path, tmp_path: Path) -> None:
    nix = opened(newest_nix, tmp_path)
    known = Texts()
    roots = instantiated(nix, CHAIN)
    first = closures(nix, roots, known)
    assert len(first) == 3
    collected(nix, roots)
    assert closures(nix, roots, known) == first


def test_a_store_derivation_that_is_gone_is_said(newest_nix: Path, tmp_path: Path) -> None:
    nix = opened(newest_nix, tmp_path)
    roots = instantiated(nix, CHAIN)
    collected(nix, roots)
    with pytest.raises(IncompleteGraphError, match=r"a store derivation is gone: .*-middle\.drv"):
        closures(nix, roots, Texts())


def test_more_roots_than_a_command_line_holds_are_read(newest_nix: Path, tmp_path: Path) -> None:
    nix = opened(newest_nix, tmp_path)
    text = """builtins.genList (n: derivation {
      name = "a-rather-long-name-for-a-derivation-of-which-there-are-many-${toString n}";
      system = "x86_64-linux"; builder = "/bin/sh";
    }) 1500"""
    roots = instantiated(nix, text)
    assert len(roots) == 1500
    expected = closures(nix, roots, Texts())
    assert closures(behind_a_daemon(nix), roots, Texts()) == expected
