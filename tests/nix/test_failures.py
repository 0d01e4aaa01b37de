"""Attributes that do not evaluate: each is reported by name with Nix's own message, and the others are judged."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from nixdrift.cli.exits import EXIT_NOT_JUDGED
from nixdrift.errors import EvaluationError
from nixdrift.report import render_json
from tests.command import CommandLine
from tests.corpus import commit_all
from tests.nix.project import DERIVE, make_project, verdicts

FAILING = f"""let make = {DERIVE}; in rec {{
  good = make "good";
  thrown = throw "at ${{toString ./src}}: not today";
  asserted = assert 1 == 2; good;
  missing = derivation {{ name = "missing"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./absent; }};
  mistyped = make (1 + "a");
  undefined = good.nope;
  looping = let x = x; in make x;
  aborted = abort "enough in ${{toString ./.}}";
  unread = make (builtins.readFile ./nix/absent.txt);
  unparsed = import ./nix/broken.nix;
  unimported = import ./nix/absent.nix;
  undone = import (make "built-during-evaluation");
  nested = {{ recurseForDerivations = true; fine = make "fine"; bad = make (builtins.readFile ./absent); }};
}}"""

MESSAGES = {
    "aborted": r"enough in \.",
    "asserted": r"assertion '\(1 == 2\)' failed|'1' is not equal",
    "looping": r"infinite recursion encountered \(at default\.nix:\d+:\d+\)",
    "missing": r"'absent'",
    "mistyped": r"cannot add a string to an integer \(at default\.nix:\d+:\d+\)",
    "nested.bad": r"'absent'",
    "thrown": r"^at src: not today$",
    "undefined": r"attribute 'nope' missing \(at default\.nix:\d+:\d+\)",
    "undone": r"'allow-import-from-derivation' is disabled",
    "unimported": r"'nix/absent\.nix'",
    "unparsed": r"syntax error, unexpected ';' \(at nix/broken\.nix:1:7\)",
    "unread": r"'nix/absent\.txt'",
}
FILES = {"default.nix": FAILING, "nix/broken.nix": "{ a = ; }"}
FLAKE = {"flake.nix": "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }"}
PREFIXES = {"file": "", "flake": "packages.x86_64-linux."}


@pytest.mark.parametrize("flavour", PREFIXES)
def test_what_fails_is_reported_by_name_and_place_and_the_others_are_judged(
    flavour: str, nix_bin: Path, tmp_path: Path
) -> None:
    prefix = PREFIXES[flavour]
    project = make_project(tmp_path, nix_bin, FILES | (FLAKE if flavour == "flake" else {}))
    report = project.check()
    assert verdicts(report) == {f"{prefix}good": "rebuilt", f"{prefix}nested.fine": "rebuilt"}
    for failed in (report.failed_base, report.failed_head):
        messages = {one.name.removeprefix(prefix): one.message for one in failed}
        assert messages.keys() == MESSAGES.keys()
        for name, message in messages.items():
            assert re.search(MESSAGES[name], message), (name, message)
    assert report.judgement.census.roots_failed == len(MESSAGES)
    assert str(tmp_path).encode() not in render_json(report)
    assert not re.search(rb"-source/|\xc2\xab|git\+file", render_json(report))


def test_a_message_of_a_flakes_input_is_not_taken_for_one_of_the_repository(nix_bin: Path, tmp_path: Path) -> None:
    text = '{ outputs = { self }: { text = builtins.readFile "${self}/src/absent"; }; }'
    inner = make_project(tmp_path / "inner", nix_bin, {"flake.nix": text})
    flake = f"""{{ inputs.other.url = "git+file://{inner.repository}";
      outputs = {{ self, other }}: let make = {DERIVE}; in {{
        packages.x86_64-linux = {{
          a = make "a"; b = make other.text; c = make (builtins.readFile "${{self}}/src/gone");
        }};
      }}; }}"""
    project = make_project(tmp_path, nix_bin, {"flake.nix": flake})
    _lock(project.repository, nix_bin, tmp_path)
    report = project.check(settings={"impure": True})
    messages = {one.name.rpartition(".")[2]: one.message for one in report.failed_head}
    assert messages.keys() == {"b", "c"}
    assert "'src/gone'" in messages["c"]
    assert re.search(r"/nix/store/[0-9a-z]{32}-source/src/absent", messages["b"])
    assert str(tmp_path / "store") not in messages["b"]


def _lock(repository: Path, nix_bin: Path, home: Path) -> None:
    subprocess.run(
        [nix_bin / "nix", "flake", "lock", "--store", home / "store"],
        cwd=repository,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "NIX_CONFIG": "experimental-features = nix-command flakes"},
        check=True,
        capture_output=True,
    )
    commit_all(repository, "lock")
    (repository / "src" / "main.go").write_text("package main // once more\n")
    commit_all(repository, "head")


BROKEN = {
    "a syntax error": ("{ outputs = ; }", r"syntax error, unexpected ';'.*\(at flake\.nix:1:13\)"),
    "no outputs": ("{ }", "outputs"),
    "outputs that fail": ('{ outputs = { self }: throw "no outputs"; }', "no outputs"),
    "an input that is not locked": (
        '{ inputs.other.url = "git+file:///nowhere"; outputs = { self, other }: { }; }',
        "in pure mode|lock file",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_flake_that_cannot_be_read_is_one_clear_line(what: str, nix_bin: Path, tmp_path: Path) -> None:
    flake, message = BROKEN[what]
    with pytest.raises(EvaluationError, match=message) as caught:
        make_project(tmp_path, nix_bin, {"flake.nix": flake}).check()
    assert caught.value.message.startswith("HEAD^1: ")
    assert str(tmp_path) not in caught.value.message
    assert "/nix/store" not in caught.value.message
    assert caught.value.hint is not None


LOCKED_TO = """{ "version": 7, "root": "root", "nodes": { "root": { "inputs": { "other": "other" } }, "other": {
  "original": { "type": "github", "owner": "somebody", "repo": "other", "ref": "stable" },
  "locked": { "type": "github", "owner": "somebody", "repo": "other", "rev": "1111111111111111111111111111111111111111",
    "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "lastModified": 1 } } } }"""


@pytest.mark.parametrize(("asked", "is_hinted"), [("main", True), ("stable", False)])
def test_a_lock_that_was_made_for_another_input_is_what_to_look_at(
    asked: str, is_hinted: bool, nix_bin: Path, tmp_path: Path
) -> None:
    flake = f'{{ inputs.other.url = "github:somebody/other/{asked}"; outputs = {{ self, other }}: throw "not today"; }}'
    with pytest.raises(EvaluationError) as caught:
        make_project(tmp_path, nix_bin, {"flake.nix": flake, "flake.lock": LOCKED_TO}).check()
    hint = "flake.nix asks for another other than flake.lock was made for: nix flake lock"
    assert (caught.value.hint == hint) is is_hinted


BROKEN_FILES = {
    "a syntax error": ("{ a = ; }", r"default\.nix does not evaluate: syntax error.*\(at default\.nix:1:7\)"),
    "what throws": ('throw "not today"', r"default\.nix does not evaluate: not today"),
    "a function of what nobody gives": ("{ pkgs }: pkgs", r"default\.nix does not evaluate: .*pkgs"),
    "nothing but failures": ('{ a = throw "one"; b = throw "two"; }', "nothing evaluates; a: one"),
    "no derivation": ("{ a = 1; }", "nothing to judge: no derivation at base or head"),
}


@pytest.mark.parametrize("what", BROKEN_FILES)
def test_a_file_that_cannot_be_evaluated_is_one_clear_line(what: str, nix_bin: Path, tmp_path: Path) -> None:
    content, message = BROKEN_FILES[what]
    with pytest.raises(EvaluationError, match=message) as caught:
        make_project(tmp_path, nix_bin, {"default.nix": content}).check()
    assert str(tmp_path) not in caught.value.message
    assert caught.value.hint is not None


def test_many_failures_are_found_without_one_call_each(nix_bin: Path, tmp_path: Path) -> None:
    attributes = "".join(
        f'  a{number} = {"abort" if number % 8 == 3 else "make"} "a{number}";\n' for number in range(64)
    )
    project = make_project(tmp_path, nix_bin, {"default.nix": f"let make = {DERIVE}; in {{\n{attributes}}}"})
    report = project.check(base="HEAD", head="HEAD")
    assert {one.name for one in report.failed_head} == {f"a{number}" for number in range(3, 64, 8)}
    assert all(re.search(rf"'?{one.name}'?$", one.message) for one in report.failed_head)
    assert len(report.judgement.components) == 56


@pytest.mark.parametrize("flavour", PREFIXES)
def test_a_failure_is_exit_3_unless_it_is_accepted(
    flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    project = make_project(tmp_path, newest_nix, FILES | (FLAKE if flavour == "flake" else {}))
    arguments = ("check", "--system", "x86_64-linux", "--store", tmp_path / "store", "--format", "json")
    refused = nixdrift(*arguments, cwd=project.repository, nix=newest_nix)
    accepted = nixdrift(*arguments, "--keep-going", cwd=project.repository, nix=newest_nix)
    assert (refused.status, accepted.status) == (EXIT_NOT_JUDGED, 0)
    assert refused.stdout == accepted.stdout
    assert accepted.stderr == ""
    error, hint = refused.stderr.splitlines()
    assert re.match(r"nixdrift: error: not evaluated: \S+, \S+, \S+ and 9 more: ", error)
    assert hint == "nixdrift: hint: the others were judged; to accept that: --keep-going"
    assert len(accepted.report["failed"]) == 2 * len(MESSAGES)
    nixdrift.leaves_nothing()


def test_what_fails_on_one_side_only_is_said_to(nix_bin: Path, tmp_path: Path) -> None:
    project = make_project(
        tmp_path, nix_bin, {"default.nix": f'let make = {DERIVE}; in {{ a = make "a"; b = make "b"; }}'}
    )
    (project.repository / "default.nix").write_text(f'let make = {DERIVE}; in {{ a = make "a"; b = abort "broken"; }}')
    commit_all(project.repository, "breaks b")
    report = project.check()
    assert report.failed_base == ()
    assert [one.name for one in report.failed_head] == ["b"]
    assert verdicts(report)["a"] == "unchanged"
    assert verdicts(report).get("b") != "unchanged"
