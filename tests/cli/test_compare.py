"""``nixdrift compare``: the environments of two roots, with real Nix, and of what was saved without it."""

import os
import subprocess
from pathlib import Path

import jsonschema
import orjson
import pytest

from nixdrift.demo.incident import INCIDENT
from nixdrift.nix import NixSettings
from nixdrift.pipeline.parity import compare
from nixdrift.progress import Progress
from nixdrift.repository.story import make_repository
from nixdrift.request import ParityRequest
from tests.command import CommandLine, Outcome
from tests.corpus import FLAVOURS, commit_all
from tests.documentation.aftermath import AFTERMATH

SYSTEM = ("--system", "x86_64-linux")

FLAKE = "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }\n"

# Every way in which an environment gets to a builder, with one thing that differs in each.
EVERY_WAY = """
let
  make = name: attributes: derivation ({
    inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ];
  } // attributes);
  root = name: make "${name}-app-1.0" {
    REGION = name;
    API_TOKEN = "hunter2-${name}";
    args = [ "-c" "run --in ${name} --password hunter2-${name}" ];
    written = make "${name}.env" { text = "LEVEL=${name}\\nDB_PASSWORD=hunter2-${name}\\n"; passAsFile = [ "text" ]; };
    made = builtins.toFile "made.toml" "[service]\\nlevel = \\"${name}\\"\\nclient_secret = \\"hunter2-${name}\\"\\n";
    file = ./environments + "/${name}.json";
    inside = make "inside" {
      __structuredAttrs = true;
      settings = { image.name = name; tokens.database = "hunter2-${name}"; };
    };
  };
in {
  staging = root "staging";
  production = root "production";
  other = make "staging-app-1.0" { REGION = "staging"; };
  both = { one = make "one" { }; two = make "two" { }; };
  broken = throw "on purpose";
}
"""

ADDRESSES = {
    "args",
    "env.API_TOKEN",
    "env.REGION",
    "file.made.toml.service.client_secret",
    "file.made.toml.service.level",
    "file.staging.env.DB_PASSWORD",
    "file.staging.env.LEVEL",
    "file.staging.json.image",
    "inside: attribute.settings.image.name",
    "inside: attribute.settings.tokens.database",
}


