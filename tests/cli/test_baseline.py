"""``nixdrift baseline``, and what a check and an audit make of it."""

from pathlib import Path

import orjson
import pytest

from tests.command import CommandLine
from tests.corpus import commit_all, git, make_project

BASELINE = "nixdrift-baseline.json"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a project with one thing wrong in its last commit, and another one in itself."""
    repository = make_project(tmp_path, "not-evaluated", "file")
    expression = repository / "default.nix"
    expression.write_text(expression.read_text().replace("src = ./goinstance;", 'src = "nothing";'))
    commit_all(repository, "unwired")
    (repository / "goinstance" / "main.go").write_text("package main // fixed\n")
    commit_all(repository, "fix")
    return repository


def entries(repository: Path) -> list[tuple[str, str, str | None]]:
    found = orjson.loads((repository / BASELINE).read_bytes())["findings"]
    return [(one["rule"], one["command"], one["expires"]) for one in found]


def test_what_is_written_down_fails_no_more_and_what_is_new_does(
    nix_bin: Path, nixdrift: CommandLine, repository: Path
) -> None:
    before = [nixdrift(*command, cwd=repository, nix=nix_bin).status for command in (["check"], ["audit", "HEAD"])]

    written = nixdrift("baseline", cwd=repository, nix=nix_bin)

    assert before == [1, 1]
    assert (written.status, written.stderr) == (0, "")
    assert written.stdout.decode() == f"{BASELINE}: 3 findings\n"
    assert entries(repository) == [
        ("inert", "audit", None),
        ("stale", "check", None),
        ("unclaimed", "audit", None),
    ]
    checked = nixdrift("check", "--baseline", BASELINE, cwd=repository, nix=nix_bin)
    audited = nixdrift("audit", "HEAD", "--baseline", BASELINE, cwd=repository, nix=nix_bin)
    assert (checked.status, audited.status) == (0, 0)
    assert checked.stdout.decode().startswith("no new findings, 1 known")
    (repository / "goinstance" / "data" / "regions.txt").write_text("us\n")
    commit_all(repository, "another")
    assert nixdrift("check", "--baseline", BASELINE, cwd=repository, nix=nix_bin).status == 1


def test_an_audit_says_what_is_gone_and_a_check_does_not(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    nixdrift("baseline", cwd=repository, nix=newest_nix)
    git(repository, "rm", "-r", "--quiet", "billing")

    checked = nixdrift("check", "--worktree", "--baseline", BASELINE, cwd=repository, nix=newest_nix)
    audited = nixdrift("audit", "--baseline", BASELINE, cwd=repository, nix=newest_nix)
    of_one = nixdrift("audit", "-A", "platform", "--baseline", BASELINE, cwd=repository, nix=newest_nix)

    assert "gone: [unclaimed] no component claims billing/" in audited.stdout.decode()
    assert "gone" not in checked.stdout.decode()
    assert "gone" not in of_one.stdout.decode()


def test_saved_reports_can_be_written_down_and_what_was_there_keeps_its_day(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    for command in (["check"], ["audit", "HEAD"]):
        output = ("--format", "json", "--output", f"{command[0]}.json")
        nixdrift(*command, *output, cwd=repository, nix=newest_nix)

    nixdrift("baseline", "--from", "audit.json", "--expires", "9999-12-31", cwd=repository)
    written = nixdrift("baseline", "--from", "audit.json", "--from", "check.json", cwd=repository)

    assert (written.status, written.stdout.decode()) == (0, f"{BASELINE}: 3 findings (1 new)\n")
    assert entries(repository) == [
        ("inert", "audit", "9999-12-31"),
        ("stale", "check", None),
        ("unclaimed", "audit", "9999-12-31"),
    ]
    printed = nixdrift("baseline", "--from", "check.json", "-o", "-", cwd=repository)
    assert [one["rule"] for one in printed.report["findings"]] == ["stale"]
    assert len(entries(repository)) == 3


def test_a_finding_whose_day_has_passed_fails_once_more(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    written = nixdrift("baseline", "--expires", "2000-01-01", cwd=repository, nix=newest_nix)
    audited = nixdrift("audit", "HEAD", "--baseline", BASELINE, cwd=repository, nix=newest_nix)

    assert written.stdout.decode() == f"{BASELINE}: 3 findings (3 expired already)\n"
    assert audited.status == 1
    assert "known until 2000-01-01, and no longer" in audited.stdout.decode()


def test_what_does_not_evaluate_leaves_the_file_as_it_is(
    newest_nix: Path, nixdrift: CommandLine, repository: Path
) -> None:
    nixdrift("baseline", cwd=repository, nix=newest_nix)
    before = (repository / BASELINE).read_bytes()
    expression = repository / "default.nix"
    expression.write_text(expression.read_text().replace("in rec {", 'in rec { broken = throw "on purpose";'))
    commit_all(repository, "broken")

    outcome = nixdrift("baseline", cwd=repository, nix=newest_nix)
    after = (repository / BASELINE).read_bytes()
    going = nixdrift("baseline", "--keep-going", cwd=repository, nix=newest_nix)

    assert outcome.status == 3
    assert "not evaluated: broken" in outcome.stderr
    assert after == before
    assert going.status == 0
    assert (repository / BASELINE).read_bytes() != before


REFUSED = {
    "a baseline that is not there": (("check", "--baseline", "none.json"), 3, "cannot read none.json", "name a file"),
    "a baseline that is none": (("audit", "--baseline", "default.nix"), 3, "default.nix is not JSON", "write it anew"),
    "a report that is none": (("baseline", "--from", "default.nix"), 3, "default.nix is not JSON", "anew"),
    "a day that is none": (("baseline", "--expires", "soon"), 2, "'soon' does not match", "nixdrift baseline --help"),
    "a file that is no baseline": (("baseline", "-o", "README.md"), 3, "README.md is not JSON", "write it anew"),
    "a directory that is not there": (("baseline", "-o", "none/x.json"), 2, "cannot write none/x.json", "name a file"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_or_written_is_refused(what: str, nixdrift: CommandLine, repository: Path) -> None:
    arguments, status, error, hint = REFUSED[what]

    nixdrift.refuses(nixdrift(*arguments, cwd=repository), status, error, hint)
    assert git(repository, "status", "--short") == ""
