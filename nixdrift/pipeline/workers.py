"""Who evaluates many commits: threads of this process, or the workers of a cluster."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from nixdrift.errors import EvaluationError, NixdriftError
from nixdrift.pipeline.pool import Pool
from nixdrift.pipeline.setting import Setting, setting_of
from nixdrift.repository import Commit
from nixdrift.request import LineRequest, Request
from nixdrift.snapshot import write_snapshot

Outcome = bytes | NixdriftError
"""The snapshot of a commit as it is written, or why there is none."""


@dataclass(frozen=True)
class Workers:
    """Evaluates commits, each as one task."""

    executor: Executor
    task: Callable[[Commit], Outcome]

    def evaluate(self, commits: Sequence[Commit]) -> Iterator[tuple[Commit, Outcome]]:
        """Evaluate some commits, and give each as soon as it is done."""
        begun: dict[Future[Outcome], Commit] = {self.executor.submit(self.task, one): one for one in commits}
        try:
            for future in as_completed(begun):
                yield begun[future], future.result()
        finally:
            for future in begun:
                future.cancel()


def evaluated(pool: Pool, commit: Commit) -> Outcome:
    """Evaluate a commit."""
    try:
        return write_snapshot(pool.snapshot(commit))
    except NixdriftError as error:
        return error


def evaluated_alone(request: Request, setting: Setting, commit: Commit) -> Outcome:
    """Evaluate a commit as the only one: the task of a worker that knows nothing of the others."""
    try:
        with Pool(replace(request, environment=dict(os.environ))) as pool:
            with pool.evaluator() as evaluator:
                own = setting_of(evaluator)
            if replace(own, place=setting.place) != setting:
                raise EvaluationError(
                    f"a worker evaluates in another way: with Nix {own.nix_version} for {own.system}",
                    hint="give all workers the same Nix, options and NIX_PATH, and the same state of the repository",
                )
            return evaluated(pool, commit)
    except NixdriftError as error:
        return error


def open_workers(request: LineRequest, pool: Pool, setting: Setting, jobs: int) -> AbstractContextManager[Workers]:
    """Give what evaluates; raises a `NixdriftError` where a scheduler was named that is not there."""
    if request.scheduler is None:
        return _threads(pool, jobs)
    from nixdrift.pipeline.cluster import cluster

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
    return cluster(request.scheduler, partial(evaluated_alone, alone, setting))


@contextmanager
def _threads(pool: Pool, jobs: int) -> Iterator[Workers]:
    with ThreadPoolExecutor(jobs) as executor:
        yield Workers(executor, partial(evaluated, pool))
