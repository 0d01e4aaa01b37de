"""``nixdrift snapshot``, and ``check`` from what it saved: without Nix, elsewhere, and beside what is evaluated now."""

import gzip
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from nixdrift.cli.main import cli
from nixdrift.snapshot import Listed, Snapshot, read_snapshot, write_snapshot
from tests.command import CommandLine, Outcome
from tests.corpus import FLAVOURS, commit_all, git, make_project
from tests.graphs import graph
from tests.repository.fingerprint import fingerprint, make_hostile

SYSTEM = ("--system", "x86_64-linux")
STALE = {"goinstance": "stale", "platform": "unchanged"}

# The filter of goinstance keeps git's own file, in which a linked worktree names the place that it is at.
BOUND = """
let
  component = name: attributes: derivation ({
    inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo $name > $out" ];
  } // attributes);
  excluded = [ "goinstance" "docs" "default.nix" "README.md" ];
in rec {
  platform = component "platform-1.0" { src = ./platform; };
  goinstance = component "goinstance-1.0" {
    inherit platform;
    src = builtins.filterSource (path: type: !(builtins.elem (baseNameOf path) excluded)) ./.;
  };
}
"""


@dataclass(frozen=True)
class Stack:
    """A repository of two commits, of which the second changes goinstance, and a Nix to evaluate it with."""

    nixdrift: CommandLine
    repository: Path
    nix: Path

    @property
    def home(self) -> Path:
        return self.repository.parent

    def save(self, *arguments: object, name: str, cwd: Path | None = None) -> Path:
        """Save a snapshot, and check that nothing else came of it."""
        file = self.home / f"{name}.snapshot"
        outcome = self.run("snapshot", *SYSTEM, *arguments, "-o", file, cwd=cwd)
        assert (outcome.status, outcome.stdout, outcome.stderr) == (0, b"", "")
        return file

    def both(self, *arguments: object) -> tuple[Path, Path]:
        return self.save("HEAD~1", *arguments, name="base"), self.save(*arguments, name="head")

    def run(self, *arguments: object, cwd: Path | None = None) -> Outcome:
        """Run nixdrift with Nix."""
        return self.nixdrift(*arguments, cwd=cwd or self.repository, nix=self.nix)

    def judge(self, base: Path, head: Path, *arguments: object, cwd: Path | None = None) -> Outcome:
        """Judge two snapshots without Nix."""
        graphs = ("--base-graph", base, "--head-graph", head)
        return self.nixdrift("check", *graphs, *arguments, "--format", "json", cwd=cwd or self.repository)

    def refuses(self, outcome: Outcome, status: int, error: str, hint: str) -> None:
        self.nixdrift.refuses(outcome, status, error, hint)


def make_stack(nixdrift: CommandLine, nix: Path, directory: Path, cause: str, flavour: str) -> Stack:
    repository = make_project(directory, cause, flavour)
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    return Stack(nixdrift, repository, nix)


