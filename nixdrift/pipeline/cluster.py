"""Evaluate on the workers of a Dask cluster: a task for every commit, done again where a worker is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nixdrift.errors import NixdriftError, UsageError
from nixdrift.pipeline.workers import Outcome, Workers
from nixdrift.repository import Commit

_SECONDS_TO_ANSWER = 10

RETRIES = 3
"""How often a task is done again that its worker did not finish."""


@contextmanager
def cluster(address: str, task: Callable[[Commit], Outcome]) -> Iterator[Workers]:
    """Connect to the scheduler at an address; raises a `NixdriftError` where there is none."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--scheduler needs Dask", hint="pip install 'nixdrift[distributed]'") from error
    try:
        client = Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except ValueError as error:
        raise UsageError(f"no address of a scheduler: {address}", hint="tcp://HOST:PORT") from error
    except OSError as error:
        raise NixdriftError(
            f"no Dask scheduler answers at {address}", hint="start one: dask scheduler; it prints its address"
        ) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise NixdriftError(f"the Dask scheduler at {address} has no workers", hint=f"dask worker {address}")
        yield Workers(client.get_executor(pure=False, retries=RETRIES), task)
