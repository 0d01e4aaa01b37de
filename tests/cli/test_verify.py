"""``nixdrift verify`` as a person calls it, with real Nix."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from nixdrift.demo.incident import FIX, GROUNDWORK, INCIDENT, REPAIR, RETRIES
from nixdrift.model import output_path
from nixdrift.repository.story import make_repository
from nixdrift.snapshot import read_snapshot
from tests.command import CommandLine, Outcome
from tests.corpus import git
from tests.histories import BROKEN, INSIDE, UNWIRED, WIRED, expression, go, platform, readme, told
from tests.nix.building import building_nix, variables
from tests.repository.fingerprint import fingerprint

SYSTEM = ("--system", "x86_64-linux")
STORE = "/nix/store"


def outputs(nixdrift: CommandLine, repository: Path, nix: Path, commit: str, *options: object) -> dict[str, list[str]]:
    """Give the last part of a root → the paths of its outputs at a commit."""
    outcome = nixdrift(
        "history", commit, "--format", "json", "--keep-going", *SYSTEM, *options, cwd=repository, nix=nix
    )
    runs = {one["name"].rpartition(".")[2]: one["runs"][-1]["outputs"] for one in outcome.report["components"]}
    return {
        name: [f"{STORE}/{path}" for path in found.values() if path]
        for name, found in runs.items()
        if found is not None
    }


def listed(directory: Path, *groups: list[str]) -> Path:
    """Write a list of what is deployed."""
    file = directory / "deployed.txt"
    file.write_text("".join(f"{path}\n" for group in groups for path in group))
    return file


def states(outcome: Outcome) -> Mapping[str, str]:
    """Give the last part of a component's name → its state."""
    return {one["name"].rpartition(".")[2]: one["state"] for one in outcome.report["components"]}


def one(outcome: Outcome, name: str) -> Any:
    """Give a component of a report."""
    (found,) = (one for one in outcome.report["components"] if one["name"].rpartition(".")[2] == name)
    return found


@pytest.fixture
def incident(tmp_path: Path) -> list[str]:
    """Give the commits of the incident, oldest first."""
    return make_repository(tmp_path / "stack", [event.chapter for event in INCIDENT])


def test_the_fix_that_was_deployed_is_not_live_and_comes_from_the_groundwork(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    repository = tmp_path / "stack"
    deployed = listed(tmp_path, *outputs(nixdrift, repository, nix_bin, incident[FIX]).values())

    outcome = nixdrift(
        "verify", deployed, "--rev", incident[FIX], *SYSTEM, "--format", "json", cwd=repository, nix=nix_bin
    )

    assert outcome.status == 1, outcome.stderr
    assert {name for name, state in states(outcome).items() if state != "live"} == {"goinstance"}
    found = one(outcome, "goinstance")
    assert (found["state"], found["origin"]["commit"], found["behind"]) == ("outdated", incident[GROUNDWORK], 1)
    assert "goinstance/environment.json changed since, and is not in it" in found["reason"]


def test_the_gate_refuses_the_environment_before_and_passes_the_right_one(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    repository = tmp_path / "stack"
    before = outputs(nixdrift, repository, nix_bin, incident[REPAIR - 1])
    now = outputs(nixdrift, repository, nix_bin, incident[REPAIR])
    ask = ("--rev", incident[REPAIR], *SYSTEM, "--gate")

    def gate(*groups: list[str]) -> tuple[int, str]:
        outcome = nixdrift("verify", listed(tmp_path, *groups), *ask, cwd=repository, nix=nix_bin)
        return outcome.status, outcome.stdout.decode()

    assert gate(*now.values())[0] == 0
    assert "gate: open" in gate(*now.values())[1]
    assert gate(*before.values())[0] == 1
    assert "goinstance is outdated" in gate(*before.values())[1]
    # All is live, but something of yesterday is there beside it.
    status, text = gate(*now.values(), before["goinstance"])
    assert status == 1
    assert "1 deployed paths are not what the revision evaluates to" in text


def test_what_is_deployed_is_traced_to_the_commit_that_it_comes_from(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1), readme(2), go(3), platform(4), readme(5)])
    then = outputs(nixdrift, repository, newest_nix, commits[2])

    outcome = nixdrift(
        *("verify", listed(tmp_path, *then.values()), *SYSTEM, "--format", "json"), cwd=repository, nix=newest_nix
    )

    assert states(outcome) == {"goinstance": "outdated", "platform": "outdated"}
    found = one(outcome, "goinstance")
    assert (found["origin"]["commit"], found["newest"]["commit"], found["behind"]) == (commits[1], commits[2], 3)
    # Platform was the same from the first commit up to commit 3.
    found = one(outcome, "platform")
    assert (found["origin"]["commit"], found["newest"]["commit"], found["behind"]) == (commits[0], commits[3], 2)


