"""A Dask cluster of real processes on this machine."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.command import CommandLine

SECONDS = 60
"""For how long a process may take to be ready, on a machine that has other things to do."""

QUICK = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}
"""For a call that is to give up."""


def until(is_so: Callable[[], Any]) -> Any:
    """Wait until something is so, and give it."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("it never came to be so")


@dataclass(frozen=True)
class Worker:
    """A worker with a home of its own."""

    process: "subprocess.Popen[bytes]"
    command: CommandLine

    @property
    def tasks(self) -> list[Path]:
        """Where it works on a task just now."""
        return list(self.command.runs.glob("run-*"))

    def kill(self) -> None:
        """Kill it without a warning."""
        self.process.kill()
        self.process.wait()

    def kill_at_work(self) -> None:
        """Kill it while it is in the midst of a task: stopped, it cannot end the task that it is seen to work on."""
        while True:
            until(lambda: self.tasks)
            self.process.send_signal(signal.SIGSTOP)
            if self.tasks:
                self.kill()
                return
            self.process.send_signal(signal.SIGCONT)


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers."""

    address: str
    directory: Path
    workers: tuple[Worker, ...]
    scheduler: "subprocess.Popen[bytes]"


def _started(stack: ExitStack, module: str, *options: object, environment: dict[str, str], directory: Path) -> Any:
    directory.mkdir(exist_ok=True)
    log = stack.enter_context((directory / f"{module}.log").open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *map(str, options)],
        env=environment,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


@contextmanager
def dask_cluster(directory: Path, nixes: list[Path | None], nixdrift: CommandLine) -> Iterator[Cluster]:
    """Start a scheduler, and a worker with each of some Nixes on PATH; end all of them."""
    with ExitStack() as stack:
        here = {"environment": nixdrift.environment(None), "directory": directory}
        file = directory / "scheduler.json"
        directory.mkdir()
        scheduler = _started(
            *(stack, "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
            *("--scheduler-file", file),
            **here,
        )
        address = orjson.loads(until(lambda: file.is_file() and file.read_bytes()))["address"]
        workers = tuple(
            _worker(stack, directory / f"worker-{number}", address, nix, nixdrift) for number, nix in enumerate(nixes)
        )
        # A worker says that it is registered, with this line.
        for worker in workers:
            until(lambda log=worker.command.home / "dask_worker.log": b"Registered to" in log.read_bytes())
        yield Cluster(address, directory, workers, scheduler)


def _worker(stack: ExitStack, home: Path, address: str, nix: Path | None, nixdrift: CommandLine) -> Worker:
    command = CommandLine(home, nixdrift.programs)
    process = _started(
        *(stack, "dask_worker", address, "--host", "127.0.0.1", "--nthreads", 1, "--no-nanny", "--no-dashboard"),
        *("--local-directory", home / "dask"),
        environment=command.environment(nix),
        directory=home,
    )
    return Worker(process, command)


def processes_of(directory: Path) -> list[str]:
    """List the commands of the processes that work below a directory."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if (one / "cwd").readlink().is_relative_to(directory):
                found.append((one / "cmdline").read_text())
        except OSError:
            continue
    return found
