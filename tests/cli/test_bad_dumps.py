"""Dumps and lists of changes that cannot be judged: one clear line, a hint, and nothing left behind."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.command import CommandLine, Outcome
from tests.graphs import drv_path, graph, record

CHANGES = b"M\tgoinstance/main.go\n"
GOOD = orjson.dumps(graph())

DANGLING = orjson.dumps({drv_path("goinstance", 3): record("goinstance", 3, [drv_path("platform", 2)])})
CYCLE = orjson.dumps(
    graph()
    | {
        drv_path("goinstance", 3): record("goinstance", 3, [drv_path("platform", 2)]),
        drv_path("platform", 2): record("platform", 2, [drv_path("goinstance", 3)]),
    }
)
TWICE = b"{" + GOOD[1:-1] + b"," + GOOD[1:]

UNREADABLE = {
    "a truncated dump": (GOOD[:-40], "base.json is cut off after", "nix derivation show --recursive"),
    "an empty dump": (b"", "base.json is empty", "nix derivation show --recursive"),
    "a dump without derivations": (b"{}", "base.json.*no derivations", "nix derivation show --recursive"),
    "what is not JSON": (b"the dump\n", "base.json is not JSON", "nix derivation show --recursive"),
    "an error message": (b"error: unknown\n", "base.json is an error message", "nix derivation show --recursive"),
    "a JSON list": (b"[1, 2]", "base.json holds a list", "nix derivation show --recursive"),
    "JSON of something else": (b'{"nodes": {}, "root": "x"}', "base.json does not hold derivations", "nix derivation"),
    "a derivation that is a number": (b'{"%s": 1}' % drv_path("x", 1).encode(), "base.json.*not an object", "nix"),
    "a version from the future": (b'{"derivations": {}, "version": 5}', "base.json is version 5", "update nixdrift"),
    "one derivation twice": (TWICE, "base.json has two values under one key", "nix derivation show --recursive"),
    "an input that is not there": (DANGLING, r"base.* platform.drv|base.*2-platform.drv", "--recursive"),
    "a cycle": (CYCLE, "base.*inputs of themselves", "nix derivation show --recursive"),
    "deep nesting": (b"[" * 100_000, "base.json is nested too deeply", "nix derivation show --recursive"),
}


def judge(nixdrift: CommandLine, directory: Path, base: bytes, head: bytes = GOOD, changes: bytes = CHANGES) -> Outcome:
    for name, content in (("base.json", base), ("head.json", head), ("changes.txt", changes)):
        (directory / name).write_bytes(content)
    graphs = ("--base-graph", "base.json", "--head-graph", "head.json")
    return nixdrift("check", *graphs, "--changes", "changes.txt", "--format", "json", cwd=directory)


def test_two_good_dumps_and_a_list_of_changes_are_judged(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = judge(nixdrift, tmp_path, GOOD)
    assert (outcome.status, outcome.stderr) == (1, "")
    assert outcome.verdicts == {"goinstance": "stale"}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_dump_that_cannot_be_read_is_refused(what: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    content, error, hint = UNREADABLE[what]
    nixdrift.refuses(judge(nixdrift, tmp_path, content), 3, error, hint)


INCOMPARABLE = {
    "different systems": (
        graph(number=3, system="aarch64-darwin"),
        "different systems: aarch64-darwin and x86_64-",
    ),
    "different store directories": (graph(store="/gnu/store"), "different store directories: /gnu/store and /nix/sto"),
    "different projects": (graph("linux-kernel", 7), "neither a derivation nor the name of a root in common"),
}


@pytest.mark.parametrize("what", INCOMPARABLE)
def test_dumps_that_cannot_be_compared_are_refused(what: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    base, error = INCOMPARABLE[what]
    nixdrift.refuses(judge(nixdrift, tmp_path, orjson.dumps(base)), 3, error, ".")


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_dump_for_one_side_only_is_refused(side: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(GOOD)
    outcome = nixdrift("check", f"--{side}-graph", "a.json", cwd=tmp_path)
    nixdrift.refuses(outcome, 2, "a graph for one side only", "--head-graph")


def test_one_dump_that_mixes_store_directories_is_refused(nixdrift: CommandLine, tmp_path: Path) -> None:
    mixed = orjson.dumps(graph() | graph("platform", 2, store="/gnu/store"))
    nixdrift.refuses(judge(nixdrift, tmp_path, mixed), 3, "base.json.*/gnu/store", ".")


def test_dumps_that_disagree_about_a_derivation_are_refused(nixdrift: CommandLine, tmp_path: Path) -> None:
    other = graph()
    other[drv_path("goinstance", 1)]["env"]["version"] = "2"
    together = judge(nixdrift, tmp_path, orjson.dumps(other))
    nixdrift.refuses(together, 3, "base.json and head.json disagree about", "anew")
    for name, content in (("a.json", GOOD), ("b.json", orjson.dumps(other)), ("changes.txt", CHANGES)):
        (tmp_path / name).write_bytes(content)
    graphs = ("--base-graph", "a.json", "--base-graph", "b.json", "--head-graph", "a.json")
    outcome = nixdrift("check", *graphs, "--changes", "changes.txt", cwd=tmp_path)
    nixdrift.refuses(outcome, 3, "two dumps disagree", "nix derivation show --recursive")


@pytest.mark.parametrize("name", ["absent.json", "folder"])
def test_a_dump_that_is_no_file_is_refused(name: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    outcome = nixdrift("check", "--base-graph", name, "--head-graph", name, "--changes", name, cwd=tmp_path)
    nixdrift.refuses(outcome, 3, f"cannot read {name}: ", "file")


def test_a_root_that_neither_dump_has_is_refused_with_the_name_that_was_meant(
    nixdrift: CommandLine, tmp_path: Path
) -> None:
    for name, content in (("a.json", GOOD), ("changes.txt", CHANGES)):
        (tmp_path / name).write_bytes(content)
    graphs = ("--base-graph", "a.json", "--head-graph", "a.json", "--changes", "changes.txt")
    nixdrift.refuses(
        nixdrift("check", *graphs, "goinstanse", cwd=tmp_path), 2, "'goinstanse'", "did you mean goinstance"
    )
    nixdrift.refuses(nixdrift("check", *graphs, "zzz", cwd=tmp_path), 2, "'zzz'", "goinstance")


def test_the_roots_of_a_dump_are_what_nobody_refers_to_or_what_is_asked_for(
    nixdrift: CommandLine, tmp_path: Path
) -> None:
    tool = graph("tool", 2)
    whole = graph() | tool | {drv_path("top", 3): record("top", 3, [drv_path("goinstance", 1)])}
    outcome = judge(nixdrift, tmp_path, orjson.dumps(whole), orjson.dumps(whole))
    graphs = ("--base-graph", "base.json", "--head-graph", "head.json", "--changes", "changes.txt")
    asked = nixdrift("check", *graphs, "goinstance", "--format", "json", cwd=tmp_path)

    assert [one["name"] for one in outcome.report["components"] if one["is_root"]] == ["tool", "top"]
    assert [one["name"] for one in asked.report["components"] if one["is_root"]] == ["goinstance"]


MALFORMED = {
    "prose": b"I changed main.go\n",
    "a status that git does not have": b"Q\tmain.go\n",
    "a rename with one path": b"R100\tmain.go\n",
    "the raw format": b":100644 100644 1234567 7654321 M\tmain.go\n",
    "only names": b"goinstance/main.go\nREADME.md\n",
    "a path that leads out": b"M\t../main.go\n",
    "an absolute path": b"M\t/etc/passwd\n",
    "a record without its path": b"M\0",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_list_of_changes_that_git_did_not_write_is_refused(what: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = judge(nixdrift, tmp_path, GOOD, changes=MALFORMED[what])
    nixdrift.refuses(outcome, 3, "changes.txt", "git diff --name-status")


def test_standard_input_feeds_one_input(nixdrift: CommandLine, tmp_path: Path) -> None:
    for name, content in (("base.json", GOOD), ("changes.txt", CHANGES)):
        (tmp_path / name).write_bytes(content)
    arguments = ("check", "--base-graph", "base.json", "--head-graph", "-", "--changes", "changes.txt")
    outcome = nixdrift(*arguments, "--format", "json", cwd=tmp_path, stdin=GOOD)
    assert outcome.verdicts == {"goinstance": "stale"}
    refused = nixdrift(*arguments, cwd=tmp_path, stdin=b"[]")
    nixdrift.refuses(refused, 3, "standard input holds a list", "nix derivation")


def test_standard_input_given_twice_is_refused(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("check", "--base-graph", "-", "--head-graph", "-", "--changes", "c", cwd=tmp_path, stdin=GOOD)
    nixdrift.refuses(outcome, 2, "standard input can be read once", "file")


USAGE = {
    "changes without graphs": (("--changes", "a"), "--changes goes with graphs", "--base-graph"),
    "changes and revisions": (
        ("--base-graph", "a", "--head-graph", "a", "--changes", "a", "--base", "main"),
        "no revisions go with it",
        "--base",
    ),
    "evaluation without anything to evaluate": (
        ("--base-graph", "a", "--head-graph", "b", "--counterfactual", "always"),
        "--counterfactual always evaluates, and two graphs leave nothing to evaluate",
        "leave it out",
    ),
    "two heads": (("--worktree", "--head", "main"), "--worktree is the head", "--head"),
    "an unknown option": (("--bse", "main"), "--bse", "nixdrift check --help"),
    "an unknown format": (("--format", "xml"), "xml", "nixdrift check --help"),
    "an option of Nix without its value": (("--option", "cores"), "--option", "nixdrift --help"),
    "a timeout of nothing": (("--timeout", "0"), "--timeout", "nixdrift check --help"),
    "a timeout that is no number": (("--timeout", "soon"), "--timeout", "nixdrift check --help"),
}


@pytest.mark.parametrize("what", USAGE)
def test_options_that_do_not_go_together_are_refused(what: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    arguments, error, hint = USAGE[what]
    nixdrift.refuses(nixdrift("check", *arguments, cwd=tmp_path), 2, error, hint)


@pytest.mark.parametrize("arguments", [(), ("chekc",), ("--verbos",)])
def test_a_call_without_a_known_command_is_refused(
    arguments: tuple[str, ...], nixdrift: CommandLine, tmp_path: Path
) -> None:
    nixdrift.refuses(nixdrift(*arguments, cwd=tmp_path), 2, ".", "nixdrift --help")


def test_a_big_dump_is_judged_in_memory_that_follows_its_size(nixdrift: CommandLine, tmp_path: Path) -> None:
    """Both sides in at most six times one dump: what is unbounded would not be."""
    size = 50_000_000
    _write_big_dump(tmp_path / "big.json", size)
    (tmp_path / "changes.txt").write_bytes(CHANGES)
    arguments = ("--base-graph", "big.json", "--head-graph", "big.json", "--changes", "changes.txt")
    command = (sys.executable, "-m", "nixdrift", "check", *arguments, "--output", "report.json", "--format", "json")
    # Started by a small process: what a process is started by counts as its own memory, too.
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        cwd=tmp_path,
        env=nixdrift.environment(None),
        capture_output=True,
        check=True,
    )
    assert orjson.loads((tmp_path / "report.json").read_bytes())["census"]["derivations_head"] > 10_000
    assert int(measured.stdout) * 1024 < 6 * size


_MEASURE = """
import os, sys
_pid, status, usage = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_maxrss)
sys.exit(status != 0)
"""


def _write_big_dump(file: Path, size: int) -> None:
    dump = {}
    previous: list[str] = []
    padding = "x" * 3000
    for number in range(1, size // 3500):
        one = record(f"part-{number}", number, previous[-1:])
        one["env"]["text"] = f"{padding}{number}"
        path = drv_path(f"part-{number}", number)
        dump[path] = one
        previous.append(path)
    file.write_bytes(orjson.dumps(dump))
    assert file.stat().st_size > size * 0.9
