"""Evaluate on the workers of a Dask cluster: a task for every commit, done again where a worker is lost."""

import logging
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nixdrift.errors import EvaluationError, NixdriftError, UsageError, WorkerError
from nixdrift.pipeline.workers import ALIKE, Outcome, Workers
from nixdrift.progress import Progress, Tell
from nixdrift.repository import Commit

RETRIES = 3
"""How often a task is done again that its worker did not finish."""

_GOES_ON = "what was evaluated is kept: the next run goes on from there"

Warn = Callable[[str], None]


@dataclass(frozen=True)
class ClusterWorkers(Workers):
    """The workers of a cluster: they may come and go, but not all of them for long."""

    client: Any
    address: str
    patience: float
    """For how many seconds there may be no worker, or no answer."""
    progress: Tell
    _absent_since: list[float] = field(default_factory=list, repr=False)

    def outcome(self, ended: "Future[Outcome]") -> Outcome:
        """Give what a task came to; one that no worker survives is a commit that does not evaluate."""
        from distributed import KilledWorker

        try:
            return ended.result()
        except CancelledError as error:
            raise self._lost() from error
        except KilledWorker:
            return EvaluationError("the workers that evaluated it were lost, one after the other")
        except Exception as error:  # whatever a worker of another kind raises
            raise WorkerError(f"a worker failed: {type(error).__name__}: {error}", hint=ALIKE) from error

    def look_after(self) -> None:
        """Raise `WorkerError` where the scheduler is lost, or has had no worker for too long."""
        if self._has_workers():
            self._absent_since.clear()
            return
        self._absent_since.append(time.monotonic())
        self.progress(Progress("no worker is left: waiting for one"))
        if self._absent_since[-1] - self._absent_since[0] > self.patience:
            raise WorkerError(f"the Dask scheduler at {self.address} has lost all its workers", hint=_GOES_ON)

    def _has_workers(self) -> bool:
        try:
            return bool(self.client.sync(self.client.scheduler.ncores, callback_timeout=self.patience))
        except (OSError, AttributeError) as error:  # what Dask raises while it has no connection
            raise self._lost() from error

    def _lost(self) -> WorkerError:
        return WorkerError(f"lost the Dask scheduler at {self.address}", hint=_GOES_ON)


@contextmanager
def cluster(address: str, task: Callable[[Commit], Outcome], *, progress: Tell, warn: Warn) -> Iterator[Workers]:
    """Connect to the scheduler at an address; raises a `NixdriftError` where there is none that can be used."""
    client, patience = _connected(address, progress, warn)
    with client:
        executor = client.get_executor(pure=False, retries=RETRIES)
        workers = ClusterWorkers(executor, task, client, address, patience, progress)
        if not workers._has_workers():
            raise WorkerError(f"the Dask scheduler at {address} has no workers", hint=f"dask worker {address}")
        yield workers


def _connected(address: str, progress: Tell, warn: Warn) -> tuple[Any, float]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise UsageError("--scheduler needs Dask", hint="pip install 'nixdrift[distributed]'") from error
    _quiet()
    patience = dask.utils.parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))
    progress(Progress(f"connecting to {address}"))
    try:
        _check(address)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            client = distributed.Client(address, timeout=patience, set_as_default=False)
    except OSError as error:
        raise NixdriftError(
            f"no Dask scheduler answers at {address}", hint="start one: dask scheduler; it prints its address"
        ) from error
    if any(issubclass(one.category, distributed.versions.VersionMismatchWarning) for one in said):
        warn("the cluster has other versions of Python or Dask than this machine")
    return client, patience


def _check(address: str) -> None:
    """Refuse what Dask would make half a client of, or, without any address, a cluster of its own."""
    from dask.config import get
    from distributed.comm.addressing import resolve_address

    try:
        if "://" not in address:
            raise ValueError(address)
        resolve_address(address)
    except (ValueError, ImportError) as error:
        raise UsageError(f"no address of a Dask scheduler: {address}", hint="as in tcp://HOST:8786") from error
    if address.startswith("tls://") and not get("distributed.comm.tls.ca-file"):
        raise UsageError("tls:// needs certificates", hint="see distributed.comm.tls in Dask's configuration")


def _quiet() -> None:
    """Keep Dask's own log, and that of what it is made of, from standard error: what matters becomes an error."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in {"asyncio", "distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
