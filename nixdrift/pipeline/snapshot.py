"""Save one revision, step by step: evaluate it at the fixed place, prove what can be proven, list the rest."""

from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.evaluation import Evaluation
from nixdrift.graph import build_graph
from nixdrift.nix import NixSettings, format_attribute_path
from nixdrift.pipeline.session import Evaluator, Revision, open_evaluator, open_session, read_project_of
from nixdrift.progress import Progress
from nixdrift.project import Project
from nixdrift.request import RevisionRequest
from nixdrift.snapshot import EvaluatedRevision, Question, Snapshot, take_snapshot
from nixdrift.sources import Prover, StoredSources


def snapshot(request: RevisionRequest) -> Snapshot:
    """Evaluate one revision, and give all that has to be known of it to judge it later, without Nix.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_session(request, fixed=True) as session:
        project = read_project_of(session)
        is_worktree = request.revision is None
        commit, _everything = session.commits(project, request.revision)
        revision = session.revision(commit)
        evaluator = open_evaluator(session, project)
        request.progress(Progress(f"evaluating {commit.revision}", 1, 1))
        evaluation = evaluator.evaluate_something(revision)
        request.progress(Progress("tracing the sources"))
        return snapshot_of(evaluator, revision, evaluation, is_worktree=is_worktree)


def snapshot_of(
    evaluator: Evaluator, revision: Revision, evaluation: Evaluation, *, is_worktree: bool = False
) -> Snapshot:
    """Give the snapshot of a revision that was evaluated."""
    session, project = evaluator.session, evaluator.project
    graph = build_graph(evaluation.derivations, source=revision.commit.revision)
    prover = Prover(session.private.blob, evaluation.store_dir)
    is_flake = project.is_flake(project.entry(revision.tree) or "")
    side = Tracer(prover).trace_alone(Side(evaluation, graph, revision.tree, {}))
    found = EvaluatedRevision(
        evaluation=evaluation,
        # Nobody else has the commit that stands for a working tree.
        commit=None if is_worktree else revision.commit.commit,
        tree=revision.commit.tree,
        is_flake=is_flake,
        question=question_of(project, evaluator.nix.settings).of(is_flake=is_flake),
        directory=session.directory,
        name=session.user.top.name,
        proven=side.sources,
        stored=StoredSources(evaluator.nix.physical_store, session.user.object_format),
    )
    return take_snapshot(found)


def question_of(project: Project, settings: NixSettings) -> Question:
    """Give what is asked of Nix, whatever the revision."""
    return Question(
        project.directory,
        project.file,
        tuple(sorted(format_attribute_path(path) for path in project.attributes)),
        dict(project.arguments),
        settings.options,
        settings.impure,
        tuple(sorted(set(settings.variables))),
        bool(settings.restrict),
    )