@pytest.fixture
def stack(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> Stack:
    """Give a stack in which goinstance's source leaves goinstance out."""
    return make_stack(nixdrift, newest_nix, tmp_path, "filter", "file")


@pytest.fixture
def bound(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> Stack:
    """Give such a stack in which the place of the evaluation is a part of what is evaluated."""
    repository = make_project(tmp_path, "filter", "file")
    (repository / "default.nix").write_text(BOUND)
    commit_all(repository, "bound")
    (repository / "goinstance" / "main.go").write_text("package main // changed\n")
    commit_all(repository, "head")
    return Stack(nixdrift, repository, newest_nix)


def read(file: Path) -> Snapshot:
    return read_snapshot(file.read_bytes(), source=file.name)


def document_of(file: Path) -> dict[str, Any]:
    content = gzip.decompress(file.read_bytes().partition(b"\n")[2])
    found: dict[str, Any] = orjson.loads(content.partition(b"\n")[0])
    return found


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_was_saved_is_judged_in_another_clone_without_nix(
    flavour: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, nix_bin, tmp_path, "filter", flavour)
    live = stack.run("check", *SYSTEM, "--format", "json")
    base, head = stack.both()
    git(tmp_path, "clone", "--quiet", str(stack.repository), "elsewhere")
    shutil.rmtree(stack.repository)

    saved = stack.judge(base, head, cwd=tmp_path / "elsewhere")

    assert (saved.status, saved.stderr) == (1, "")
    assert saved.verdicts == live.verdicts == STALE
    assert saved.report["findings"] == live.report["findings"]
    assert saved.report["components"] == live.report["components"]
    assert saved.report["base"]["commit"] == live.report["base"]["commit"]
    assert saved.report["head"] | {"revision": None} == live.report["head"] | {"revision": None}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_same_revision_gives_the_same_bytes_wherever_one_stands_and_however_it_is_called(
    flavour: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, nix_bin, tmp_path, "whole-repository", flavour)
    one = stack.save(name="one").read_bytes()
    (stack.repository / "goinstance" / "main.go").write_text("not committed\n")
    other = stack.save("main", name="other").read_bytes()
    commit = git(stack.repository, "rev-parse", "HEAD")

    assert one == other == stack.save(commit, name="third").read_bytes()
    assert read(tmp_path / "one.snapshot").commit == commit


def test_a_flake_that_depends_on_no_place_gives_the_same_bytes_at_every_place(
    nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, newest_nix, tmp_path, "filter", "flake")
    one = stack.save(name="one")
    elsewhere = replace(stack, nixdrift=replace(nixdrift, settings={"XDG_CACHE_HOME": str(tmp_path / "other")}))

    assert one.read_bytes() == elsewhere.save(name="other").read_bytes()


def test_a_snapshot_goes_to_standard_output_where_that_is_no_terminal(stack: Stack) -> None:
    outcome = stack.run("snapshot", *SYSTEM)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout == stack.save(name="head").read_bytes()


def test_a_snapshot_is_read_from_standard_input(stack: Stack) -> None:
    base, head = stack.both()
    outcome = stack.nixdrift(
        *("check", "--base-graph", base, "--head-graph", "-", "--format", "json"),
        cwd=stack.repository,
        stdin=head.read_bytes(),
    )
    assert outcome.verdicts == STALE


def test_a_snapshot_names_no_path_of_the_machine_outside_of_derivations(bound: Stack) -> None:
    expression = bound.repository / "default.nix"
    broken = 'in rec { broken = throw "at ${toString ./goinstance}"; missing = import ./nowhere.nix;'
    expression.write_text(expression.read_text().replace("in rec {", broken))
    commit_all(bound.repository, "broken")
    file = bound.home / "head.snapshot"
    outcome = bound.run("snapshot", *SYSTEM, "--keep-going", "-o", file)
    assert (outcome.status, outcome.stderr) == (0, "")

    text = orjson.dumps(document_of(file)).decode()

    snapshot = read(file)
    assert {one.name for one in snapshot.evaluation.failed} == {"broken", "missing"}
    assert snapshot.place.digest is not None
    for place in (bound.home, bound.nixdrift.runs, Path("run-fixed"), Path("/root"), Path("/tmp")):  # noqa: S108
        assert str(place) not in text


def test_what_a_derivation_says_of_the_place_is_kept_to_be_found(stack: Stack) -> None:
    expression = stack.repository / "default.nix"
    expression.write_text(expression.read_text().replace("src = ./platform;", 'src = "${toString ./platform}";'))
    commit_all(stack.repository, "a string")

    top = read(stack.save(name="head")).evaluation.top

    assert top is not None
    assert top.endswith("/run-fixed/worktree/stack")
    assert any(f"{top}/platform" == one.env.get("src") for one in read_head(stack).evaluation.derivations.values())


def read_head(stack: Stack) -> Snapshot:
    return read(stack.home / "head.snapshot")


def test_positions_and_roots_are_as_in_a_live_report(stack: Stack) -> None:
    live = stack.run("check", *SYSTEM, "--format", "json").report
    saved = stack.judge(*stack.both()).report
    assert [one["position"] for one in saved["components"]] == [one["position"] for one in live["components"]]
    assert saved["components"][0]["position"] == {"path": "default.nix", "line": 12}


# Beside what is evaluated now


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("side", ["base", "head"])
def test_one_side_is_saved_and_the_other_is_evaluated(
    side: str, flavour: str, nixdrift: CommandLine, nix_bin: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, nix_bin, tmp_path, "filter", flavour)
    file = dict(zip(("base", "head"), stack.both(), strict=True))[side]

    outcome = stack.run("check", f"--{side}-graph", file, "--format", "json")

    assert (outcome.status, outcome.stderr) == (1, "")
    assert outcome.verdicts == STALE
    assert outcome.report["base"]["commit"] == git(stack.repository, "rev-parse", "HEAD~1")


@pytest.mark.parametrize("side", ["base", "head"])
def test_the_other_side_is_evaluated_at_the_place_of_the_saved_one(bound: Stack, side: str) -> None:
    files = bound.both()
    assert all(read(file).place.digest is not None for file in files)
    assert bound.judge(*files).verdicts == STALE

    outcome = bound.run("check", f"--{side}-graph", files[side == "head"], "--format", "json")

    assert outcome.verdicts == STALE
    bound.nixdrift.leaves_nothing()


def test_what_was_evaluated_at_different_places_is_refused_where_that_matters(bound: Stack) -> None:
    base, head = bound.both()
    moved = replace(bound, nixdrift=replace(bound.nixdrift, settings={"XDG_CACHE_HOME": str(bound.home / "other")}))
    there = moved.save(name="there")
    # Every source that takes the place along would look changed.
    assert read(there).sources.keys() != read(head).sources.keys()

    bound.refuses(bound.judge(base, there), 3, "evaluated at different places", "XDG_CACHE_HOME")
    bound.refuses(moved.run("check", "--base-graph", base), 3, "evaluated at different places", "XDG_CACHE_HOME")


def test_the_other_side_is_evaluated_in_the_same_way(stack: Stack) -> None:
    (stack.repository / "release.nix").write_text(
        "{ name }: (import ./default.nix) // { other = { }; inherit name; }\n"
    )
    commit_all(stack.repository, "release")
    (stack.repository / "goinstance" / "main.go").write_text("package main // again\n")
    commit_all(stack.repository, "head")
    how = ("--file", "release.nix", "--argstr", "name", "x")
    base = stack.save("HEAD~1", *how, "-A", "goinstance", name="base")

    outcome = stack.run(
        "check", "--base-graph", base, *how[2:], "--format", "json", cwd=stack.repository / "goinstance"
    )

    # platform is in its closure, and no root.
    assert outcome.verdicts == {"goinstance": "stale"}
    assert stack.run("check", "--base-graph", base, *how, "goinstance").status == 1
    others = (
        ("--file", "default.nix"),
        ("--argstr", "name", "y"),
        ("--option", "cores", "1"),
        ("--impure",),
        ("--keep-env-var", "STAGE"),
    )
    for option in others:
        outcome = stack.run("check", "--base-graph", base, *how[2:], *option)
        stack.refuses(outcome, 2, f"was made in another way than {option[0][:5]}", "give the same")
    # A file does not say what Nix evaluates beside the repository.
    outcome = stack.run("check", "--base-graph", base)
    stack.refuses(outcome, 2, "than --arg says: with --file release.nix -A goinstance --arg name", "give the same")
    outcome = stack.run("check", "--base-graph", base, *how[2:], "platform")
    stack.refuses(outcome, 2, "does not hold platform: it was made with --file release.nix -A goinst", "make it again")


def test_a_root_that_a_snapshot_does_not_hold_is_not_taken_for_new(stack: Stack) -> None:
    base, head = stack.both()
    stack.refuses(stack.run("check", "--base-graph", base, "other"), 2, "base.snapshot does not hold other", "ROOT")
    stack.refuses(stack.judge(base, head, "other"), 2, "no such attribute at base or head: other", "ROOT")


def test_another_release_of_nix_is_refused(
    nixdrift: CommandLine, nix_bin: Path, newest_nix: Path, tmp_path: Path
) -> None:
    if nix_bin == newest_nix:
        # The same release is accepted: see the tests above.
        return
    stack = make_stack(nixdrift, nix_bin, tmp_path, "filter", "file")
    base = stack.save("HEAD~1", name="base")
    newer = replace(stack, nix=newest_nix)
    stack.refuses(newer.run("check", "--base-graph", base), 3, "with different Nix versions: 2", "in the same way")
    stack.refuses(stack.judge(base, newer.save(name="head")), 3, "with different Nix versions: 2", "in the same way")


def test_the_other_side_is_evaluated_for_the_system_of_the_saved_one(stack: Stack) -> None:
    file = stack.home / "base.snapshot"
    stack.run("snapshot", "HEAD~1", "--system", "aarch64-darwin", "-o", file)
    outcome = stack.run("check", "--base-graph", file, "--format", "json")
    assert outcome.report["head"]["system"] == outcome.report["base"]["system"] == "aarch64-darwin"
    stack.refuses(stack.run("check", "--base-graph", file, *SYSTEM), 2, "in another way than --system says", "the same")


# Roots


@pytest.mark.parametrize(
    ("flavour", "root"),
    [
        ("file", "platform"),
        ("flake", "platform"),
        ("flake", ".#platform"),
        ("flake", "packages.x86_64-linux.platform"),
        ("flake", "packages.*.platform"),
    ],
)
def test_roots_narrow_what_was_saved(
    root: str, flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, newest_nix, tmp_path, "filter", flavour)
    live = stack.run("check", *SYSTEM, "--format", "json", root).report
    saved = stack.judge(*stack.both(), root).report
    assert saved["census"] == live["census"]
    assert saved["components"] == live["components"]
    assert saved["census"]["derivations_head"] == 1


def test_snapshots_of_different_roots_are_refused(stack: Stack) -> None:
    base, head = stack.save("HEAD~1", name="base"), stack.save("-A", "goinstance", name="head")
    outcome = stack.judge(base, head)
    stack.refuses(outcome, 3, "in different ways: with no options, and with -A goinstance", "with the same options")


# Which commits


def test_revisions_may_be_named_if_they_have_the_files_of_the_snapshots(stack: Stack) -> None:
    base, head = stack.both()
    assert stack.judge(base, head, "--base", "main~1", "--head", "main").verdicts == STALE
    git(stack.repository, "commit", "--quiet", "--allow-empty", "--message", "the same files")
    assert stack.judge(base, head, "--head", "main").verdicts == STALE
    assert stack.judge(base, head, "--worktree").verdicts == STALE
    outcome = stack.judge(base, head, "--base", "main")
    stack.refuses(outcome, 2, "base.snapshot is a snapshot of [0-9a-f]{10}, and main has other files", "leave the rev")
    (stack.repository / "platform" / "platform.txt").write_text("not committed\n")
    outcome = stack.judge(base, head, "--worktree")
    stack.refuses(outcome, 2, "head.snapshot is a snapshot of .*, and --worktree has other files", "leave the revision")


def test_a_repository_that_lacks_the_commit_is_refused(stack: Stack) -> None:
    base, head = stack.both()
    git(stack.home, "clone", "--quiet", "--depth", "1", f"file://{stack.repository}", "shallow")
    git(stack.home, "init", "--quiet", "other")
    commit_all(stack.home / "other", "another project")
    outcome = stack.judge(base, head, cwd=stack.home / "shallow")
    stack.refuses(outcome, 3, "base.snapshot: the commit that it is of, .*, is not in this repository", "--unshallow")
    outcome = stack.judge(base, head, cwd=stack.home / "other")
    stack.refuses(outcome, 3, "head.snapshot: the commit that it is of, .*, is not in this repository", "git fetch ori")


def test_a_snapshot_with_another_tree_than_its_commits_is_refused(stack: Stack) -> None:
    base, head = stack.both()
    head.write_bytes(write_snapshot(replace(read(head), tree=read(base).tree)))
    stack.refuses(stack.judge(base, head), 3, "head.snapshot: .* has another tree than it says", "make it again")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_working_tree_is_saved_and_judged_while_it_is_there(
    flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, newest_nix, tmp_path, "healthy", flavour)
    (stack.repository / "goinstance" / "main.go").write_text("package main // not committed\n")
    (stack.repository / "goinstance" / "new.go").write_text("package main // untracked\n")
    live = stack.run("check", *SYSTEM, "--worktree", "--format", "json")
    base, head = stack.save("HEAD", name="base"), stack.save("--worktree", name="head")
    assert head.read_bytes() == stack.save("--worktree", name="again").read_bytes()
    assert read(head).commit is None

    saved = stack.judge(base, head)

    assert saved.report["findings"] == live.report["findings"]
    assert saved.report["components"] == live.report["components"]
    assert saved.report["head"]["revision"] == "working tree"
    assert stack.judge(base, head, "--worktree").stdout == saved.stdout
    for one in (("--base-graph", base, "--worktree"), ("--head-graph", head)):
        beside = stack.run("check", *one, "--format", "json")
        assert beside.report["components"] == live.report["components"]
        assert beside.report["base"]["commit"] == live.report["base"]["commit"]
    (stack.repository / "goinstance" / "main.go").write_text("package main // edited again\n")
    outcome = stack.judge(base, head)
    stack.refuses(outcome, 3, "a snapshot of a working tree, and the one here has other files", "--worktree")


# Without a repository


def test_a_list_of_changes_goes_with_two_snapshots(stack: Stack) -> None:
    base, head = stack.both()
    changes = stack.home / "changes.txt"
    changes.write_text("M\tgoinstance/main.go\n")
    (stack.home / "nowhere").mkdir()

    outcome = stack.judge(base, head, "--changes", changes, cwd=stack.home / "nowhere")

    assert outcome.verdicts == STALE
    assert outcome.report["head"]["commit"] == git(stack.repository, "rev-parse", "HEAD")
    assert outcome.report["head"]["system"] == "x86_64-linux"
    one = stack.nixdrift("check", "--base-graph", base, "--changes", changes, cwd=stack.home / "nowhere")
    stack.refuses(one, 2, "--changes goes with graphs", "give both")


# What does not evaluate


def test_what_does_not_evaluate_is_saved_as_that(stack: Stack) -> None:
    expression = stack.repository / "default.nix"
    expression.write_text(expression.read_text().replace("in rec {", 'in rec { broken = throw "on purpose";'))
    commit_all(stack.repository, "broken")
    base, head = stack.save("HEAD~1", name="base"), stack.home / "head.snapshot"

    strict = stack.run("snapshot", *SYSTEM, "-o", head)
    loose = stack.run("snapshot", *SYSTEM, "--keep-going", "-o", stack.home / "other.snapshot")

    assert (strict.status, loose.status, loose.stderr) == (3, 0, "")
    lines = strict.stderr.splitlines()
    assert lines[0].startswith("nixdrift: error: not evaluated: broken: ")
    assert lines[1] == "nixdrift: hint: the others were saved; to accept that: --keep-going"
    assert head.read_bytes() == (stack.home / "other.snapshot").read_bytes()
    outcome = stack.judge(base, head)
    assert outcome.status == 3
    assert [(one["side"], one["attribute"]) for one in outcome.report["failed"]] == [("head", "broken")]
    assert stack.judge(base, head, "--keep-going").status == 0
    # By its name, too, it is known to have failed.
    named = stack.judge(base, head, "broken", "platform")
    assert named.report["failed"] == outcome.report["failed"]
    assert named.verdicts == {"platform": "unchanged"}
    stack.refuses(stack.judge(base, head, "broken"), 3, "nothing evaluates; broken: .*on purpose", "--show-trace")


@pytest.mark.parametrize(
    ("arguments", "status", "error", "hint"),
    [
        (("nowhere",), 3, "unknown revision: 'nowhere'", "git log"),
        (("HEAD", "--worktree"), 2, "--worktree is a revision", "leave out"),
        (("-A", "nothing"), 2, "no such attribute at HEAD: nothing", "ROOT"),
        (("--file", "nothing.nix"), 3, "nothing to evaluate at HEAD: no nothing.nix", "--file"),
        (("-o", "nowhere/file"), 2, "cannot write nowhere/file", "a directory that you may write"),
        (("-o", "."), 2, "is a directory", "nixdrift snapshot --help"),
        (("--config", "x"), 2, "--config", "nixdrift snapshot --help"),
    ],
)
def test_what_cannot_be_saved_is_refused(
    stack: Stack, arguments: Sequence[str], status: int, error: str, hint: str
) -> None:
    stack.refuses(stack.run("snapshot", *SYSTEM, *arguments), status, error, hint)


def test_without_nix_nothing_is_saved_and_what_was_there_stays(stack: Stack) -> None:
    file = stack.home / "head.snapshot"
    file.write_text("what was there")
    stack.refuses(stack.nixdrift("snapshot", "-o", file, cwd=stack.repository), 3, "is not on PATH", "--base-graph")
    assert file.read_text() == "what was there"


def test_what_is_too_large_to_be_listed_is_said_and_is_not_proven(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stack.repository / "platform" / "platform.txt").write_text("changed\n")
    commit_all(stack.repository, "platform")
    monkeypatch.setattr("nixdrift.snapshot.make.MOST_FILES", 1)
    monkeypatch.setenv("PATH", str(stack.nix), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(stack.nixdrift.home / "cache"))
    files = stack.home / "base.snapshot", stack.home / "head.snapshot"
    for revision, file in zip(("HEAD~2", "HEAD"), files, strict=True):
        arguments = ["snapshot", revision, *SYSTEM, "-C", str(stack.repository), "-o", str(file)]
        done = CliRunner().invoke(cli, arguments, standalone_mode=False)
        assert done.return_value == 0
        hint = r"nixdrift: hint: what is in [0-9a-z]{32}-stack was left out: it has 2 files\n"
        assert re.fullmatch(hint, done.stderr)

    # With all that is known, it is masked.
    assert stack.judge(*files).verdicts == {"goinstance": "unproven", "platform": "rebuilt"}


# What is no pair of snapshots


def test_a_snapshot_and_a_dump_are_not_compared_nor_several_snapshots_for_one_side(stack: Stack) -> None:
    base, head = stack.both()
    dump = stack.home / "dump.json"
    dump.write_bytes(orjson.dumps(graph()))
    mixed = "a snapshot and a dump cannot be compared"
    stack.refuses(stack.judge(base, dump), 2, mixed, "two snapshots")
    stack.refuses(stack.judge(dump, head), 2, mixed, "two snapshots")
    stack.refuses(stack.judge(base, head, "--head-graph", dump), 2, mixed, "two snapshots")
    stack.refuses(stack.judge(base, head, "--head-graph", base), 2, "several snapshots for one side", "one file a side")
    one = stack.nixdrift("check", "--base-graph", dump, cwd=stack.repository)
    stack.refuses(one, 2, "a graph for one side only", "give both")


def test_a_damaged_snapshot_is_refused_by_its_name(stack: Stack) -> None:
    base, head = stack.both()
    base.write_bytes(base.read_bytes()[:-1])
    stack.refuses(
        stack.judge(base, head), 3, "^nixdrift: error: .*/base.snapshot: is cut off", "make it again: nixdrift"
    )
    base.write_bytes(b"nixdrift snapshot 2 of the future\n")
    stack.refuses(stack.judge(base, head), 3, "is a snapshot of version 2, and this nixdrift reads", "update nixdrift")


def test_snapshots_of_two_projects_are_refused(stack: Stack) -> None:
    base, head = stack.both()
    other = read(head)
    evaluation = replace(other.evaluation, roots=(), derivations={})
    head.write_bytes(write_snapshot(replace(other, evaluation=evaluation, sources={})))
    (stack.home / "changes.txt").write_text("")
    outcome = stack.judge(base, head, "--changes", stack.home / "changes.txt")
    stack.refuses(outcome, 3, "neither a derivation nor the name of a root in common", "the same project")


# The repository is only read


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("arguments", [("HEAD",), ("--worktree",)])
def test_saving_and_judging_a_hostile_repository_touches_and_runs_nothing(
    arguments: Sequence[str], flavour: str, nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    stack = make_stack(nixdrift, newest_nix, tmp_path, "healthy", flavour)
    (stack.repository / "goinstance" / "new.go").write_text("package main // untracked\n")
    marker = tmp_path / "marker"
    make_hostile(stack.repository, nixdrift.home, marker)
    before = fingerprint(stack.repository)

    base, head = stack.save("HEAD~1", name="base"), stack.save(*arguments, name="head")
    outcome = stack.judge(base, head)

    assert outcome.stderr == ""
    assert fingerprint(stack.repository) == before
    assert not marker.exists()
    nixdrift.leaves_nothing()


def test_what_a_filter_keeps_is_listed(stack: Stack) -> None:
    sources = read(stack.save(name="head")).sources
    (listed,) = (source for source in sources.values() if isinstance(source, Listed))
    assert sorted(listed.files) == ["platform/launch.sh", "platform/platform.txt"]
