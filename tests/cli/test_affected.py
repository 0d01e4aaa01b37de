"""``nixdrift affected``: lines and JSON for pipelines, with real Nix."""

from pathlib import Path

import jsonschema
import orjson
import pytest

from tests.command import CommandLine
from tests.corpus import commit_all, make_project


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a project of which the last commit changes what all is built on."""
    repository = make_project(tmp_path, "healthy", "flake")
    (repository / "platform" / "platform.txt").write_text("changed\n")
    commit_all(repository, "head")
    return repository


LINES = "packages.x86_64-linux.platform\t0\trebuilt\npackages.x86_64-linux.goinstance\t1\trippled\n"


def test_what_moved_is_listed_with_its_distance(nix_bin: Path, nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("affected", cwd=repository, nix=nix_bin)

    assert (outcome.status, outcome.stdout.decode(), outcome.stderr) == (0, LINES, "")


def test_names_alone_can_be_had_and_one_root_asked_for(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    outcome = nixdrift("affected", "--names", "--roots", "goinstance", cwd=repository, nix=newest_nix)

    assert outcome.stdout == b"packages.x86_64-linux.goinstance\n"


def test_the_json_is_as_its_schema_says(newest_nix: Path, nixdrift: CommandLine, repository: Path) -> None:
    once, again = (nixdrift("affected", "--format", "json", cwd=repository, nix=newest_nix) for _ in range(2))

    assert once.stdout == again.stdout
    assert [one["distance"] for one in once.report["components"]] == [0, 1]
    jsonschema.validate(once.report, orjson.loads(nixdrift("schema", "affected", cwd=repository).stdout))


def test_nothing_moved_is_nothing_written_and_no_failure(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    (repository / "README.md").write_text("changed\n")
    commit_all(repository, "documentation")

    outcome = nixdrift("affected", cwd=repository, nix=newest_nix)

    assert (outcome.status, outcome.stdout, outcome.stderr) == (0, b"", "")


def test_what_does_not_evaluate_is_named_and_not_taken_for_unaffected(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    expression = repository / "default.nix"
    expression.write_text(expression.read_text().replace("in rec {", 'in rec { broken = throw "on purpose";'))
    commit_all(repository, "broken")

    outcome = nixdrift("affected", cwd=repository, nix=newest_nix)
    going = nixdrift("affected", "--keep-going", cwd=repository, nix=newest_nix)

    assert outcome.stdout == b"packages.x86_64-linux.broken\t-\tnot-evaluated\n"
    assert (outcome.status, going.status) == (3, 0)
    assert "not evaluated: packages.x86_64-linux.broken" in outcome.stderr


def test_options_that_do_not_go_together_are_refused(nixdrift: CommandLine, repository: Path) -> None:
    outcome = nixdrift("affected", "--worktree", "--head", "main", cwd=repository)

    nixdrift.refuses(outcome, 2, "--worktree is the head", "leave out")
