"""Hold head to what base needs: where base evaluates restricted, the author of head gets no more.

Who may change base may read what it reads; head may be anybody's. So base says whether the project allows a restricted
evaluation of its expression files. A flake is pure, and what takes its place is restricted; where there is nothing at
base, nothing is needed.
"""

import logging
from dataclasses import dataclass, replace
from functools import cache

from nixdrift.errors import EvaluationError, UnansweredError
from nixdrift.nix import Evaluated, has_settings, is_refusal
from nixdrift.pipeline.kept import Kept, open_kept
from nixdrift.pipeline.session import Evaluator, Revision
from nixdrift.progress import Progress
from nixdrift.request import CheckRequest

_LOG = logging.getLogger(__name__)

_REFUSALS = "unrestricted"
"""The kind of entry in the cache that says that a commit does not evaluate restricted."""

_OPTIONS = frozenset({"restrict-eval", "pure-eval"})


def held_to_base(
    request: CheckRequest, evaluator: Evaluator, base: Revision, head: Revision
) -> tuple[Evaluator, Kept | None]:
    """Give what evaluates both ends of a comparison, restricted if that was asked for, or base evaluates so.

    With it, its part of the cache. What is kept of both ends is taken as it is, and nothing is evaluated for it.
    """
    if evaluator.nix.settings.restrict is not None:
        return evaluator, open_kept(request, evaluator)
    free, strict = (_with_cache(request, evaluator.restricted(restrict)) for restrict in (False, True))
    ends = base, head
    said = _said_otherwise(evaluator, base)
    if said is not None:
        _LOG.info("unrestricted: %s", said)
        return free.evaluator, free.kept
    if not _is_file(evaluator, base) or strict.has(base):
        return strict.evaluator, strict.kept
    hold = cache(lambda: _tried(request, free, strict, base))
    if all(free.has(one) for one in ends):
        return replace(free.evaluator, other=lambda: hold().evaluator), free.kept
    return hold().evaluator, hold().kept


@dataclass(frozen=True)
class _Way:
    """One way to evaluate, and what is kept of it."""

    evaluator: Evaluator
    kept: Kept | None

    def has(self, revision: Revision) -> bool:
        return self.kept is not None and self.kept.find(revision) is not None

    def knowing(self, revision: Revision, answer: Evaluated) -> "_Way":
        return replace(self, evaluator=replace(self.evaluator, answers={revision.commit.commit: answer}))


def _with_cache(request: CheckRequest, evaluator: Evaluator) -> _Way:
    return _Way(evaluator, open_kept(request, evaluator))


def _tried(request: CheckRequest, free: _Way, strict: _Way, base: Revision) -> _Way:
    """Evaluate base restricted, unless it is known that it does not evaluate so."""
    if strict.kept and strict.kept.has_note(_REFUSALS, base):
        _LOG.info("unrestricted: base reads or fetches elsewhere, as is known")
        return free
    request.progress(Progress(f"evaluating {base.commit.revision}", 1, 2))
    try:
        answer = _answer(strict.evaluator, base)
    except UnansweredError:
        # Nobody knows then what base needs, and so what head may have.
        raise
    except EvaluationError as error:
        _LOG.info("unrestricted: base does not evaluate restricted: %s", error.message)
        if strict.kept and is_refusal(error.message):
            strict.kept.note(_REFUSALS, base)
        return free
    if answer and (answer.evaluation.failed or has_settings(free.evaluator.nix)):
        # What fails may do so for want of what it may not see; and of what the user sets, nothing is seen.
        other = free.evaluator.evaluate(base)
        if other and not _is_same(answer, other):
            _LOG.info("unrestricted: base evaluates to something else when it is restricted")
            if strict.kept:
                strict.kept.note(_REFUSALS, base)
            return free.knowing(base, other)
    _LOG.info("restricted, because base evaluates so")
    return strict.knowing(base, answer) if answer else strict


def _answer(strict: Evaluator, base: Revision) -> Evaluated | None:
    """Evaluate base restricted, and stop at the first thing that it may not do; what fails otherwise is set apart."""
    try:
        return strict.evaluate(base, whole=True)
    except UnansweredError:
        raise
    except EvaluationError as error:
        if is_refusal(error.message):
            raise
        return strict.evaluate(base)


def _is_same(one: Evaluated, other: Evaluated) -> bool:
    roots = ({(root.name, root.drv_path) for root in answer.evaluation.roots} for answer in (one, other))
    failed = ({failed.name for failed in answer.evaluation.failed} for answer in (one, other))
    return next(roots) == next(roots) and next(failed) == next(failed)


def _said_otherwise(evaluator: Evaluator, base: Revision) -> str | None:
    """Give what the user said by which an evaluation is to read more; None: nothing."""
    settings = evaluator.nix.settings
    if settings.impure:
        return "--impure"
    if not _is_file(evaluator, base):
        # Nothing else than a flake's own files was ever seen.
        return None
    given = next((name for name, _value in settings.options if name in _OPTIONS), None)
    if given is not None:
        return f"--option {given} is given"
    return "--keep-env-var" if settings.variables else None


def _is_file(evaluator: Evaluator, base: Revision) -> bool:
    entry = evaluator.project.entry(base.tree)
    return entry is not None and not evaluator.project.is_flake(entry)