def test_an_unknown_output_of_the_right_name_is_outdated_and_nothing_is_missing(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1)])
    now = outputs(nixdrift, repository, newest_nix, commits[1])
    strange = [f"{STORE}/{'0' * 32}-goinstance", *now["platform"]]

    some = nixdrift("verify", listed(tmp_path, strange), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix)
    none = nixdrift(
        "verify", listed(tmp_path, now["platform"]), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix
    )

    assert states(some) == {"goinstance": "outdated", "platform": "live"}
    assert one(some, "goinstance")["origin"] is None
    assert states(none) == {"goinstance": "missing", "platform": "live"}
    assert (some.status, none.status) == (1, 1)


def test_a_healthy_output_that_did_not_move_for_long_is_live(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [readme(number) for number in range(1, 6)])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])
    ask = ("verify", listed(tmp_path, *now.values()), *SYSTEM, "--format", "json")

    far = nixdrift(*ask, cwd=repository, nix=newest_nix)
    near = nixdrift(*ask, "--max-count", "2", cwd=repository, nix=newest_nix)

    assert (far.status, far.report["census"]["commits"]) == (0, 5)
    assert (near.status, near.report["census"]["commits"]) == (0, 2)


def test_a_change_that_was_masked_is_not_live(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [expression(UNWIRED), {**go(2), **platform(2)}])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])

    outcome = nixdrift(
        "verify", listed(tmp_path, *now.values()), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix
    )

    assert states(outcome) == {"goinstance": "outdated", "platform": "live"}
    assert "its output is deployed, but goinstance/main.go is not in it" in one(outcome, "goinstance")["reason"]


def test_a_component_inside_of_a_root_is_followed_too(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [expression(INSIDE), go(2)])
    snapshot = tmp_path / "now.snapshot"
    nixdrift("snapshot", commits[1], *SYSTEM, "-o", snapshot, cwd=repository, nix=newest_nix)
    then = outputs_inside(snapshot)

    outcome = nixdrift("verify", listed(tmp_path, then), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix)
    named = nixdrift(
        *("verify", listed(tmp_path, then), "--component", "goinstance", *SYSTEM, "--format", "json"),
        cwd=repository,
        nix=newest_nix,
    )

    assert states(outcome) == {"system": "outdated", "goinstance": "outdated", "platform": "live"}
    assert states(named) == {"goinstance": "outdated"}
    assert one(named, "goinstance")["newest"]["commit"] == commits[1]


def outputs_inside(snapshot: Path) -> list[str]:
    """Give all outputs of what a snapshot holds."""
    derivations = read_snapshot(snapshot.read_bytes(), source="snapshot").evaluation.derivations
    return [f"{STORE}/{output_path(one)}" for found in derivations.values() for one in found.outputs.values()]


FLOATING = """\
{ floating = derivation {
    name = "floating"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ];
    __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256";
  };
  several = derivation {
    name = "several"; system = "x86_64-linux"; builder = "/bin/sh"; outputs = [ "out" "dev" ]; src = ./goinstance;
  };
}
"""


def test_an_output_that_is_known_after_a_build_only_is_unknown_and_one_of_several_is_enough(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [expression(FLOATING), readme(2)])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])

    outcome = nixdrift(
        "verify", listed(tmp_path, now["several"][:1]), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix
    )

    assert states(outcome) == {"floating": "unknown", "several": "live"}
    assert outcome.status == 1


def test_a_gap_on_the_way_hides_nothing(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1), expression(BROKEN), {**expression(WIRED), **go(3)}])
    then = outputs(nixdrift, repository, newest_nix, commits[1])

    outcome = nixdrift(
        "verify", listed(tmp_path, *then.values()), *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix
    )

    assert one(outcome, "goinstance")["newest"]["commit"] == commits[1]
    assert states(outcome)["platform"] == "live"
    assert outcome.report["census"]["gaps"] == 1


BUILT = """\
let service = name: attributes: derivation ({
  inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo $src $part > $out" ];
} // attributes);
in rec {
  platform = service "platform" { src = ./platform; };
  goinstance = service "goinstance" { src = ./goinstance; part = platform; };
}
"""


