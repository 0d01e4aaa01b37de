"""``nixdrift init``: a proposal that is harmless as it is, and overwrites nothing."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import CommandLine, Outcome
from tests.conftest import ALL
from tests.corpus import Pair, git, make_pair, make_project, pairs

NAME = "nixdrift.toml"


def one_of_each_cause() -> Iterator[Pair]:
    """Give the first pair of every cause that the newest release can express as an expression file."""
    seen = set()
    for pair in pairs():
        plain = pair.mode == "check" and "file" in pair.flavours and pair.releases is None
        if plain and pair.cause not in seen:
            seen.add(pair.cause)
            yield pair


def told(outcome: Outcome) -> object:
    """Give the verdicts and the findings, without the store paths of this run."""
    components = [
        (one["name"], one["verdict"], [(path["path"], path["verdict"], path["owner"]) for path in one["changed_paths"]])
        for one in outcome.report["components"]
    ]
    return components, [(one["rule"], one["level"], one["fingerprint"]) for one in outcome.report["findings"]]


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, id=pair.cause) for pair in [*one_of_each_cause()][:: 1 if ALL else 2]]
)
def test_a_proposal_used_as_it_is_changes_no_verdict_and_no_finding(
    pair: Pair, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = make_pair(tmp_path, pair, "file")
    options = ("check", "--system", "x86_64-linux", "--format", "json")
    before = nixdrift(*options, cwd=repository, nix=newest_nix)

    written = nixdrift("init", "--system", "x86_64-linux", "-o", "../proposed.toml", cwd=repository, nix=newest_nix)
    after = nixdrift(*options, "--config", "../proposed.toml", cwd=repository, nix=newest_nix)

    assert (written.status, written.stderr) == (0, "")
    assert told(after) == told(before)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a project of which one directory is built by nothing."""
    return make_project(tmp_path, "not-evaluated", "flake")


def test_the_proposal_is_written_to_the_top_of_the_repository_once(
    nix_bin: Path, nixdrift: CommandLine, repository: Path
) -> None:
    written = nixdrift("init", cwd=repository / "goinstance", nix=nix_bin)
    text = (repository / NAME).read_text()
    again = nixdrift("init", cwd=repository, nix=nix_bin)

    assert (written.status, written.stdout.decode()) == (0, f"{NAME}: look at it, and uncomment what is right\n")
    assert "#[components.goinstance]\n" in text
    assert "# - billing/ (billing/go.mod)\n" in text
    assert tomllib.loads(text) == {}
    nixdrift.refuses(again, 2, f"{NAME} is there already", "nixdrift init -o -")
    assert (repository / NAME).read_text() == text


def test_the_proposal_can_be_printed_whatever_is_configured(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    (repository / NAME).write_text('ignore = ["billing/"]\n')

    printed = nixdrift("init", "-o", "-", cwd=repository, nix=newest_nix)
    again = nixdrift("init", "-o", "-", cwd=repository, nix=newest_nix)

    assert printed.status == 0
    assert "# - billing/ (billing/go.mod)\n" in printed.stdout.decode()
    assert again.stdout == printed.stdout
    assert git(repository, "status", "--short") == f"?? {NAME}"


def test_a_link_is_not_followed_to_a_file_that_is_not_there(nixdrift: CommandLine, repository: Path) -> None:
    (repository / NAME).symlink_to("../elsewhere.toml")

    nixdrift.refuses(nixdrift("init", cwd=repository), 2, f"{NAME} is there already", "init -o -")
    assert not (repository / "../elsewhere.toml").exists()


REFUSED = {
    "a directory that is not there": (("-o", "none/x.toml"), 2, "cannot write none/x.toml", "name a file"),
    "no repository": (("-C", ".."), 3, "not a git repository", "--repository PATH"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_where_nothing_can_be_written_nothing_is_evaluated(what: str, nixdrift: CommandLine, repository: Path) -> None:
    arguments, status, error, hint = REFUSED[what]

    nixdrift.refuses(nixdrift("init", *arguments, cwd=repository), status, error, hint)
