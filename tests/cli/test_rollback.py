"""``nixdrift rollback`` as a person calls it, with real Nix."""

from pathlib import Path

import jsonschema
import orjson
import pytest

from nixdrift.demo.incident import INCIDENT
from nixdrift.repository.story import make_repository
from tests.command import CommandLine
from tests.corpus import git
from tests.histories import BREAKING, BROKEN, INSIDE, WIRED, expression, go, platform, readme, told
from tests.repository.fingerprint import fingerprint

SYSTEM = ("--system", "x86_64-linux")

RETRIES, GROUNDWORK, FIX, ROLLBACK, REPAIR = 3, 4, 5, 6, 7


@pytest.fixture
def incident(tmp_path: Path) -> list[str]:
    """Give the commits of the incident, oldest first."""
    return make_repository(tmp_path / "stack", [event.chapter for event in INCIDENT])


def test_the_rollback_that_was_tried_is_a_no_op_and_the_one_that_acts_is_named(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    ask = ("rollback", "goinstance", "--from", incident[ROLLBACK], *SYSTEM)

    outcome = nixdrift(*ask, "--format", "json", cwd=tmp_path / "stack", nix=nix_bin)
    text = nixdrift(*ask, cwd=tmp_path / "stack", nix=nix_bin).stdout.decode()

    assert outcome.status == 0, outcome.stderr
    report = outcome.report
    assert [one["commit"] for one in report["between"]] == [incident[FIX], incident[GROUNDWORK]]
    assert [one["moved"] for one in report["between"]] == [False, False]
    assert (report["target"]["commit"], report["distance"]) == (incident[RETRIES], 3)
    assert report["others"] == ["fleet", "image", "platform", "production", "regions", "staging"]
    assert "it changed goinstance/environment.json, and the output stayed the same: to deploy it did nothing" in text
    assert f"no-op {incident[FIX][:10]}" in text
    assert f"roll back 3 commits, to {incident[RETRIES][:10]}" in text


def test_what_is_not_looked_at_is_counted(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    ask = ("rollback", "goinstance", "--from", incident[ROLLBACK], *SYSTEM, "--max-count", "2")

    text = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix).stdout.decode()

    assert f"2 earlier commits looked at, {ROLLBACK - 2} more left out (--max-count)" in text


def test_to_be_effective_a_rollback_has_to_take_back_the_sources_that_differ(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", BREAKING)
    ask = ("rollback", "goinstance", *SYSTEM, "--format", "json")

    plain = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    effective = nixdrift(*ask, "--effective", cwd=tmp_path / "stack", nix=newest_nix)

    # Commit 9 ships another output, because of platform; its own sources are not in it.
    assert plain.report["target"]["commit"] == commits[9]
    assert plain.report["target"]["hidden"] == ["goinstance/main.go"]
    # At commit 4 they were inputs: going back there takes them along.
    assert effective.report["target"]["commit"] == commits[4]
    assert effective.report["target"]["hidden"] == []
    assert effective.report["target"]["verdict"] == "rebuilt"


def test_nothing_to_go_back_to_is_a_finding(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [readme(1), readme(2)])

    outcome = nixdrift("rollback", "goinstance", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert outcome.status == 1
    assert "no rollback acts: 2 earlier commits, and that is all there are" in outcome.stdout.decode()


def test_a_healthy_component_goes_back_one_change(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    commits = told(tmp_path / "stack", [go(1), readme(2), platform(3), readme(4)])

    found = nixdrift("rollback", "goinstance", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)
    own = nixdrift("rollback", "platform", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix).stdout.decode()

    assert (found.report["target"]["commit"], found.report["others"]) == (commits[2], ["platform"])
    assert "its output differs, and platform/launch.sh goes back, too" in own


def test_a_commit_that_does_not_evaluate_is_skipped_and_named(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [go(1), expression(BROKEN), {**expression(WIRED), **go(3)}])

    outcome = nixdrift("rollback", "goinstance", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)

    assert outcome.report["target"]["commit"] == commits[1]
    assert [(one["commit"], "on purpose" in one["gap"]) for one in outcome.report["between"]] == [(commits[2], True)]


def test_a_rollback_from_snapshots_needs_no_evaluation(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    files: list[object] = []
    for commit in incident[RETRIES : ROLLBACK + 1]:
        files += ["--snapshot", tmp_path / f"{commit}.snapshot"]
        nixdrift("snapshot", commit, *SYSTEM, "-o", files[-1], cwd=tmp_path / "stack", nix=newest_nix)

    outcome = nixdrift(
        *("rollback", "goinstance", "--from", incident[ROLLBACK], *SYSTEM, *files, "--no-cache", "--format", "json"),
        cwd=tmp_path / "stack",
        nix=newest_nix,
    )

    assert outcome.report["target"]["commit"] == incident[RETRIES]


def test_the_report_is_as_its_schema_says_and_the_repository_as_it_was(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    before = fingerprint(tmp_path / "stack")
    schema = orjson.loads(nixdrift("schema", "rollback", cwd=tmp_path).stdout)

    for start in (FIX, REPAIR):
        outcome = nixdrift(
            *("rollback", "goinstance", "--from", incident[start], *SYSTEM, "--json"),
            cwd=tmp_path / "stack",
            nix=newest_nix,
        )
        jsonschema.validate(outcome.report, schema)

    assert fingerprint(tmp_path / "stack") == before


def test_wrong_usage_is_said_in_a_line(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    commits = told(tmp_path / "stack", [go(1), expression(BROKEN)])

    def refused(*arguments: object, error: str, hint: str, status: int) -> None:
        outcome = nixdrift("rollback", *arguments, *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)
        nixdrift.refuses(outcome, status, error, hint)

    refused(
        "gonstance", "--from", commits[1], error="no such component: gonstance", hint="did you mean goinst", status=2
    )
    refused("goinstance", "--from", commits[0], error="no earlier commit", hint="go back to", status=3)
    refused("goinstance", "--from", f"{commits[0]}..", error="not a revision", hint="one commit", status=2)
    refused("goinstance", error="on purpose", hint="show-trace", status=3)


def test_a_component_inside_of_a_root_is_rolled_back_whoever_moved_it(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [expression(INSIDE), platform(2), readme(3)])

    outcome = nixdrift("rollback", "goinstance", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)

    assert [one["commit"] for one in outcome.report["between"]] == [commits[2]]
    assert outcome.report["target"]["commit"] == commits[1]
    assert outcome.report["target"]["verdict"] == "rippled"


def test_a_component_that_had_another_name_is_found_by_what_it_is(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    renamed = WIRED.replace("  goinstance = ", "  other = ")
    commits = told(tmp_path / "stack", [go(1), readme(2), expression(renamed), readme(4)])

    outcome = nixdrift("rollback", "other", *SYSTEM, "--format", "json", cwd=tmp_path / "stack", nix=newest_nix)

    assert outcome.report["component"] == "other"
    assert [one["commit"] for one in outcome.report["between"]] == [commits[3], commits[2], commits[1]]
    assert outcome.report["target"]["commit"] == commits[0]


def test_a_component_that_came_with_the_last_commit_has_nothing_to_go_back_to(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    late = WIRED.rstrip().removesuffix("}") + '  late = service "late" { src = ./late; };\n}\n'
    told(tmp_path / "stack", [readme(1), {**expression(late), "late/a": "1\n"}])

    outcome = nixdrift("rollback", "late", *SYSTEM, cwd=tmp_path / "stack", nix=newest_nix)

    assert outcome.status == 1
    assert "(it was not there)" in outcome.stdout.decode()


def test_a_shallow_clone_cannot_say_that_nothing_acts(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1), readme(2), readme(3)])
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{tmp_path / 'stack'}", "shallow")

    outcome = nixdrift("rollback", "goinstance", *SYSTEM, cwd=tmp_path / "shallow", nix=newest_nix)

    assert outcome.status == 1
    assert "the clone is shallow, and what came before is not here" in outcome.stdout.decode()
