"""What a comparison of two revisions of a repository rests on, and the comparison of two that were evaluated before."""

from dataclasses import dataclass

from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import Config
from nixdrift.evaluation import Evaluation
from nixdrift.pipeline.counterfactual import Revisions
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Session


@dataclass(frozen=True)
class Pair:
    """A snapshot, and what of it is compared."""

    saved: Saved
    evaluation: Evaluation


def evidence_of(session: Session, revisions: Revisions, tracer: Tracer, *, is_worktree: bool = False) -> Evidence:
    """Give what can be known of two revisions where their repository is at hand."""
    base, head = revisions.base, revisions.head
    files = session.files(base), session.files(head, is_working_tree=is_worktree)
    history, former = session.history(tracer, base, head), session.config_of(base)
    return Evidence(base.tree, head.tree, session.private.blob, tracer, *files, history=history, base_config=former)


def compare_saved(
    session: Session, revisions: Revisions, base: Pair, head: Pair, config: Config, *, is_worktree: bool = False
) -> Comparison:
    """Compare two revisions by their snapshots, without Nix."""
    listed = head.saved.lister(revisions.head), base.saved.lister(revisions.base)
    tracer = session.tracer(head.evaluation.store_dir, None, *listed)
    evidence = evidence_of(session, revisions, tracer, is_worktree=is_worktree)
    return compare(base.evaluation, head.evaluation, revisions.changes, config, evidence)
