"""``nixdrift history --scheduler``: a real Dask scheduler, and real workers that are killed."""

import pickle
import shutil
import subprocess
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import KilledWorker

from nixdrift.errors import EvaluationError, WorkerError
from nixdrift.nix import NixSettings
from nixdrift.pipeline import staff
from nixdrift.pipeline.cluster import ClusterWorkers
from nixdrift.pipeline.staff import open_workers
from nixdrift.request import LineRequest
from tests.clusters import QUICK, Cluster, dask_cluster, processes_of, until
from tests.command import CommandLine, fake_nix
from tests.histories import BREAKING, BROKEN, expression, go, told

HISTORY = ("history", "--system", "x86_64-linux", "--format", "json")


def kept(directory: Path) -> dict[str, bytes]:
    """Give the snapshots of a cache, by their names."""
    return {file.name: file.read_bytes() for file in (directory / "snapshots").glob("[0-9a-f]*")}


def start(nixdrift: CommandLine, cluster: Cluster, tmp_path: Path, nix: Path) -> "subprocess.Popen[bytes]":
    """Begin a run on a cluster."""
    return nixdrift.start(
        *(*HISTORY, "--scheduler", cluster.address, "--cache-dir", tmp_path / "far"), cwd=tmp_path / "stack", nix=nix
    )


def test_a_worker_that_is_killed_in_mid_run_loses_nothing(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [*BREAKING, expression(BROKEN)])
    with dask_cluster(tmp_path / "cluster", [newest_nix, newest_nix], nixdrift) as cluster:
        process = start(nixdrift, cluster, tmp_path, newest_nix)
        until(lambda: kept(tmp_path / "far"))
        killed = cluster.workers[0]
        killed.kill_at_work()
        report, errors = process.communicate()
        left = killed.tasks
    swept = killed.command("history", "--max-count", 1, *HISTORY[1:], cwd=tmp_path / "stack", nix=newest_nix)
    near = nixdrift(*HISTORY, "--cache-dir", tmp_path / "near", cwd=tmp_path / "stack", nix=newest_nix)

    assert (process.returncode, errors) == (3, b"")
    assert report == near.stdout
    assert "on purpose" in near.stdout.decode()
    assert kept(tmp_path / "far") == kept(tmp_path / "near")
    assert len(kept(tmp_path / "far")) == len(commits) - 1
    checked = nixdrift("cache", "verify", "--cache-dir", tmp_path / "far", cwd=tmp_path)
    assert (checked.status, checked.stdout) == (0, b"")
    assert left
    assert swept.status == 3, swept.stderr
    for one in (nixdrift, killed.command, cluster.workers[1].command):
        one.leaves_nothing()
    until(lambda: not processes_of(tmp_path))


