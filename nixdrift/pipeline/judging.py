"""Judge what became of the components between two commits that were evaluated before."""

from functools import partial

from nixdrift.comparison.mode import Counterfactual
from nixdrift.config import Config
from nixdrift.pipeline.comparing import Pair, compare_saved
from nixdrift.pipeline.counterfactual import Revisions, decide_by_evaluation
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Evaluator, Revision, Session
from nixdrift.pipeline.sides import with_what_is_there
from nixdrift.rules import apply_rules
from nixdrift.snapshot import check_same_question
from nixdrift.timeline.step import Step
from nixdrift.timeline.stepping import step_of

End = tuple[Revision, Saved]
"""One end of a step, and its snapshot."""


def judged(
    session: Session, base: End, head: End, config: Config, decide: tuple[Evaluator, Counterfactual] | None = None
) -> Step:
    """Judge a step; ``decide`` evaluates for what the snapshots leave open.

    Raises `IncompleteGraphError` where the two were not evaluated in one way.
    """
    check_same_question(base[1].snapshot, head[1].snapshot)
    changes = session.private.changes(base[0].commit, head[0].commit)
    revisions = Revisions(base[0], head[0], changes)
    before, after = (Pair(saved, saved.snapshot.evaluation) for _revision, saved in (base, head))
    comparison = with_what_is_there(config, partial(compare_saved, session, revisions, before, after))
    if decide is not None:
        evaluator, mode = decide
        comparison = decide_by_evaluation(evaluator, revisions, comparison, mode)
    return step_of(comparison, apply_rules(comparison))
