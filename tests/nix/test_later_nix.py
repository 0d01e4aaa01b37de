"""Answers about store paths that no release at hand gives: of later ones, and of one that says nothing."""

from pathlib import Path

import pytest

from nixdrift.errors import EvaluationError, InvalidInputError
from nixdrift.model import StorePath
from nixdrift.nix import Nix, NixSettings
from nixdrift.nix.deployed import held_by_store
from tests.command import fake_nix

A = StorePath(f"{'a' * 32}-a")
FORMAT_2 = f'{{"info":{{"{A}":{{"narHash":"x","narSize":7,"references":[]}}}},"storeDir":"/nix/store","version":2}}'


def speaking(tmp_path: Path, script: str) -> Nix:
    environment = {"PATH": f"{fake_nix(tmp_path / 'programs', script)}:/bin:/usr/bin"}
    return Nix(NixSettings(), environment, tmp_path, None, "2.99", "x86_64-linux", "/nix/store")


def test_a_release_that_asks_for_a_format_gets_one(tmp_path: Path) -> None:
    nix = speaking(
        tmp_path,
        f"""case "$*" in
          *"--json-format 2"*) echo '{FORMAT_2}' ;;
          *) echo "error: '--json' needs '--json-format'" >&2; exit 1 ;;
        esac""",
    )
    assert held_by_store(nix, "auto", [A]).sizes == {A: 7}


def test_a_store_that_is_silent_about_a_path_does_not_say_that_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=f"auto does not say whether it has {A}"):
        held_by_store(speaking(tmp_path, "echo '{}'"), "auto", [A])


def test_an_answer_in_a_format_to_come_is_not_misread(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="nix path-info is in format '3'"):
        held_by_store(speaking(tmp_path, f"echo '{FORMAT_2.replace(':2}', ':3}')}'"), "auto", [A])