def test_where_all_workers_are_lost_the_run_ends_and_the_next_goes_on(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", BREAKING)
    hasty = replace(nixdrift, settings=QUICK)
    with dask_cluster(tmp_path / "cluster", [newest_nix], nixdrift) as cluster:
        process = start(hasty, cluster, tmp_path, newest_nix)
        until(lambda: kept(tmp_path / "far"))
        cluster.workers[0].kill_at_work()
        report, errors = process.communicate()
    before = kept(tmp_path / "far")
    text = nixdrift(
        *HISTORY[:3], "--cache-dir", tmp_path / "far", cwd=tmp_path / "stack", nix=newest_nix
    ).stdout.decode()

    assert (process.returncode, report) == (3, b"")
    assert errors.decode().splitlines() == [
        f"nixdrift: error: the Dask scheduler at {cluster.address} has lost all its workers",
        "nixdrift: hint: what was evaluated is kept: the next run goes on from there",
    ]
    left = len(commits) - len(before)
    assert 0 < left < len(commits)
    assert f"· {left} commit{'s' if left > 1 else ''} evaluated now" in text
    assert kept(tmp_path / "far").items() >= before.items()
    nixdrift.leaves_nothing()


def test_where_the_scheduler_is_lost_the_run_ends(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", BREAKING)
    hasty = replace(nixdrift, settings=QUICK)
    with dask_cluster(tmp_path / "cluster", [newest_nix], nixdrift) as cluster:
        process = start(hasty, cluster, tmp_path, newest_nix)
        until(lambda: kept(tmp_path / "far"))
        cluster.scheduler.kill()
        report, errors = process.communicate()

    assert (process.returncode, report) == (3, b"")
    assert errors.decode().splitlines() == [
        f"nixdrift: error: lost the Dask scheduler at {cluster.address}",
        "nixdrift: hint: what was evaluated is kept: the next run goes on from there",
    ]


def test_a_commit_that_was_given_need_not_be_evaluated_on_a_cluster(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    commits = told(tmp_path / "stack", [go(1), go(2)])
    file = tmp_path / "first.snapshot"
    nixdrift("snapshot", commits[1], *HISTORY[1:3], "-o", file, cwd=tmp_path / "stack", nix=newest_nix)
    with dask_cluster(tmp_path / "cluster", [newest_nix], nixdrift) as cluster:
        ask = (*HISTORY, "--snapshot", file, "--scheduler", cluster.address)
        outcome = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
    near = nixdrift(*HISTORY, "--no-cache", cwd=tmp_path / "stack", nix=newest_nix)

    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout == near.stdout


def test_a_worker_that_is_not_alike_says_nothing_of_a_commit(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    real = newest_nix / "nix-instantiate"
    other = fake_nix(tmp_path / "other", f'{real} "$@" | while read -r line; do echo "$line" | {sed()}; done')
    for nix, reason, hint in (
        (None, "nix-instantiate is not on PATH", "install Nix"),
        (other, "it has Nix 9.9.9 for x86_64-linux, not ", "the same nixdrift, Nix"),
    ):
        with dask_cluster(tmp_path / f"cluster-{nix is None}", [nix], nixdrift) as cluster:
            ask = (*HISTORY, "--scheduler", cluster.address, "--cache-dir", tmp_path / "far")
            outcome = nixdrift(*ask, cwd=tmp_path / "stack", nix=newest_nix)
        nixdrift.refuses(outcome, 3, f"the worker on .* cannot evaluate: {reason}", hint)
        assert kept(tmp_path / "far") == {}


def sed() -> str:
    """Give what tells another version than Nix does."""
    return f"""{shutil.which("sed")} 's/"version":"[^"]*"/"version":"9.9.9"/'"""


def test_a_scheduler_that_cannot_be_used_is_told_in_a_line(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    told(tmp_path / "stack", [go(1)])
    hasty = replace(nixdrift, settings=QUICK)

    def refused(address: str, status: int, error: str, hint: str) -> None:
        outcome = hasty(*HISTORY, "--scheduler", address, cwd=tmp_path / "stack", nix=newest_nix)
        nixdrift.refuses(outcome, status, error, hint)

    for address in ("", "nonsense", "tcp://", "nonsense://127.0.0.1:1", "tcp://127.0.0.1:port"):
        refused(address, 2, f"no address of a Dask scheduler: {address}", "tcp://HOST:8786")
    refused("tls://127.0.0.1:1", 2, "tls:// needs certificates", "distributed.comm.tls")
    refused("tcp://127.0.0.1:1", 3, "no Dask scheduler answers at tcp://127.0.0.1:1", "dask scheduler")
    with dask_cluster(tmp_path / "cluster", [], nixdrift) as cluster:
        refused(cluster.address, 3, "has no workers", f"dask worker {cluster.address}")


def test_without_dask_that_is_said(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    told(tmp_path / "stack", [go(1)])
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "distributed.py").write_text("raise ImportError('not installed')\n")
    path = f"{tmp_path / 'without'}:{nixdrift.environment(None)['PYTHONPATH']}"
    without = replace(nixdrift, settings={"PYTHONPATH": path})

    outcome = without(*HISTORY, "--scheduler", "tcp://127.0.0.1:1", cwd=tmp_path / "stack", nix=newest_nix)

    nixdrift.refuses(outcome, 2, "--scheduler needs Dask", r"pip install 'nixdrift\[distributed\]'")


def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []

    def taken(_address: str, task: object, **_told: object) -> object:
        sent.append(pickle.dumps(task))
        return nullcontext()

    monkeypatch.setattr(staff, "cluster", taken)
    monkeypatch.setenv("NAMED", "of the caller")
    request = LineRequest(scheduler="tcp://127.0.0.1:1", nix=NixSettings(system="x86_64-linux"))
    open_workers(request, pool=None, setting=None, jobs=1)  # type: ignore[arg-type]

    assert request.environment["NAMED"] == "of the caller"
    assert b"x86_64-linux" in sent[0]
    assert b"of the caller" not in sent[0]


def outcome_of(error: Exception) -> object:
    """Give what becomes of a task that raised something."""
    future: Future[bytes] = Future()
    future.set_exception(error)
    return ClusterWorkers(None, None, None, "tcp://x", 1.0, print).outcome(future)  # type: ignore[arg-type]


def test_a_commit_that_no_worker_survives_is_a_gap() -> None:
    killed = KilledWorker("task", None, 3)

    found = outcome_of(killed)

    assert isinstance(found, EvaluationError)
    assert "lost, one after the other" in found.message


def test_whatever_else_a_worker_raises_ends_the_run_in_a_line() -> None:
    with pytest.raises(WorkerError, match="a worker failed: ModuleNotFoundError: No module named 'nixdrift'"):
        outcome_of(ModuleNotFoundError("No module named 'nixdrift'"))
