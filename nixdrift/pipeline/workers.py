"""Those who evaluate many commits, each as a task, and what they find at work: a commit, or that they are unfit."""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

from nixdrift import __version__
from nixdrift.errors import NixdriftError, WorkerError
from nixdrift.pipeline.pool import Pool
from nixdrift.pipeline.setting import Setting, setting_of
from nixdrift.repository import Commit
from nixdrift.request import Request
from nixdrift.snapshot import write_snapshot

Outcome = bytes | NixdriftError
"""The snapshot of a commit as it is written, or why there is none."""

_SECONDS_BETWEEN_LOOKS = 1.0

ALIKE = "give all workers the same nixdrift, Nix, options and NIX_PATH, and the same repository at the same path"


@dataclass(frozen=True)
class Workers:
    """Evaluates commits, each as one task."""

    executor: Executor
    task: Callable[[Commit], Outcome]

    def evaluate(self, commits: Sequence[Commit]) -> Iterator[tuple[Commit, Outcome]]:
        """Evaluate some commits, and give each as soon as it is done.

        Raises `WorkerError` where those that evaluate are lost, or are not alike.
        """
        begun: dict[Future[Outcome], Commit] = {self.executor.submit(self.task, one): one for one in commits}
        done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        try:
            for future in begun:
                future.add_done_callback(done.put)
            for _one in begun:
                ended = self._next(done)
                outcome = self.outcome(ended)
                if isinstance(outcome, WorkerError):
                    raise outcome
                yield begun[ended], outcome
        finally:
            for future in begun:
                future.cancel()

    def _next(self, done: "SimpleQueue[Future[Outcome]]") -> "Future[Outcome]":
        while True:
            try:
                return done.get(timeout=_SECONDS_BETWEEN_LOOKS)
            except Empty:
                self.look_after()

    def outcome(self, ended: "Future[Outcome]") -> Outcome:
        """Give what a task came to."""
        return ended.result()

    def look_after(self) -> None:
        """Raise `WorkerError` where waiting is of no use; asked again and again while nothing is done."""


def evaluated(pool: Pool, commit: Commit) -> Outcome:
    """Evaluate a commit."""
    try:
        return write_snapshot(pool.snapshot(commit))
    except NixdriftError as error:
        return error


def evaluated_alone(request: Request, setting: Setting, version: str, commit: Commit) -> Outcome:
    """Evaluate a commit as the only one: the task of a worker that knows nothing of the others.

    Gives a `WorkerError` where this worker would not evaluate as the one who asks: by their version, and setting.
    """
    try:
        with Pool(replace(request, environment=dict(os.environ))) as pool:
            different = _difference(pool, setting, version, commit)
            return evaluated(pool, commit) if different is None else _unfit(different, ALIKE)
    except NixdriftError as error:
        # Nothing was said of the commit yet.
        return _unfit(error.message, error.hint or ALIKE)


def _unfit(reason: str, hint: str) -> WorkerError:
    return WorkerError(f"the worker on {platform.node()} cannot evaluate: {reason}", hint=hint)


def _difference(pool: Pool, setting: Setting, version: str, commit: Commit) -> str | None:
    """Tell in what a worker is another one than those who ask; raises a `NixdriftError` where it lacks something."""
    if version != __version__:
        return f"it has nixdrift {__version__}, not {version}"
    with pool.evaluator() as evaluator:
        own = setting_of(evaluator)
        evaluator.session.user.resolve(commit.commit)
    if (own.nix_version, own.system) != (setting.nix_version, setting.system):
        return f"it has Nix {own.nix_version} for {own.system}, not {setting.nix_version} for {setting.system}"
    # Where it works is its own: what takes that in is evaluated where it is asked for.
    if not setting.is_like(own):
        return "its Nix has another store, or another NIX_PATH, or its clone is cut off elsewhere"
    return None