@pytest.fixture
def incident(tmp_path: Path) -> Path:
    """Give the incident's repository, with a staging and a production environment."""
    make_repository(tmp_path / "stack", [*(event.chapter for event in INCIDENT), AFTERMATH])
    return tmp_path / "stack"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project whose two roots differ in every way."""
    repository = tmp_path / "stack"
    make_repository(repository, [AFTERMATH])
    (repository / "default.nix").write_text(EVERY_WAY)
    (repository / "nixdrift.toml").unlink()
    for name in ("staging", "production"):
        (repository / "environments" / f"{name}.json").write_text(f'{{ "image": "{name}", "same": 1 }}\n')
    commit_all(repository, "every way")
    return repository


def as_flavour(repository: Path, flavour: str) -> Path:
    if flavour == "flake":
        (repository / "flake.nix").write_text(FLAKE)
        commit_all(repository, "flake")
    return repository


def addresses(outcome: Outcome) -> list[str]:
    return [one["address"] for one in outcome.report["differences"] if one["expected"] is None]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_image_and_the_security_group_that_production_alone_has_are_found(
    flavour: str, nix_bin: Path, nixdrift: CommandLine, incident: Path
) -> None:
    repository = as_flavour(incident, flavour)

    outcome = nixdrift("compare", *SYSTEM, "staging", "production", "--format", "json", cwd=repository, nix=nix_bin)

    assert (outcome.status, outcome.stderr) == (1, "")
    assert addresses(outcome) == ["file.staging.json.IMAGE", "file.staging.json.SECURITY_GROUP"]
    image, group = (one for one in outcome.report["differences"] if one["expected"] is None)
    assert (image["a"], image["b"], group["a"], group["b"]) == ("stack-7", "stack-8", "fleet", "fleet-south")
    assert image["references"] == [{"in": "b", "name": "stack-8", "had_by": None}]
    assert [one["address"] for one in outcome.report["differences"] if one["expected"]] == [
        "env.STAGE",
        "file.staging.json.REGION",
    ]
    jsonschema.validate(outcome.report, orjson.loads(nixdrift("schema", "compare", cwd=repository).stdout))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_way_in_which_an_environment_gets_to_a_builder_is_compared_and_no_secret_is_told(
    flavour: str, nix_bin: Path, nixdrift: CommandLine, project: Path
) -> None:
    repository = as_flavour(project, flavour)
    command = ("compare", *SYSTEM, "staging", "production")

    outcome = nixdrift(*command, "--format", "json", cwd=repository, nix=nix_bin)
    text = nixdrift(*command, cwd=repository, nix=nix_bin)
    again = nixdrift(*command, "--format", "json", cwd=repository, nix=nix_bin)

    assert (outcome.status, text.status, text.stderr) == (1, 1, "")
    assert set(addresses(outcome)) == ADDRESSES
    assert b"hunter2" not in outcome.stdout + text.stdout
    assert outcome.stdout == again.stdout
    assert outcome.report["census"]["files_not_at_hand"] == 0
    nixdrift.leaves_nothing()


def test_what_is_declared_to_differ_is_no_difference_that_fails(
    newest_nix: Path, nixdrift: CommandLine, project: Path
) -> None:
    declared = "".join(f'[[compare.expected]]\ndifference = "{one}"\n' for one in ADDRESSES)
    (project / "nixdrift.toml").write_text(declared + '[[compare.expected]]\ndifference = "env.GONE"\n')

    outcome = nixdrift("compare", "staging", "production", *SYSTEM, cwd=project, nix=newest_nix)

    text = outcome.stdout.decode()
    assert outcome.status == 0
    assert text.startswith("no differences that nobody expects, 10 expected · staging ↔ production · HEAD (")
    assert "expected, and not there: env.GONE" in text


def test_one_root_of_two_revisions_is_compared(newest_nix: Path, nixdrift: CommandLine, project: Path) -> None:
    expression = project / "default.nix"
    expression.write_text(EVERY_WAY.replace("REGION = name", 'REGION = "new"'))

    committed = nixdrift("compare", *SYSTEM, "HEAD:staging", "staging", "--worktree", cwd=project, nix=newest_nix)
    unchanged = nixdrift("compare", *SYSTEM, "HEAD:other", "other", "--worktree", cwd=project, nix=newest_nix)

    assert committed.status == 1
    text = committed.stdout.decode()
    assert "1 difference · staging of HEAD (" in text
    assert "env.REGION" in text
    assert "working tree new" in text
    assert (unchanged.status, unchanged.stdout.startswith(b"no differences")) == (0, True)


def test_roots_of_other_revisions_are_compared(newest_nix: Path, nixdrift: CommandLine, project: Path) -> None:
    outcome = nixdrift(
        "compare", *SYSTEM, "HEAD~1:staging", "production", "--rev", "HEAD~1", "--format", "json",
        cwd=project, nix=newest_nix,
    )  # fmt: skip

    assert "file.staging.json.IMAGE" in addresses(outcome)
    assert outcome.report["a"]["revision"]["commit"] == outcome.report["b"]["revision"]["commit"]


@pytest.mark.parametrize("b", ["production", "HEAD~0:production"])
def test_two_roots_of_one_commit_are_evaluated_once(b: str, newest_nix: Path, project: Path, tmp_path: Path) -> None:
    said: list[Progress] = []
    request = ParityRequest(
        a="staging",
        b=b,
        revision="HEAD",
        repository=project,
        nix=NixSettings(system="x86_64-linux", store=tmp_path / "store"),
        environment={"PATH": f"{newest_nix}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        workspaces=tmp_path / "runs",
        progress=said.append,
    )

    found = compare(request)

    assert found.census.differences == len(ADDRESSES)
    assert len([message for message in said if message.doing.startswith("evaluating")]) == 1


def test_two_roots_are_compared_the_same_way_from_either_end(
    newest_nix: Path, nixdrift: CommandLine, project: Path
) -> None:
    there, back = (
        nixdrift("compare", *SYSTEM, *roots, "--format", "json", cwd=project, nix=newest_nix).report
        for roots in (("staging", "production"), ("production", "staging"))
    )

    assert {one["address"] for one in there["differences"]} == {one["mirrored"] for one in back["differences"]}
    assert there["census"]["differences"] == back["census"]["differences"]


def test_a_snapshot_is_compared_without_nix(newest_nix: Path, nixdrift: CommandLine, incident: Path) -> None:
    nixdrift("snapshot", *SYSTEM, "-o", "head.snapshot", cwd=incident, nix=newest_nix)
    live = nixdrift("compare", *SYSTEM, "staging", "production", "--format", "json", cwd=incident, nix=newest_nix)
    command = ("compare", "--graph", incident / "head.snapshot", "staging", "production", "--format", "json")

    saved = nixdrift(*command, cwd=incident)
    elsewhere = nixdrift(*command, "--store", nixdrift.home / "nowhere", cwd=nixdrift.home)

    assert saved.status == elsewhere.status == 1
    # The files are in the repository; where there is none, they are not at hand, and that is a difference.
    assert saved.report["differences"] == live.report["differences"]
    assert addresses(elsewhere) == ["env.STAGE", "file.staging.json"]
    assert elsewhere.report["census"]["files_not_at_hand"] == 1
    assert [one["is_known"] for one in elsewhere.report["differences"]] == [True, False]


def test_two_dumps_are_compared_by_the_names_of_derivations(
    newest_nix: Path, nixdrift: CommandLine, project: Path, tmp_path: Path
) -> None:
    show = [newest_nix / "nix", "derivation", "show", "-r", "--extra-experimental-features", "nix-command"]
    for root in ("staging", "other"):
        with (tmp_path / f"{root}.json").open("wb") as file:
            command = [*show, "--store", tmp_path / "store", "-f", project / "default.nix", root]
            subprocess.run(command, check=True, stdout=file, stderr=subprocess.DEVNULL, env=nixdrift.environment(None))

    outcome = nixdrift(
        "compare", "--graph", "staging.json", "--other-graph", "other.json", "staging-app", "staging-app",
        "--format", "json", cwd=tmp_path,
    )  # fmt: skip

    assert outcome.status == 1
    assert {"env.API_TOKEN", "input.inside", "input.made.toml"} <= set(addresses(outcome))
    assert outcome.report["a"]["root"] == outcome.report["b"]["root"] == "staging-app"


REFUSED = {
    "one root": (("staging", "staging"), 2, "nothing to compare: staging is one root", "two roots, or two revisions"),
    "one root, named twice": (("HEAD:staging", "staging"), 2, "nothing to compare: HEAD:staging and staging", "two"),
    "no such root": (("staging", "prodction"), 2, "no such root at HEAD: prodction", "did you mean production"),
    "no root": (("staging", "HEAD:"), 2, "not a root: 'HEAD:'", "name a root"),
    "no revision": (("staging", ":production"), 2, "not a root: ':production'", "name a root"),
    "an unknown revision": (("staging", "nowhere:staging"), 3, "unknown revision: 'nowhere'", "git log"),
    "a set": (("staging", "both"), 2, "both is 2 derivations", r"both\.one, both\.two"),
    "a pattern": (("staging", "both.*"), 2, "not two roots", "derivations"),
    "what does not evaluate": (("staging", "broken"), 3, "broken does not evaluate: .*on purpose", "--show-trace"),
    "a revision and the working tree": (("--rev", "HEAD", "--worktree", "a", "b"), 2, "--worktree is a", "leave out"),
    "a second graph alone": (("--other-graph", "x", "a", "b"), 2, "--other-graph is for B", "--graph"),
    "a graph and a revision": (("--graph", "x", "--rev", "HEAD", "a", "b"), 2, "a graph is of a", "leave out"),
    "a graph and a revision's root": (("--graph", "x", "HEAD:a", "b"), 2, "one revision: none goes before a", "alone"),
    "a graph that is not there": (("--graph", "x", "a", "b"), 3, "cannot read x", "name a file"),
    "one operand": (("staging",), 2, "Missing argument 'B'", "--help"),
    "a configuration that says too much": (("--config", "bad.toml", "a", "b"), 3, "key compare.expect$", "expected"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_compared_is_refused(what: str, newest_nix: Path, nixdrift: CommandLine, project: Path) -> None:
    (project / "bad.toml").write_text("[[compare.expect]]\n")
    arguments, status, error, hint = REFUSED[what]

    nixdrift.refuses(nixdrift("compare", *arguments, cwd=project, nix=newest_nix), status, error, hint)


def test_what_a_snapshot_does_not_hold_is_refused(newest_nix: Path, nixdrift: CommandLine, incident: Path) -> None:
    nixdrift("snapshot", *SYSTEM, "-o", "head.snapshot", cwd=incident, nix=newest_nix)

    def compare(*roots: str) -> Outcome:
        return nixdrift("compare", "--graph", "head.snapshot", *roots, cwd=incident)

    nixdrift.refuses(compare("staging", "prodction"), 2, "no root named 'prodction'", "did you mean production")
    nixdrift.refuses(compare("staging", "zzz"), 2, "no root named 'zzz'", "it has fleet, goinstance")
    nixdrift.refuses(compare("staging", "staging"), 2, "nothing to compare", "two roots")
