"""Ask Nix what a component is without a change: evaluate commits that nobody made, in the private repository."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nixdrift.changes import Change, FileState
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.counterfactual import Subject, outcome, questions, sightings, subjects
from nixdrift.comparison.mode import Counterfactual
from nixdrift.comparison.side import Side
from nixdrift.errors import EvaluationError, UnansweredError
from nixdrift.group_testing import NOTHING, Answer, Failure, Outcome, Paths, Undecidable, decide
from nixdrift.pipeline.session import Evaluator, Revision
from nixdrift.progress import Progress
from nixdrift.sources import ListSource

MOST_EVALUATIONS = 64
"""How many variants of head are evaluated at the most; what is not decided then stays unproven."""

_EVERY_COMMIT = "its derivation differs for every commit of the same files: it takes the commit's own id or time"
_NOT_ASKED = f"{MOST_EVALUATIONS} evaluations did not suffice"


@dataclass(frozen=True)
class Revisions:
    """Base and head, and what differs between them."""

    base: Revision
    head: Revision
    changes: tuple[Change, ...]


def decide_by_evaluation(
    evaluator: Evaluator, revisions: Revisions, comparison: Comparison, mode: Counterfactual
) -> Comparison:
    """Decide by evaluation what a comparison leaves open, and judge once more.

    Head without a change says whether it is an input *at head*; only where that does not evaluate, base with the
    change is asked.
    """
    asked = questions(comparison, mode)
    if not asked:
        return comparison
    tracer = comparison.evidence.tracer
    listed = tracer.list_source if tracer else None
    head = Experiment(evaluator, revisions.head, comparison.after, subjects(comparison, asked, at_head=True), listed)
    base = Experiment(evaluator, revisions.base, comparison.before, subjects(comparison, asked, at_head=False), listed)
    before = {change.path: change.before for change in revisions.changes}
    found = decide(asked, lambda paths: head.ask({path: before[path] for path in paths}), limit=MOST_EVALUATIONS)
    answers: dict[tuple[str, str], Answer] = {
        (name, path): Undecidable(_NOT_ASKED) for name, paths in asked.items() for path in paths
    }
    for (name, path), answer in found.items():
        failed = isinstance(answer, Failure)
        answers[name, path] = (_from_base(base, revisions.changes, name, path) if failed else None) or answer
    decided = comparison.decided(sightings(answers, comparison))
    census = replace(decided.judgement.census, counterfactual_evaluations=head.evaluations + base.evaluations)
    return replace(decided, judgement=replace(decided.judgement, census=census))


def _from_base(base: "Experiment", changes: tuple[Change, ...], name: str, path: str) -> Answer | None:
    """Ask what base is with a change; None where that says nothing about head.

    That it does nothing at base is so at head, too, only if nothing else changed: what else changed may be what
    takes it.
    """
    change = next(one for one in changes if one.path == path)
    answer = base.ask({path: change.after})[name]
    if not isinstance(answer, Outcome) or (answer == NOTHING and len(changes) > 1):
        return None
    return answer


@dataclass
class Experiment:
    """A revision of which variants are evaluated, and what some components are in it."""

    evaluator: Evaluator
    revision: Revision
    side: Side
    subjects: tuple[Subject, ...]
    list_source: ListSource | None = None
    evaluations: int = 0
    _known: dict[Paths, Mapping[str, Answer]] = field(default_factory=dict, repr=False)

    def ask(self, files: Mapping[str, FileState | None]) -> Mapping[str, Answer]:
        """Evaluate the revision with other files at some paths, and tell what becomes of every subject."""
        answers = self._evaluated(files)
        if all(answer == NOTHING for answer in answers.values()):
            return answers
        # Another commit of the same files: where that makes a difference, nothing follows from one.
        unchanged = self._evaluated({})
        return {
            name: answer if unchanged[name] == NOTHING else Undecidable(_EVERY_COMMIT)
            for name, answer in answers.items()
        }

    def _evaluated(self, files: Mapping[str, FileState | None]) -> Mapping[str, Answer]:
        paths = frozenset(files)
        if paths not in self._known:
            self.evaluations += 1
            doing = f"evaluating variants of {self.revision.commit.revision}"
            self.evaluator.session.request.progress(Progress(doing, self.evaluations))
            self._known[paths] = self._evaluate(files)
        return self._known[paths]

    def _evaluate(self, files: Mapping[str, FileState | None]) -> Mapping[str, Answer]:
        session = self.evaluator.session
        commit = session.private.edited(self.revision.commit, files, self.revision.commit.revision)
        roots = self.evaluator.only(root for one in self.subjects for root in one.roots)
        try:
            evaluated = roots.evaluate(session.revision(commit))
        except UnansweredError:
            raise
        except EvaluationError as error:
            return self._failed(error.message)
        if evaluated is None:
            return self._failed("there is nothing to evaluate")
        return {one.name: outcome(one, self.side, evaluated.evaluation, self.list_source) for one in self.subjects}

    def _failed(self, message: str) -> Mapping[str, Answer]:
        return {one.name: Failure(message) for one in self.subjects}
