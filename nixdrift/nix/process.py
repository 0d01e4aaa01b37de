"""The only module that starts Nix: one function, bounded in time, that leaves no process behind."""

import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nixdrift.errors import UnansweredError
from nixdrift.progress import logged

_LOG = logging.getLogger(__name__)

_WITHOUT_NIX = "install Nix, or judge without it what was evaluated elsewhere: --base-graph and --head-graph"


_FROM_OUTSIDE = frozenset(-number for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
"""Statuses; the system, too, ends so what takes too much memory."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A Nix process that ended by itself."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def was_killed(self) -> bool:
        """Whether it was ended from outside: that says nothing of what it was asked."""
        return self.status in _FROM_OUTSIDE


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path,
    timeout: float | None,
    stdin: bytes = b"",
) -> Finished:
    """Run one Nix command to its end, with its whole process group ended before this returns or raises.

    Raises `UnansweredError` where the program cannot be started or runs for longer than ``timeout`` seconds.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - a list of arguments, never a shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise UnansweredError(f"{command[0]} is not on PATH", hint=_WITHOUT_NIX) from error
    except OSError as error:
        raise UnansweredError(f"{command[0]} cannot be run: {error.strerror}", hint=_WITHOUT_NIX) from error
    try:
        with logged(_LOG, command) as told:
            stdout, stderr = process.communicate(stdin, timeout)
            told.status = process.returncode
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(
            f"{command[0]} was still running after {timeout:g} s and was stopped",
            hint="give it longer: --timeout SECONDS",
        ) from error
    finally:
        _end_group(process)
    said = stderr.decode("utf-8", "replace")
    if process.returncode < 0:
        # By itself it would have said why; the system ends what takes too much memory, or too much of the stack.
        said += f"\nerror: {command[0]} was ended by {_name_of(-process.returncode)}\n"
    return Finished(process.returncode, stdout, said)


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
