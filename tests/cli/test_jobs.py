"""Commands that compare, given the jobs of ``nix-eval-jobs``: what these go with, and what is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.command import CommandLine, Outcome
from tests.graphs import drv_path, graph, record
from tests.jobs import failure, job, lines

CHANGES = b"M\tgoinstance/main.go\n"
GRAPH = graph() | {drv_path("platform", 2): record("platform", 2)} | {drv_path("other", 3): record("other", 3)}
JOBS = [job("x86_64-linux", "goinstance", number=1), job("x86_64-linux", "platform", number=2)]
BOTH = ("--base-jobs", "base.jobs", "--head-jobs", "head.jobs")
DUMPED = ("--base-graph", "graph.json", "--head-graph", "graph.json", "--changes", "changes.txt")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write(tmp_path, JOBS, JOBS)
    (tmp_path / "graph.json").write_bytes(orjson.dumps(GRAPH))
    (tmp_path / "changes.txt").write_bytes(CHANGES)
    return tmp_path


def write(directory: Path, base: Sequence[dict[str, Any]], head: Sequence[dict[str, Any]]) -> None:
    (directory / "base.jobs").write_bytes(lines(base))
    (directory / "head.jobs").write_bytes(lines(head))


def judge(nixdrift: CommandLine, here: Path, *arguments: object, command: str = "check") -> Outcome:
    return nixdrift(command, *BOTH, *DUMPED, *arguments, "--format", "json", cwd=here)


def names(outcome: Outcome) -> list[str]:
    return [one["name"] for one in outcome.report["components"]]


def test_the_jobs_are_the_roots_of_a_dump_under_their_own_names(nixdrift: CommandLine, here: Path) -> None:
    found = judge(nixdrift, here)
    assert found.stderr == ""
    assert names(found) == ["x86_64-linux.goinstance", "x86_64-linux.platform"]
    assert found.verdicts == {"goinstance": "stale", "platform": "unchanged"}
    assert found.report["census"]["derivations_head"] == 2
    assert names(judge(nixdrift, here, "--jobs-prefix", "packages"))[0] == "packages.x86_64-linux.goinstance"


def test_a_name_with_a_dot_is_quoted_as_everywhere(nixdrift: CommandLine, here: Path) -> None:
    odd = [job("v1.2", "go instance", name="goinstance", attr="v1.2.go instance")]
    write(here, odd, odd)
    assert names(judge(nixdrift, here)) == ['"v1.2"."go instance"']


def test_what_is_no_attribute_is_called_as_its_derivation_is(nixdrift: CommandLine, here: Path) -> None:
    itself = [job("goinstance") | {"attr": "", "attrPath": []}]
    write(here, itself, itself)
    assert names(judge(nixdrift, here)) == ["goinstance"]
    assert names(judge(nixdrift, here, "--jobs-prefix", "packages.x86_64-linux.default")) == [
        "packages.x86_64-linux.default"
    ]


def test_a_root_chooses_among_the_jobs(nixdrift: CommandLine, here: Path) -> None:
    assert names(judge(nixdrift, here, ".#platform")) == ["x86_64-linux.platform"]
    nixdrift.refuses(judge(nixdrift, here, "platfrom"), 2, "no such attribute at base or head: platfrom", "ROOT")


def test_a_root_that_is_new_is_added(nixdrift: CommandLine, here: Path) -> None:
    write(here, JOBS[:1], JOBS)
    assert judge(nixdrift, here, "platform").verdicts == {"platform": "added"}


def test_of_a_list_that_ends_too_early_what_is_missing_is_removed(nixdrift: CommandLine, here: Path) -> None:
    write(here, JOBS, JOBS[:1])
    found = judge(nixdrift, here)
    assert found.verdicts == {"goinstance": "stale", "platform": "removed"}
    (here / "head.jobs").write_bytes(lines(JOBS)[:-30])
    assert judge(nixdrift, here).status == 3


def test_what_did_not_evaluate_is_not_judged(nixdrift: CommandLine, here: Path) -> None:
    write(here, JOBS, [JOBS[0], failure("x86_64-linux", "platform", error="error:\n … while\n\n error: it throws")])
    found = judge(nixdrift, here)
    assert found.status == 3
    assert found.stderr.splitlines()[0] == "nixdrift: error: not evaluated: x86_64-linux.platform: it throws"
    assert found.report["failed"]
    assert judge(nixdrift, here, "--keep-going").status == 1
    assert judge(nixdrift, here, "goinstance").status == 1


def test_where_nothing_evaluates_nothing_is_judged(nixdrift: CommandLine, here: Path) -> None:
    write(here, JOBS, [failure()])
    nixdrift.refuses(
        judge(nixdrift, here, "--keep-going"), 3, "nothing evaluates; the whole expression: it throws", "trace"
    )


@pytest.mark.parametrize("command", ["affected", "explain"])
def test_other_commands_take_the_same(command: str, nixdrift: CommandLine, here: Path) -> None:
    component = ("x86_64-linux.goinstance",) if command == "explain" else ()
    found = judge(nixdrift, here, *component, command=command)
    assert found.stderr == ""
    assert b"x86_64-linux.goinstance" in found.stdout or command == "affected"


def test_the_jobs_of_one_side_may_come_by_standard_input(nixdrift: CommandLine, here: Path) -> None:
    head = ("--base-jobs", "base.jobs", "--head-jobs", "-")
    found = nixdrift("check", *head, *DUMPED, "--format", "json", cwd=here, stdin=lines(JOBS))
    assert names(found) == ["x86_64-linux.goinstance", "x86_64-linux.platform"]
    twice = nixdrift("check", "--base-jobs", "-", "--head-jobs", "-", *DUMPED, cwd=here)
    nixdrift.refuses(twice, 2, "standard input can be read once", "file")


@pytest.mark.parametrize("side", ["base", "head"])
def test_the_jobs_of_one_side_alone_are_refused(side: str, nixdrift: CommandLine, here: Path) -> None:
    outcome = nixdrift("check", f"--{side}-jobs", f"{side}.jobs", cwd=here)
    nixdrift.refuses(outcome, 2, "jobs for one side only", "how they were evaluated.*nixdrift snapshot")


def test_jobs_beside_a_snapshot_are_refused(nixdrift: CommandLine, here: Path) -> None:
    (here / "graph.json").write_bytes(b"nixdrift snapshot 1\n")
    nixdrift.refuses(judge(nixdrift, here), 2, "a snapshot has roots of its own", "dumps")


def test_two_lists_of_jobs_leave_nothing_to_evaluate(nixdrift: CommandLine, here: Path) -> None:
    outcome = nixdrift("check", *BOTH, "--counterfactual", "always", cwd=here)
    nixdrift.refuses(outcome, 2, "two graphs leave nothing to evaluate", "leave it out")


def test_a_derivation_that_the_dump_lacks_is_named(nixdrift: CommandLine, here: Path) -> None:
    write(here, JOBS, [*JOBS, job("absent", number=9)])
    nixdrift.refuses(judge(nixdrift, here), 3, "the dump does not have 0+9-absent.drv", "--recursive")


def test_a_dump_of_another_store_is_refused(nixdrift: CommandLine, here: Path) -> None:
    (here / "graph.json").write_bytes(orjson.dumps(graph(store="/gnu/store")))
    nixdrift.refuses(
        judge(nixdrift, here), 3, "the jobs are of the store /nix/store, and the dump is of /gnu/store", "."
    )


def test_a_derivation_that_the_store_lacks_is_refused_with_the_way_to_keep_it(
    nixdrift: CommandLine, here: Path
) -> None:
    outcome = nixdrift("check", *BOTH, "--changes", "changes.txt", "--store", here / "store", cwd=here)
    nixdrift.refuses(
        outcome,
        3,
        "gone: .*/store/nix/store/0+2-platform.drv",
        "nix-eval-jobs --gc-roots-dir DIR.*--no-instantiate.*--store",
    )


def test_sides_for_two_systems_are_refused(nixdrift: CommandLine, here: Path) -> None:
    other = graph(number=4, system="aarch64-linux")
    (here / "other.json").write_bytes(orjson.dumps(other))
    write(here, [JOBS[0]], [job("x86_64-linux", "goinstance", number=4, system="aarch64-linux")])
    graphs = ("--base-graph", "graph.json", "--head-graph", "other.json", "--changes", "changes.txt")
    nixdrift.refuses(nixdrift("check", *BOTH, *graphs, cwd=here), 3, "for different systems", "one system")


def test_sides_that_have_nothing_in_common_are_refused(nixdrift: CommandLine, here: Path) -> None:
    write(here, [JOBS[0]], [job("other", number=3)])
    nixdrift.refuses(judge(nixdrift, here), 3, "have neither a derivation nor the name of a root in common", ".")


def test_a_line_that_is_broken_is_named_with_its_file(nixdrift: CommandLine, here: Path) -> None:
    (here / "head.jobs").write_bytes(lines(JOBS)[:-20] + b"\n")
    nixdrift.refuses(judge(nixdrift, here), 3, "head.jobs: line 2 is no JSON", "nix-eval-jobs")
    (here / "head.jobs").unlink()
    nixdrift.refuses(judge(nixdrift, here), 3, "cannot read head.jobs", "file")


def test_a_prefix_without_jobs_or_that_is_no_attribute_path_is_refused(nixdrift: CommandLine, here: Path) -> None:
    nixdrift.refuses(nixdrift("check", "--jobs-prefix", "packages", cwd=here), 2, "goes with jobs", "--base-jobs")
    nixdrift.refuses(judge(nixdrift, here, "--jobs-prefix", 'a."'), 2, "not an attribute path", "packages")
