"""One revision, evaluated and traced, and variants of it in which some files are changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nixdrift.changes import SUBMODULE_MODE, FileState
from nixdrift.comparison.counterfactual import subject_of
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.errors import EvaluationError, UnansweredError
from nixdrift.graph import build_graph
from nixdrift.group_testing import NOTHING, Answer, Failure, Outcome, Paths, Undecidable
from nixdrift.judgement import Component
from nixdrift.pipeline.counterfactual import Experiment
from nixdrift.pipeline.session import Evaluator, Revision
from nixdrift.probe.perturbation import perturbed
from nixdrift.probe.plan import ANYTHING
from nixdrift.progress import Progress


@dataclass
class Laboratory:
    """A revision, and what makes variants of it in the private repository."""

    evaluator: Evaluator
    tracer: Tracer
    revision: Revision
    side: Side
    components: tuple[Component, ...]
    evaluations: int = 1
    _states: dict[str, FileState] = field(default_factory=dict, repr=False)

    def variant(self, paths: Paths) -> Side | Failure:
        """Evaluate the revision with some paths changed, and trace the sources of what it is then."""
        self.evaluations += 1
        session = self.evaluator.session
        doing = f"evaluating with {len(paths):,} {'path' if len(paths) == 1 else 'paths'} changed"
        session.request.progress(Progress(doing, self.evaluations))
        commit = session.private.edited(self.revision.commit, self.states(paths), self.revision.commit.revision)
        revision = session.revision(commit)
        try:
            evaluated = self.evaluator.evaluate(revision)
        except UnansweredError:
            raise
        except EvaluationError as error:
            return Failure(error.message)
        if evaluated is None or evaluated.evaluation.failed != self.side.evaluation.failed:
            return Failure("an attribute does not evaluate")
        graph = build_graph(evaluated.evaluation.derivations, source=commit.revision)
        return self.tracer.trace_alone(Side(evaluated.evaluation, graph, revision.tree, {}))

    def states(self, paths: Paths) -> Mapping[str, FileState]:
        """Give what some paths become in a variant."""
        return {path: self._state(path) for path in sorted(paths)}

    def _state(self, path: str) -> FileState:
        if path not in self._states:
            private, known = self.evaluator.session.private, self.revision.tree.entries[path]
            is_link = known.mode == SUBMODULE_MODE
            found = perturbed(path, known, b"" if is_link else private.blob(known.object_id))
            if found.content is None:
                object_id = known.object_id
            else:
                object_id = found.content.decode() if is_link else private.write_blob(found.content)
            self._states[path] = FileState(found.mode, object_id)
        return self._states[path]

    def experiment(self, names: frozenset[str]) -> "Search":
        """Give what answers questions about some components, and about `ANYTHING`."""
        wanted = [one for one in self.components if one.name in names or (ANYTHING in names and one.is_root)]
        subjects = tuple(subject_of(one, one.after, self.side) for one in wanted if one.after is not None)
        asked = Experiment(self.evaluator, self.revision, self.side, subjects, self.tracer.list_source)
        return Search(self, asked, ANYTHING in names)


@dataclass(frozen=True)
class Search:
    """Variants of a revision, evaluated for what becomes of some components."""

    laboratory: Laboratory
    experiment: Experiment
    is_about_anything: bool

    def __call__(self, paths: Paths) -> Mapping[str, Answer]:
        """Change some paths together, and tell what becomes of every component."""
        before = self.experiment.evaluations
        answers = dict(self.experiment.ask(dict(self.laboratory.states(paths))))
        self.laboratory.evaluations += self.experiment.evaluations - before
        if self.is_about_anything:
            answers[ANYTHING] = _together(answers)
        return answers


def _together(answers: Mapping[str, Answer]) -> Answer:
    """Tell what becomes of all components taken together: the most that becomes of one."""
    found = [answer for answer in answers.values() if answer != NOTHING]
    telling = [answer for answer in found if isinstance(answer, Outcome | Failure)]
    undecidable = [answer for answer in found if isinstance(answer, Undecidable)]
    return next(iter([*telling, *undecidable]), NOTHING)
