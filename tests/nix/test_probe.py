"""What a probe finds out on real Nix, in every release: nothing has changed yet, and the wiring is known."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nixdrift.errors import UsageError
from nixdrift.nix import NixSettings
from nixdrift.pipeline.probe import ProbeReport, probe
from nixdrift.probe.facts import Kind
from nixdrift.request import ProbeRequest
from tests.corpus import FLAVOURS, commit_all, git
from tests.nix.project import Project
from tests.nix.test_counterfactual import DERIVE, FIXED, FLAKE

FILES: Mapping[str, str] = {
    "goinstance/main.go": "package main\n",
    "goinstance/config.json": '{"image": "stack-7"}\n',
    "goinstance/extra.txt": "extra\n",
    "goinstance/README.md": "# goinstance\n",
    "goinstance/go.mod": "module example.org/goinstance\n",
    "platform/launch.sh": "#!/bin/sh\n",
    "platform/empty": "",
    "scripts/release.sh": "#!/bin/sh\n",
    "VERSION": "1.0\n",
}

MODULES = f'make "goinstance-modules" {{ src = ./goinstance/go.mod; {FIXED} }}'
ONLY_MAIN = 'builtins.path { name = "src"; path = ./goinstance; filter = path: _: baseNameOf path == "main.go"; }'
WIRED = f"""
let make = {DERIVE};
in rec {{
  platform = make "platform" {{ src = ./platform; }};
  goinstance = make "goinstance" {{
    inherit platform;
    src = {ONLY_MAIN};
    image = (builtins.fromJSON (builtins.readFile ./goinstance/config.json)).image;
    version = builtins.head (builtins.split "\\n" (builtins.readFile ./VERSION));
    modules = {MODULES};
  }};
}}
"""


def make_repository(directory: Path, expression: str, flavour: str, files: Mapping[str, str] = FILES) -> Path:
    repository = directory / "stack"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    flake = {"flake.nix": FLAKE} if flavour == "flake" else {}
    for path, content in {**files, **flake, "default.nix": expression}.items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text(content)
    commit_all(repository, "first")
    return repository


def probed(repository: Path, nix_bin: Path, *components: str, **request: Any) -> ProbeReport:
    return probe(
        ProbeRequest(
            repository=repository,
            revision="HEAD",
            components=components,
            nix=NixSettings(system="x86_64-linux", store=repository.parent / "store"),
            environment=Project(repository, nix_bin).environment,
            workspaces=repository.parent / "runs",
            **request,
        )
    )


def kinds(report: ProbeReport, name: str) -> dict[str, str]:
    (one,) = [one for one in report.probed.components if one.name.rpartition(".")[2] == name]
    return {path: fact.kind.value for path, fact in one.facts.items()}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_probe_tells_for_every_file_what_it_influences(flavour: str, nix_bin: Path, tmp_path: Path) -> None:
    report = probed(make_repository(tmp_path, WIRED, flavour), nix_bin)

    assert kinds(report, "goinstance") == {
        "goinstance/main.go": "input",
        "goinstance/config.json": "read",
        "goinstance/extra.txt": "inert",
        "goinstance/go.mod": "frozen",
    }
    assert kinds(report, "platform") == {"platform/launch.sh": "input", "platform/empty": "input"}
    rest = {path: fact.kind.value for path, fact in report.probed.rest.items()}
    assert rest == {"scripts/release.sh": "inert", "VERSION": "read"}
    assert [(one.rule, one.component, one.level.value, one.paths) for one in report.findings] == [
        ("inert", report.findings[0].component, "warning", ("goinstance/extra.txt",))
    ]
    assert report.probed.census.housekeeping_paths == 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_component_that_ignores_its_whole_directory_is_an_error(flavour: str, nix_bin: Path, tmp_path: Path) -> None:
    goinstance = 'goinstance = make "goinstance" { inherit platform; };'
    unwired = f'let make = {DERIVE}; in rec {{ platform = make "platform" {{ src = ./platform; }}; {goinstance} }}'

    report = probed(make_repository(tmp_path, unwired, flavour), nix_bin, "goinstance")

    (finding,) = report.findings
    assert (finding.rule, finding.level.value) == ("inert", "error")
    assert "goinstance/main.go" in finding.paths
    assert set(kinds(report, "goinstance").values()) == {"inert"}


def test_a_pinned_source_is_found_though_it_holds_the_very_files(nix_bin: Path, tmp_path: Path) -> None:
    pinned = (
        f'let make = {DERIVE}; in {{ goinstance = make "goinstance" {{ src = builtins.path '
        '{ path = ./goinstance; sha256 = "@HASH@"; }; }; }'
    )
    repository = make_repository(tmp_path, pinned, "file")
    hashed = [nix_bin / "nix-hash", "--type", "sha256", "--base32", repository / "goinstance"]
    found = subprocess.run(hashed, capture_output=True, text=True, check=True).stdout.strip()
    (repository / "default.nix").write_text(pinned.replace("@HASH@", found))
    commit_all(repository, "pin")

    report = probed(repository, nix_bin)

    assert set(kinds(report, "goinstance").values()) == {"pinned"}
    assert [one.level.value for one in report.findings] == ["error"]


def test_what_was_learnt_is_believed_of_the_same_files_and_of_no_others(newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")
    first = probed(repository, newest_nix, cache=str(tmp_path / "cache"), keeps=True)
    again = probed(repository, newest_nix, cache=str(tmp_path / "cache"), keeps=True)

    assert again.probed.components == first.probed.components
    assert again.probed.rest == first.probed.rest
    assert again.findings == first.findings
    assert (first.probed.census.known_facts, again.probed.census.evaluations) == (0, 1)

    (repository / "goinstance" / "extra.txt").write_text("another\n")
    commit_all(repository, "other files")
    assert probed(repository, newest_nix, cache=str(tmp_path / "cache"), keeps=True).probed.census.known_facts == 0


def test_a_damaged_cache_is_as_none(newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")
    first = probed(repository, newest_nix, cache=str(tmp_path / "cache"), keeps=True)
    (kept,) = (tmp_path / "cache" / "probes").iterdir()
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    said: list[str] = []

    again = probed(repository, newest_nix, cache=str(tmp_path / "cache"), keeps=True, warn=said.append)

    assert again.findings == first.findings
    assert "is damaged: it is made again" in " ".join(said)
    assert kept.read_bytes() == content


def test_a_declared_component_whose_name_is_read_from_a_file_is_probed_all_the_same(
    newest_nix: Path, tmp_path: Path
) -> None:
    expression = f"""
    let make = {DERIVE}; config = builtins.fromJSON (builtins.readFile ./goinstance/config.json);
    in {{ all = make "all" {{ inner = make config.image {{ src = ./goinstance; }}; }}; }}
    """
    repository = make_repository(tmp_path, expression, "file")
    (repository / "nixdrift.toml").write_text('[components.stack-7]\nsources = ["goinstance/**"]\n')
    commit_all(repository, "declared")

    report = probed(repository, newest_nix)

    found = kinds(report, "stack-7")
    assert {found[path] for path in ("goinstance/main.go", "goinstance/extra.txt", "goinstance/config.json")} == {
        "input"
    }


def test_with_too_few_evaluations_what_is_not_known_is_called_open(newest_nix: Path, tmp_path: Path) -> None:
    report = probed(make_repository(tmp_path, WIRED, "file"), newest_nix, most_evaluations=2)

    one = next(one for one in report.probed.components if one.name == "goinstance")
    assert one.facts["goinstance/extra.txt"].kind is Kind.OPEN
    assert one.facts["goinstance/main.go"].kind is Kind.INPUT


def test_files_that_matter_to_nothing_cost_no_evaluation_each(newest_nix: Path, tmp_path: Path) -> None:
    many = {f"goinstance/testdata/{number:03}.txt": f"{number}\n" for number in range(200)}

    report = probed(make_repository(tmp_path, WIRED, "file", {**FILES, **many}), newest_nix)

    census = report.probed.census
    assert census.paths > 200
    # Two files are read by evaluation; each is found among the others by halving.
    assert census.evaluations < 45
    assert len(report.findings[0].paths) == 201


def test_an_unknown_component_is_refused_with_the_one_that_was_meant(newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")

    with pytest.raises(UsageError) as raised:
        probed(repository, newest_nix, "goinstanze")

    assert raised.value.hint == "did you mean goinstance?"
