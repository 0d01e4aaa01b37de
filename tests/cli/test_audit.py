"""``nixdrift audit``: one revision by itself, with real Nix and without."""

from pathlib import Path

import jsonschema
import orjson
import pytest

from tests.command import CommandLine
from tests.corpus import commit_all, git, make_project


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a project in which nothing is wrong."""
    return make_project(tmp_path, "healthy", "flake")


def test_an_audit_of_the_working_tree_maps_what_is_not_committed(
    nix_bin: Path, nixdrift: CommandLine, repository: Path
) -> None:
    (repository / "goinstance" / "new.go").write_text("package main\n")
    (repository / "tools").mkdir()
    (repository / "tools" / "go.mod").write_text("module example.org/tools\n")

    outcome = nixdrift("audit", "--format", "json", cwd=repository, nix=nix_bin)

    report = outcome.report
    assert (outcome.status, outcome.stderr) == (1, "")
    assert [one["rule"] for one in report["findings"]] == ["unclaimed"]
    goinstance = next(one for one in report["components"] if one["name"].endswith("goinstance"))
    assert goinstance["no_inputs"] == {
        "paths": ["goinstance/new.go"],
        "unlisted_sources": [],
        "is_all": False,
    }
    assert report["revision"]["revision"] == "working tree"
    assert report["revision"]["commit"] is None
    schema = orjson.loads(nixdrift("schema", "audit", cwd=repository).stdout)
    jsonschema.validate(report, schema)


def test_an_audit_of_a_commit_gives_the_same_bytes_whatever_is_not_committed(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    clean = nixdrift("audit", "HEAD", "--format", "json", cwd=repository, nix=newest_nix)
    (repository / "goinstance" / "main.go").write_text("changed\n")
    dirty = nixdrift("audit", "HEAD", "--format", "json", cwd=repository, nix=newest_nix)

    assert clean.status == 0
    assert clean.stdout == dirty.stdout
    assert clean.report["revision"]["commit"] == git(repository, "rev-parse", "HEAD")


def test_an_audit_of_one_working_tree_gives_the_same_bytes_twice(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    (repository / "goinstance" / "new.go").write_text("package main\n")

    once, again = (nixdrift("audit", "--format", "json", cwd=repository, nix=newest_nix) for _ in range(2))

    assert once.stdout == again.stdout


@pytest.mark.parametrize("form", ["text", "tree"])
def test_the_map_is_a_table_or_a_tree(form: str, newest_nix: Path, nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("audit", "--format", form, cwd=repository, nix=newest_nix)

    text = outcome.stdout.decode()
    assert outcome.status == 0
    assert text.startswith("no findings · working tree · 2 components")
    assert "packages.x86_64-linux.goinstance" in text
    assert "goinstance/" in text


def test_the_level_from_which_an_audit_fails_can_be_chosen(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "not-evaluated", "file")

    statuses = [
        nixdrift("audit", "--fail-on", level, cwd=repository, nix=newest_nix).status
        for level in ("note", "warning", "error", "never")
    ]

    assert statuses == [1, 1, 0, 0]


def test_what_does_not_evaluate_is_named_and_the_rest_is_audited(
    nix_bin: Path, nixdrift: CommandLine, repository: Path
) -> None:
    expression = repository / "default.nix"
    expression.write_text(expression.read_text().replace("in rec {", 'in rec { broken = throw "on purpose";'))
    commit_all(repository, "broken")

    outcome = nixdrift("audit", "HEAD", "--format", "json", cwd=repository, nix=nix_bin)
    going = nixdrift("audit", "HEAD", "--format", "json", "--keep-going", cwd=repository, nix=nix_bin)

    assert (outcome.status, going.status) == (3, 0)
    assert "broken: " in outcome.stderr
    (failed,) = outcome.report["failed"]
    assert failed["attribute"] == "packages.x86_64-linux.broken"
    assert "on purpose" in failed["message"]
    assert len(outcome.report["components"]) == 2


REFUSED = {
    "an unknown revision": (("nowhere",), 3, "unknown revision: 'nowhere'", "git log"),
    "an unknown attribute": (("-A", "nothing"), 2, "no such attribute at working tree: nothing", "ROOT"),
    "two revisions": (("HEAD", "HEAD~1"), 2, "unexpected extra argument", "nixdrift audit --help"),
    "a component that is declared and not there": (
        ("--config", "other.toml"),
        3,
        "nixdrift.toml declares nobody, which does not exist",
        "the components here are",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_audited_is_refused(what: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    (repository / "other.toml").write_text("[components.nobody]\n")
    arguments, status, error, hint = REFUSED[what]

    nixdrift.refuses(nixdrift("audit", *arguments, cwd=repository, nix=newest_nix), status, error, hint)


def test_the_schema_of_an_unknown_command_is_refused(nixdrift: CommandLine, tmp_path: Path) -> None:
    nixdrift.refuses(nixdrift("schema", "demo", cwd=tmp_path), 2, "'demo' is not one of", "nixdrift schema --help")
    assert nixdrift("schema", cwd=tmp_path).stdout == nixdrift("schema", "check", cwd=tmp_path).stdout
