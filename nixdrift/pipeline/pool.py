"""Evaluate commits, several at a time: each in a repository of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Lock, RLock

from nixdrift.derivation.stored import Texts
from nixdrift.pipeline.session import Evaluator, open_evaluator, open_session, read_project_of
from nixdrift.pipeline.snapshot import snapshot_of
from nixdrift.repository import Commit
from nixdrift.request import Request
from nixdrift.snapshot import Snapshot


@dataclass
class Pool:
    """Evaluators of one project; each is opened when it is first needed, and used by one thread at a time."""

    request: Request
    known: Texts = field(default_factory=Texts, repr=False)
    _stack: ExitStack = field(default_factory=ExitStack, repr=False)
    _idle: SimpleQueue[Evaluator] = field(default_factory=SimpleQueue, repr=False)
    _opening: Lock = field(default_factory=Lock, repr=False)
    _fixed: Evaluator | None = field(default=None, repr=False)
    _fixed_in_use: RLock = field(default_factory=RLock, repr=False)

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @contextmanager
    def evaluator(self, *, fixed: bool = False) -> Iterator[Evaluator]:
        """Lend an evaluator; with ``fixed``, the one at the place that is the same for every run."""
        if fixed:
            with self._fixed_in_use:
                self._fixed = self._fixed or self._opened(fixed=True)
                yield self._fixed
            return
        try:
            evaluator = self._idle.get_nowait()
        except Empty:
            evaluator = self._opened()
        try:
            yield evaluator
        finally:
            self._idle.put(evaluator)

    def _opened(self, *, fixed: bool = False) -> Evaluator:
        # Only what is opened in one block can be closed in one: one thread after the other.
        with self._opening:
            session = self._stack.enter_context(open_session(self.request, fixed=fixed))
        evaluator = open_evaluator(session, read_project_of(session))
        return replace(evaluator, known=self.known)

    def snapshot(self, commit: Commit) -> Snapshot:
        """Evaluate a commit; raises a `NixdriftError` where it does not evaluate.

        What takes in where its files lay is evaluated once more, at the place that is the same for every run.
        """
        with self.evaluator() as evaluator:
            found = _snapshot(evaluator, commit)
        if found.place.digest is None:
            return found
        with self.evaluator(fixed=True) as evaluator:
            return _snapshot(evaluator, commit)


def _snapshot(evaluator: Evaluator, commit: Commit) -> Snapshot:
    revision = evaluator.session.revision(commit)
    evaluated = evaluator.evaluate(revision)
    return snapshot_of(evaluator, revision, evaluated.evaluation if evaluated else evaluator.nothing())
