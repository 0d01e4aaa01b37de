"""What docs/ci.md has to be copied is valid, and does what it says: each block is read from there and run."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from nixdrift.demo.incident import FIX, INCIDENT, METRICS
from nixdrift.repository.story import make_repository
from tests.command import CHECKOUT
from tests.corpus import git
from tests.documents import part

PROGRAMS = Path(sys.executable).parent


def block(name: str) -> str:
    """Give the block of a part of the document."""
    found = re.fullmatch(r"```\w+\n(.*)```", part("docs/ci.md", name) or "", re.DOTALL)
    assert found, name
    return found[1]


def call(*arguments: object, cwd: Path, environment: Mapping[str, str], status: int = 0) -> str:
    """Call a program and give all that it says."""
    done = subprocess.run(
        list(map(str, arguments)), cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Give the incident's repository at the fix."""
    commits = make_repository(tmp_path / "stack", [event.chapter for event in INCIDENT])
    git(tmp_path / "stack", "checkout", "--quiet", "-B", "main", commits[FIX])
    return tmp_path / "stack"


@pytest.fixture
def environment(tmp_path: Path, newest_nix: Path) -> Mapping[str, str]:
    """Give an environment with a nixdrift that works in a store of its own."""
    (tmp_path / "programs").mkdir()
    program = tmp_path / "programs" / "nixdrift"
    store = shlex.quote(str(tmp_path / "store"))
    program.write_text(
        "#!/bin/sh\n"
        'command=$1; shift; case "$*" in *--changes*) ;; *) set -- --store ' + store + ' "$@" ;; esac\n'
        f'exec {shlex.quote(sys.executable)} -m nixdrift "$command" "$@"\n'
    )
    program.chmod(0o755)
    return {
        "PATH": os.pathsep.join(map(str, [program.parent, newest_nix, PROGRAMS, os.environ["PATH"]])),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


VALID = {
    "action.yml": ("check-jsonschema", "--builtin-schema", "vendor.github-actions"),
    "ci/gitlab/nixdrift.gitlab-ci.yml": ("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"),
    "github": ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    "gitlab": ("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"),
    "pre-commit": ("pre-commit", "validate-config"),
    "pre-commit local": ("pre-commit", "validate-config"),
    ".pre-commit-hooks.yaml": ("pre-commit", "validate-manifest"),
}
"""A file, or a block of the document → what judges it."""


@pytest.mark.parametrize("what", VALID)
def test_what_a_service_reads_is_valid_to_it(what: str, tmp_path: Path) -> None:
    file = CHECKOUT / what
    if not file.exists():
        file = tmp_path / "block.yml"
        file.write_text(block(what))
    program, *options = VALID[what]
    call(PROGRAMS / program, *options, file, cwd=tmp_path, environment={**os.environ, "HOME": str(tmp_path)})


def test_the_documented_names_are_there() -> None:
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
    workflow = yaml.safe_load(block("github"))
    hooks = {one["id"]: one for one in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())}
    used = [one["id"] for one in yaml.safe_load(block("pre-commit"))["repos"][0]["hooks"]]
    [local] = yaml.safe_load(block("pre-commit local"))["repos"][0]["hooks"]
    template = yaml.safe_load((CHECKOUT / "ci/gitlab/nixdrift.gitlab-ci.yml").read_text())
    gitlab = yaml.safe_load(block("gitlab"))

    assert [set(step.get("with", ())) - set(action["inputs"]) for step in workflow["jobs"]["drift"]["steps"][-1:]] == [
        set()
    ]
    assert used == list(hooks)
    assert {
        name: hooks["nixdrift"][name] for name in ("entry", "always_run", "pass_filenames")
    }.items() <= local.items()
    assert set(gitlab["nixdrift"]["variables"]) <= set(template["variables"])
    assert (CHECKOUT / gitlab["include"][0]["file"].removeprefix("/")).exists()


def test_what_others_keep_is_named_by_its_commit() -> None:
    *others, own = (step["uses"] for step in yaml.safe_load(block("github"))["jobs"]["drift"]["steps"])

    assert own.startswith("your-organisation/nixdrift@")
    assert [one for one in others if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == [], "a tag can be moved"


def test_gitlab_s_job_judges_a_merge_request(stack: Path, environment: Mapping[str, str]) -> None:
    template = yaml.safe_load((CHECKOUT / "ci/gitlab/nixdrift.gitlab-ci.yml").read_text())
    place = stack / ".nixdrift" / "environment" / "bin"
    place.mkdir(parents=True)
    (place / "nixdrift").symlink_to(Path(environment["PATH"].split(os.pathsep)[0]) / "nixdrift")
    base = git(stack, "rev-parse", f"HEAD~{FIX - METRICS}").strip()
    service = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": git(stack, "rev-parse", "HEAD").strip(),
        **template["variables"],
        "NIXDRIFT_CHECK": "--fail-on error goinstance",
    }
    for line in template["nixdrift"]["script"]:
        call("bash", "-eo", "pipefail", "-c", line, cwd=stack, environment={**environment, **service}, status=1)
    artifacts = template["nixdrift"]["artifacts"]
    files = [*artifacts["paths"], *artifacts["reports"].values()]

    assert [file for file in files if not (stack / file).stat().st_size] == []
    assert orjson.loads((stack / ".nixdrift/report.json").read_bytes())["base"]["commit"] == base


