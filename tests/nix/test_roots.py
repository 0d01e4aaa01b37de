"""Which attributes of a flake or an expression file are judged, in every release of Nix."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nixdrift.errors import EvaluationError, NixdriftError, UsageError
from tests.command import CommandLine
from tests.corpus import git
from tests.nix.project import DERIVE, make_project, roots, verdicts

FLAKE = f"""{{
  outputs = {{ self }}: let make = {DERIVE}; in {{
    packages.x86_64-linux = {{ goinstance = make "goinstance"; default = make "goinstance"; "a.b" = make "dotted"; }};
    packages.aarch64-linux.goinstance = throw "another system's";
    legacyPackages.x86_64-linux = {{ old = make "old"; sub = {{ deep = make "deep"; }}; }};
    checks.x86_64-linux.unit = make "unit";
    devShells.x86_64-linux.default = make "shell";
    nixosConfigurations.web.config.system.build.toplevel = make "web";
    nixosConfigurations.db.config = {{ system.build.toplevel = make "db"; boot = throw "not looked at"; }};
    hydraJobs.nightly.deep = make "nightly";
    lib.answer = 42;
    overlays.default = final: prev: {{ }};
  }};
}}"""

SYSTEM = "packages.x86_64-linux"
FLAKE_ROOTS: Mapping[tuple[str, ...], set[str]] = {
    (): {
        f"{SYSTEM}.goinstance",
        f"{SYSTEM}.default",
        f'{SYSTEM}."a.b"',
        "checks.x86_64-linux.unit",
        "nixosConfigurations.web.config.system.build.toplevel",
        "nixosConfigurations.db.config.system.build.toplevel",
        "hydraJobs.nightly.deep",
    },
    (".#",): {
        f"{SYSTEM}.goinstance",
        f"{SYSTEM}.default",
        f'{SYSTEM}."a.b"',
        "checks.x86_64-linux.unit",
        "nixosConfigurations.web.config.system.build.toplevel",
        "nixosConfigurations.db.config.system.build.toplevel",
        "hydraJobs.nightly.deep",
    },
    ("goinstance",): {f"{SYSTEM}.goinstance"},
    (".#goinstance",): {f"{SYSTEM}.goinstance"},
    ('.#"a.b"',): {f'{SYSTEM}."a.b"'},
    ("old", "goinstance"): {"legacyPackages.x86_64-linux.old", f"{SYSTEM}.goinstance"},
    ("sub.deep",): {"legacyPackages.x86_64-linux.sub.deep"},
    ("packages",): {f"{SYSTEM}.goinstance", f"{SYSTEM}.default", f'{SYSTEM}."a.b"'},
    ("checks",): {"checks.x86_64-linux.unit"},
    ("devShells",): {"devShells.x86_64-linux.default"},
    ("packages.x86_64-linux.*",): {f"{SYSTEM}.goinstance", f"{SYSTEM}.default", f'{SYSTEM}."a.b"'},
    (".#nixosConfigurations.web", "goinstance"): {
        "nixosConfigurations.web.config.system.build.toplevel",
        f"{SYSTEM}.goinstance",
    },
    ("nixosConfigurations.*.config.system.build.toplevel",): {
        "nixosConfigurations.web.config.system.build.toplevel",
        "nixosConfigurations.db.config.system.build.toplevel",
    },
}


@pytest.mark.parametrize("asked", FLAKE_ROOTS, ids=" ".join)
def test_the_roots_of_a_flake_are_what_was_asked_for_or_what_is_built_and_deployed(
    asked: tuple[str, ...], nix_bin: Path, tmp_path: Path
) -> None:
    report = make_project(tmp_path, nix_bin, {"flake.nix": FLAKE}).check(*asked)
    assert roots(report) == FLAKE_ROOTS[asked]
    assert set(verdicts(report).values()) == {"rebuilt"}
    assert (report.failed_base, report.failed_head) == ((), ())


def test_a_flake_in_a_subdirectory_is_judged_by_its_path_and_from_within(nix_bin: Path, tmp_path: Path) -> None:
    files = {"nix/flake.nix": FLAKE, "nix/src/main.go": "package nix\n"}
    project = make_project(tmp_path, nix_bin, files)
    for report in (project.check("./nix#goinstance"), project.check(repository=project.repository / "nix")):
        assert verdicts(report)[f"{SYSTEM}.goinstance"] == "rebuilt"
        component = next(one for one in report.judgement.components if one.component.name == f"{SYSTEM}.goinstance")
        assert component.component.position is not None
        assert component.component.position.path == "nix/flake.nix"
        assert {path.change.path for path in component.paths} == {"nix/src/main.go"}


SET = f"""{{ suffix ? "", extra ? false }}:
let make = {DERIVE}; in {{
  goinstance = make "goinstance${{suffix}}";
  "with space" = make "space";
  nested = {{ recurseForDerivations = true; one = make "one"; deeper = {{ two = make "two"; }}; }};
  closed = {{ three = make "three"; }};
  function = x: x;
  defaulted = {{ name ? "defaulted" }}: make name;
  number = 42;
  nothing = null;
}} // (if extra then {{ more = make "more"; }} else {{ }})"""

