"""What one path does to one component at one commit: change it, evaluate, and look."""

from nixdrift.pipeline.chronicle import Chronicle
from nixdrift.pipeline.laboratory import Laboratory
from nixdrift.pipeline.probe import Question, learn
from nixdrift.pipeline.sides import traced
from nixdrift.probe.facts import Fact, Kind
from nixdrift.probe.plan import plan_for
from nixdrift.repository import LineCommit

_MOST_EVALUATIONS = 16
"""How often one commit is evaluated, with the path changed, to find out about it."""


def influence(chronicle: Chronicle, commit: LineCommit, name: str, path: str) -> Fact | None:
    """Give what a change of a path does to a component at a commit; None: one of them is not there.

    Raises a `NixdriftError` where the commit does not evaluate.
    """
    saved = chronicle.library.get(commit.as_commit())
    revision = chronicle.revision(commit.as_commit())
    if path not in revision.tree.entries:
        return None
    with chronicle.library.pool.evaluator(fixed=saved.is_bound) as evaluator:
        store, config = evaluator.nix.physical_store, chronicle.config
        found = traced(evaluator.session, saved, revision, config, store)
        component = found.named(name)
        if component is None:
            return None
        plan = plan_for(found.side, component, path)
        facts: dict[Question, Fact] = {one: Fact(Kind.FROZEN, barrier) for one, barrier in plan.frozen.items()}
        laboratory = Laboratory(evaluator, found.tracer, revision, found.side, found.components)
        learn(laboratory, plan, config, facts, _MOST_EVALUATIONS)
        return facts.get((component.name, path), Fact(Kind.OPEN, "it is an expression"))