def test_pre_commit_runs_the_hooks(stack: Path, environment: Mapping[str, str]) -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
    local = [{**one, "language": "system"} for one in hooks]
    (stack / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]}))
    (stack / "goinstance" / "main.go").write_text("package main\n")
    git(stack, "add", "--all")
    run = ("pre-commit", "run", "--hook-stage")
    worktree = call(*run, "pre-commit", cwd=stack, environment=environment, status=1)
    ends = ("--from-ref", f"HEAD~{FIX - METRICS}", "--to-ref", "HEAD")
    pushed = call(*run, "pre-push", *ends, cwd=stack, environment=environment, status=1)

    assert "stale" in worktree
    assert "goinstance/main.go" in worktree
    assert "goinstance/main.go" in pushed, "only the first of the pushed commits changed it"


BUILDBOT = """
import json, sys
from types import SimpleNamespace
from buildbot.process.properties import Properties
from twisted.internet import defer
exec(compile(sys.stdin.read(), "master.cfg", "exec"))

def rendered(given, changes):
    properties = Properties()
    for name, value in {"drift_base": "BASE", **given}.items():
        properties.setProperty(name, value, "test")
    properties.build = SimpleNamespace(allChanges=lambda: [SimpleNamespace(revision=one) for one in changes])
    found = []
    for step in drift_factory.steps[1:]:
        defer.maybeDeferred(properties.render, step.kwargs["command"]).addCallback(found.append)
    return found

print(json.dumps([rendered({"github.base.ref": "$(x) main"}, []), rendered({}, ["abc", "def"]), rendered({}, [])]))
"""


def test_buildbot_s_steps_check_what_was_built(stack: Path, environment: Mapping[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUILDBOT],
        input=block("buildbot").encode(),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    requested, changed, forced = orjson.loads(done.stdout)

    assert requested[0] == ["git", "merge-base", "refs/remotes/origin/$(x) main", "HEAD"]
    assert [changed[0], forced[0]] == [["git", "rev-parse", "--verify", f"{one}^1"] for one in ("abc", "HEAD")]
    base = call(*forced[0], cwd=stack, environment=environment).strip()
    command = [word.replace("BASE", base) for word in forced[1]]
    call(*command, cwd=stack, environment=environment, status=1)
    assert orjson.loads((stack / "drift.json").read_bytes())["base"]["commit"] == base


HYDRA = """
builtins.toJSON ((import ./drift.nix) {
  runCommand = name: attributes: script: { inherit name attributes script; };
  nixdrift = "nixdrift"; base = "base.snapshot"; head = "head.snapshot"; changes = "changes";
})
"""


def test_hydra_s_job_judges_two_snapshots_and_keeps_the_page(
    stack: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    work = tmp_path / "build"
    work.mkdir()
    for name, revision in (("base", f"HEAD~{FIX - METRICS}"), ("head", "HEAD")):
        call("nixdrift", "snapshot", revision, "-o", work / f"{name}.snapshot", cwd=stack, environment=environment)
    changes = git(stack, "diff", "--name-status", "-z", f"HEAD~{FIX - METRICS}", "HEAD")
    (work / "changes").write_text(changes)
    (work / "drift.nix").write_text(block("hydra"))
    apart = {**environment, "NIX_REMOTE": f"local?root={tmp_path}/hydra"}
    evaluated = call("nix-instantiate", "--eval", "--strict", "-E", HYDRA, cwd=work, environment=apart)
    job: Any = orjson.loads(orjson.loads(evaluated.splitlines()[0]))
    outside = {**job["attributes"], "out": str(tmp_path / "out"), "TMPDIR": str(tmp_path)}
    del outside["nativeBuildInputs"]
    call("bash", "-e", "-c", job["script"], cwd=work, environment={**environment, **outside})

    assert (tmp_path / "out" / "report.html").stat().st_size
    assert (tmp_path / "out" / "nix-support" / "failed").exists()
    assert (
        tmp_path / "out" / "nix-support" / "hydra-build-products"
    ).read_text() == f"report html {tmp_path}/out report.html\n"