PLAIN = {"goinstance", '"with space"', "nested.one"}
FILES: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], Mapping[str, Any], set[str]]] = {
    "default.nix": ({"default.nix": SET}, (), {}, PLAIN),
    "release.nix": ({"release.nix": SET}, (), {}, PLAIN),
    "a file": (
        {"sub/ci.nix": SET, "sub/src/main.go": "", "default.nix": "{ }"},
        (),
        {"file": "sub/ci.nix"},
        PLAIN,
    ),
    "a directory": ({"sub/default.nix": SET, "sub/src/main.go": ""}, (), {"file": "sub"}, PLAIN),
    "a file rather than the flake": (
        {"flake.nix": FLAKE, "default.nix": SET},
        (),
        {"file": "default.nix"},
        PLAIN,
    ),
    "one attribute": ({"default.nix": SET}, ("goinstance",), {}, {"goinstance"}),
    "an attribute of a closed set": ({"default.nix": SET}, ("closed.three",), {}, {"closed.three"}),
    "a closed set": ({"default.nix": SET}, ("closed",), {}, {"closed.three"}),
    "a quoted attribute": ({"default.nix": SET}, ('"with space"',), {}, {'"with space"'}),
    "an argument": (
        {"default.nix": SET},
        (),
        {"file": "default.nix", "arguments": {"extra": "1 == 1"}},
        PLAIN | {"more"},
    ),
    "a text": (
        {"default.nix": SET},
        ("goinstance",),
        {"file": "default.nix", "arguments": {"suffix": '"-1"', "unknown": "1"}},
        {"goinstance"},
    ),
    "one derivation": ({"default.nix": f'({DERIVE}) "goinstance"'}, (), {}, {"default.nix"}),
}


@pytest.mark.parametrize("what", FILES)
def test_the_roots_of_an_expression_file_are_its_derivations(what: str, nix_bin: Path, tmp_path: Path) -> None:
    files, asked, request, expected = FILES[what]
    report = make_project(tmp_path, nix_bin, files).check(*asked, **request)
    assert roots(report) == expected
    assert set(verdicts(report).values()) == {"rebuilt"}
    assert (report.failed_base, report.failed_head) == ((), ())


@pytest.mark.parametrize(("file", "attribute"), [("default.nix", "function"), ("flake.nix", "overlays.default")])
def test_a_function_that_was_asked_for_is_not_passed_over(
    file: str, attribute: str, nix_bin: Path, tmp_path: Path
) -> None:
    report = make_project(tmp_path, nix_bin, {file: FLAKE if file == "flake.nix" else SET}).check(
        "goinstance", attribute
    )
    assert [(one.name, "function" in one.message) for one in report.failed_head] == [(attribute, True)]


def test_an_attribute_that_does_not_exist_is_said(nix_bin: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path, nix_bin, {"default.nix": SET})
    with pytest.raises(UsageError, match=r"no such attribute at base or head: gone, nested\.gone"):
        project.check("goinstance", "gone", "nested.gone")