def test_what_was_built_is_verified_as_a_profile_a_store_and_a_list_and_covered(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    nix = building_nix(nix_bin, tmp_path / "machine")
    nixdrift.settings.update(
        {k: v for k, v in variables(nix_bin, tmp_path / "machine").items() if k.startswith("NIX_")}
    )
    repository = tmp_path / "stack"
    big = {"platform/table.txt": "a line of many\n" * 5000}
    commits = told(repository, [expression(BUILT), big, go(3)])

    def built(commit: str) -> str:
        git(repository, "checkout", "--quiet", commit)
        finished = nix.call("nix-build", "--no-out-link", "-A", "goinstance", str(repository / "default.nix"))
        assert finished.status == 0, finished.stderr
        return finished.stdout.decode().strip()

    def verified(deployed: object, *asked: object) -> Outcome:
        ask = ("--rev", commits[3], "--component", "goinstance", "--format", "json", *asked)
        return nixdrift("verify", deployed, *ask, cwd=repository, nix=nix_bin)

    old, now = built(commits[1]), built(commits[3])
    (tmp_path / "profile").symlink_to(now)
    (tmp_path / "old-profile").symlink_to(old)
    cache = f"file://{tmp_path / 'binary-cache'}"
    assert nix.call("nix", "copy", "--to", cache, now).status == 0

    assert verified(tmp_path / "profile").status == 0
    assert verified(tmp_path / "profile", "--gate").status == 0, verified(tmp_path / "profile", "--gate").stdout
    assert verified(cache).status == 0
    outdated = verified(tmp_path / "old-profile")
    assert (outdated.status, one(outdated, "goinstance")["origin"]["commit"]) == (1, commits[1])

    (tmp_path / "image.txt").write_bytes(nix.call("nix-store", "--query", "--requisites", old).stdout)
    (tmp_path / "own.json").write_bytes(nix.call("nix", "path-info", "--json", "--recursive", now).stdout)
    for wanted in ((), ("--wanted", cache), ("--wanted", tmp_path / "own.json")):
        covered = verified(tmp_path / "image.txt", "--coverage", *wanted)
        found = covered.report["coverage"]
        assert found["held"]["paths"] == 0
        assert found["fetched"]["paths"] == 4
        assert found["to_be_fetched"][0]["path"].endswith("-platform")
        sizes = [one["bytes"] for one in found["to_be_fetched"]]
        assert sizes == sorted(sizes, reverse=True)
        assert sum(sizes) == found["fetched"]["bytes"] > 75_000
    assert verified(cache, "--coverage").report["coverage"]["fetched"]["paths"] == 0


def test_what_is_not_built_has_no_known_closure(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1)])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])
    (tmp_path / "empty").mkdir()

    outcome = nixdrift(
        *("verify", listed(tmp_path, *now.values()), *SYSTEM, "--coverage", "--store", tmp_path / "empty"),
        cwd=repository,
        nix=newest_nix,
    )

    assert outcome.status == 3
    assert "is not built" in outcome.stderr
    assert "--wanted" in outcome.stderr


def test_a_list_on_standard_input_and_in_json_is_as_good(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1)])
    now = [path for paths in outputs(nixdrift, repository, newest_nix, commits[-1]).values() for path in paths]
    facts = {"narSize": 1, "narHash": "sha256:0", "references": []}
    forms = [
        "\n".join(now),
        json.dumps([{"path": path, **facts} for path in now]),
        json.dumps(dict.fromkeys(now, facts)),
    ]

    for form in forms:
        outcome = nixdrift("verify", "-", *SYSTEM, cwd=repository, nix=newest_nix, stdin=form.encode())
        assert outcome.status == 0, outcome.stderr + outcome.stdout.decode()


def test_given_snapshots_it_needs_no_nix(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [expression(UNWIRED), go(2)])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])
    files: list[object] = []
    for commit in commits:
        files += ["--snapshot", tmp_path / f"{commit}.snapshot"]
        nixdrift("snapshot", commit, *SYSTEM, "-o", files[-1], cwd=repository, nix=newest_nix)

    outcome = nixdrift("verify", listed(tmp_path, *now.values()), *files, "--format", "json", cwd=repository)

    assert states(outcome) == {"goinstance": "outdated", "platform": "live"}
    assert "what only evaluation could decide stays open" in outcome.stderr


def test_the_report_is_as_its_schema_says_and_the_repository_as_it_was(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path, incident: list[str]
) -> None:
    repository = tmp_path / "stack"
    deployed = listed(tmp_path, *outputs(nixdrift, repository, newest_nix, incident[RETRIES]).values())
    before = fingerprint(repository)

    outcome = nixdrift(
        *("verify", deployed, "--rev", incident[FIX], "--gate", *SYSTEM, "--format", "json"),
        cwd=repository,
        nix=newest_nix,
    )

    jsonschema.validate(outcome.report, orjson.loads(nixdrift("schema", "verify", cwd=tmp_path).stdout))
    assert fingerprint(repository) == before


def test_bad_input_is_said_in_a_line(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    repository = tmp_path / "stack"
    commits = told(repository, [go(1)])
    now = outputs(nixdrift, repository, newest_nix, commits[-1])
    good = listed(tmp_path, *now.values())

    def refused(*arguments: object, error: str, hint: str, status: int, stdin: bytes = b"") -> None:
        outcome = nixdrift("verify", *arguments, *SYSTEM, cwd=repository, nix=newest_nix, stdin=stdin)
        nixdrift.refuses(outcome, status, error, hint)

    strange = f"{STORE}/{'0' * 32}-other\n".encode()
    refused("-", stdin=b"", error="no store path|empty|holds no", hint="", status=3)
    refused("-", stdin=b"hello\n", error="hello", hint="", status=3)
    refused("-", stdin=strange, error="is known at HEAD", hint="another system or project|of another system", status=3)
    refused(tmp_path / "nowhere", error="there is no", hint="name a list", status=2)
    refused(good, "--component", "nope", error="no such component: nope", hint="", status=2)
    refused("file:///nowhere", "--gate", error="more than one environment", hint="closure of the environment", status=2)
    refused(good, "--wanted", good, error="--wanted goes with --coverage", hint="--coverage", status=2)
    refused(good, "--rev", "nowhere", error="unknown revision", hint="git log", status=3)
