"""Who evaluates many commits: threads of this process, or the workers of a cluster."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from nixdrift import __version__
from nixdrift.pipeline.cluster import cluster
from nixdrift.pipeline.pool import Pool
from nixdrift.pipeline.setting import Setting
from nixdrift.pipeline.workers import Workers, evaluated, evaluated_alone
from nixdrift.request import LineRequest, Request


def open_workers(request: LineRequest, pool: Pool, setting: Setting, jobs: int) -> AbstractContextManager[Workers]:
    """Give what evaluates; raises a `NixdriftError` where a scheduler was named that cannot be used."""
    if request.scheduler is None:
        return _threads(pool, jobs)
    # What talks to the person who asked stays here, and so do the variables of their environment.
    alone = Request(
        repository=request.repository.absolute(),
        roots=request.roots,
        file=request.file,
        arguments=request.arguments,
        nix=request.nix,
        environment={},
        workspaces=request.workspaces,
    )
    task = partial(evaluated_alone, alone, setting, __version__)
    return cluster(request.scheduler, task, progress=request.progress, warn=request.warn)


@contextmanager
def _threads(pool: Pool, jobs: int) -> Iterator[Workers]:
    with ThreadPoolExecutor(jobs) as executor:
        yield Workers(executor, partial(evaluated, pool))