def test_an_option_a_system_and_impurity_reach_nix(nix_bin: Path, tmp_path: Path) -> None:
    flake = f"""{{ outputs = {{ self }}: let make = {DERIVE}; in {{
      packages.aarch64-linux.${{if builtins ? currentSystem then builtins.currentSystem else "pure"}} = make "a";
      packages.x86_64-linux.pure = make "b";
    }}; }}"""
    project = make_project(tmp_path, nix_bin, {"flake.nix": flake})
    assert roots(project.check()) == {"packages.x86_64-linux.pure"}
    assert roots(project.check(settings={"system": "aarch64-linux"})) == {"packages.aarch64-linux.pure"}
    impure = project.check(settings={"system": "aarch64-linux", "impure": True})
    assert roots(impure) == {"packages.aarch64-linux.aarch64-linux"}
    assert (impure.base.system, impure.head.system) == ("aarch64-linux", "aarch64-linux")


def test_an_option_of_nix_wins_over_our_own(nix_bin: Path, tmp_path: Path) -> None:
    expression = f'{{ a = ({DERIVE}) (if builtins.getEnv "HOME" == "" then "restricted" else "free"); }}'
    project = make_project(tmp_path, nix_bin, {"default.nix": expression})
    free = project.check(base="HEAD", head="HEAD", settings={"restrict": False})
    options = (("restrict-eval", "true"), ("allowed-uris", ""), ("nix-path", f"x={tmp_path}"))
    with_option = project.check(
        base="HEAD",
        head="HEAD",
        settings={"options": options},
    )
    names = [
        one.component.after.partition("-")[2]
        for report in (free, with_option)
        for one in report.judgement.components
        if one.component.after is not None
    ]
    assert names == ["free.drv", "restricted.drv"]


def test_a_lock_file_is_neither_written_nor_changed(nix_bin: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "flake.nix").write_text("{ outputs = { self }: { }; }")
    flake = f"""{{ inputs.other.url = "path:{other}";
      outputs = {{ self, other }}: {{ packages.x86_64-linux.a = ({DERIVE}) "a"; }}; }}"""
    project = make_project(tmp_path, nix_bin, {"flake.nix": flake})
    if nix_bin.name == "nix-2.8":
        with pytest.raises(NixdriftError, match=r"cannot write modified lock file of flake '\.'"):
            project.check(settings={"impure": True})
    else:
        report = project.check(settings={"impure": True})
        assert verdicts(report) == {"packages.x86_64-linux.a": "rebuilt"}
    assert sorted(file.name for file in project.repository.iterdir()) == [".git", "flake.nix", "src"]


@pytest.mark.parametrize("file", ["default.nix", "flake.nix"])
def test_a_repository_of_sha256_is_judged_or_refused_in_one_clear_line(
    file: str, nix_bin: Path, tmp_path: Path
) -> None:
    (tmp_path / "stack").mkdir()
    git(tmp_path / "stack", "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    project = make_project(tmp_path, nix_bin, {file: FLAKE if file == "flake.nix" else SET})
    if file == "default.nix":
        assert set(verdicts(project.check()).values()) == {"rebuilt"}
        return
    with pytest.raises(EvaluationError, match=r"HEAD\^1: ") as caught:
        project.check()
    assert "\n" not in caught.value.message
    assert str(tmp_path) not in caught.value.message
    assert caught.value.hint is not None


def test_arguments_on_the_command_line_reach_the_file_as_they_are(
    nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": SET})
    arguments = ("--argstr", "suffix", "-${x}", "--arg", "extra", "!false", "--attr", "goinstance", "more")
    store = ("--store", tmp_path / "store", "--system", "x86_64-linux")
    call = ("check", *arguments, *store, "--file", "default.nix", "--format", "json")
    report = nixdrift(*call, cwd=project.repository, nix=newest_nix).report
    assert [one["name"] for one in report["components"]] == ["more"]
    assert {one["attribute"]: "'goinstance-${x}'" in one["message"] for one in report["failed"]} == {"goinstance": True}
