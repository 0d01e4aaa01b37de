"""The main job, step by step: read, find the changes, compare, apply the rules."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.changes import parse_name_status
from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.comparison.mode import Counterfactual
from nixdrift.config import Config
from nixdrift.dumps import STDIN, check_one_project, check_roots, read_both_graphs, read_input
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.evaluation import Evaluation
from nixdrift.explanation import affected_graph, own_differences
from nixdrift.judgement import Finding
from nixdrift.nix import HOW_TO_TRACE, Evaluated, physical_store
from nixdrift.pipeline.comparing import Pair, compare_saved, evidence_of
from nixdrift.pipeline.counterfactual import Revisions, decide_by_evaluation
from nixdrift.pipeline.evidence import log_evidence
from nixdrift.pipeline.graphs import Dumps, Graph, Saved, answers, read_graphs
from nixdrift.pipeline.held import held_to_base
from nixdrift.pipeline.jobs import Jobs
from nixdrift.pipeline.kept import Kept, watched
from nixdrift.pipeline.known import read_known, settled
from nixdrift.pipeline.session import (
    Evaluator,
    Revision,
    Session,
    open_evaluator,
    open_session,
    read_config,
    read_project_of,
)
from nixdrift.pipeline.tops import with_top
from nixdrift.progress import Progress
from nixdrift.project import Project
from nixdrift.report import Report, RevisionInfo
from nixdrift.repository import Commit, default_base
from nixdrift.request import CheckRequest
from nixdrift.rules import apply_rules


@dataclass(frozen=True)
class Compared:
    """A comparison, what the rules find in it, and what a report says of its two ends."""

    comparison: Comparison
    base: RevisionInfo
    head: RevisionInfo
    findings: tuple[Finding, ...]
    """Found while there was still a repository to ask."""

    def report(self) -> Report:
        """Put together what is reported."""
        comparison = self.comparison
        failed = comparison.before.evaluation.failed, comparison.after.evaluation.failed
        return Report(self.base, self.head, comparison.judgement, self.findings, *failed)


def check(request: CheckRequest, *, is_depicted: bool = True) -> Report:
    """Judge every component between two revisions.

    Where it is not depicted, the report is without the affected graph, and without what differs in each component:
    formats that do not show them need not wait for them. Raises `NixdriftError` where it cannot be judged.
    """
    known = read_known(request)
    found = compared(request)
    report = found.report()
    report = replace(report, settled=settled(request, known, report.findings))
    if not is_depicted:
        return report
    return replace(
        report,
        differences=own_differences(found.comparison, show_values=request.show_values),
        graph=affected_graph(found.comparison),
    )


def compared(request: CheckRequest) -> Compared:
    """Compare two revisions.

    Raises `NixdriftError` where that cannot be done.
    """
    _check_request(request)
    match read_graphs(request):
        case (base, head) if request.changes is not None:
            return _without_repository(request, request.changes, base, head)
        case (Dumps() | Jobs() as base, Dumps() | Jobs() as head):
            return _from_graphs(request, base, head)
        case (Saved() as base, Saved() as head):
            return _from_snapshots(request, base, head)
        case (Saved() | None as base, Saved() | None as head):
            return _live(request, base, head)
    raise UsageError("a graph for one side only", hint="give both: --base-graph and --head-graph")


def _check_request(request: CheckRequest) -> None:
    if request.changes is not None and not _has_both_sides(request):
        raise UsageError("--changes goes with graphs", hint="give both: --base-graph and --head-graph")
    if request.changes is not None and (request.base or request.head or request.worktree):
        raise UsageError(
            "--changes says what differs between the graphs: no revisions go with it",
            hint="leave out --changes, or --base, --head and --worktree",
        )
    if request.jobs_prefix and not (request.base_jobs or request.head_jobs):
        raise UsageError("--jobs-prefix goes with jobs", hint="give both: --base-jobs and --head-jobs")
    if request.counterfactual is Counterfactual.ALWAYS and _has_both_sides(request):
        raise UsageError(
            "--counterfactual always evaluates, and two graphs leave nothing to evaluate",
            hint="leave it out: what only evaluation decides is unproven; or give revisions",
        )
    if request.worktree and request.head is not None:
        raise UsageError("--worktree is the head: no other goes with it", hint="leave out --worktree or --head")
    graphs = request.base_graph, request.head_graph, request.base_jobs, request.head_jobs
    inputs = [*(file for files in graphs for file in files), *([request.changes] if request.changes else [])]
    if inputs.count(STDIN) > 1:
        raise UsageError("standard input can be read once", hint="give the other one as a file")


def _has_both_sides(request: CheckRequest) -> bool:
    graphs, jobs = (request.base_graph, request.head_graph), (request.base_jobs, request.head_jobs)
    return all(graphs) or all(jobs)


def _without_repository(request: CheckRequest, changes: str, base: Graph, head: Graph) -> Compared:
    found = parse_name_status(read_input(changes), source=changes)
    before, after = _graphs(request, base, head)
    comparison = compare(before, after, found, read_config(request, Path()), Evidence())
    former, latter = (one.info() if isinstance(one, Saved) else RevisionInfo() for one in (base, head))
    return Compared(comparison, former, latter, apply_rules(comparison))


def _graphs(request: CheckRequest, base: Graph, head: Graph) -> tuple[Evaluation, Evaluation]:
    match base, head:
        case Dumps(), Dumps():
            before, after = read_both_graphs(base.taken(), head.taken(), request.roots)
            check_roots(before, after, request.roots)
        case Jobs(), Jobs():
            before, after = _found(base.answer(request.roots), head.answer(request.roots))
            if not (before.roots and after.roots):
                # What is all new, or all gone, has nothing in common with nothing.
                return before, after
        case Saved(), Saved():
            before, after = _found(*answers(request, base, head))
        case _:
            raise UsageError("--changes goes with two graphs", hint="give both: --base-graph and --head-graph")
    check_one_project(before, after)
    return before, after


def _from_graphs(request: CheckRequest, base: Dumps | Jobs, head: Dumps | Jobs) -> Compared:
    with open_session(request) as session:
        revisions = _revisions(request, session, None)
        before, after = _graphs(request, base, head)
        tracer = session.tracer(after.store_dir, physical_store(request.nix.store, after.store_dir))
        evidence = evidence_of(session, revisions, tracer, is_worktree=request.worktree)
        before, after = (
            with_top(evaluation, revision.tree, tracer.prover, session.user.top)
            for evaluation, revision in ((before, revisions.base), (after, revisions.head))
        )
        return _compared(compare(before, after, revisions.changes, session.config(), evidence), revisions)


def _from_snapshots(request: CheckRequest, base: Saved, head: Saved) -> Compared:
    before, after = _found(*answers(request, base, head))
    request = head.as_head(request)
    with open_session(request) as session:
        revisions = _revisions(request, session, base.project(request), base, head)
        config, is_worktree = session.config(), request.worktree
        return _compared(
            compare_saved(session, revisions, Pair(base, before), Pair(head, after), config, is_worktree=is_worktree),
            revisions,
        )


def _live(request: CheckRequest, base: Saved | None, head: Saved | None) -> Compared:
    """Compare two revisions, of which one may be given as it was evaluated before; the other one is in the same way.

    What is not given is taken from the cache, else evaluated.
    """
    saved = base or head
    asked = saved.adopted(request, evaluates=True) if saved else request
    asked = head.as_head(asked) if head else asked
    with open_session(asked, fixed=saved is not None and saved.is_bound) as session:
        project = saved.project(asked) if saved else read_project_of(session)
        config = session.config()
        revisions = _revisions(asked, session, project, base, head)
        opened = open_evaluator(session, project)
        if saved:
            saved.join(opened)
        held, kept = (opened, None) if saved else held_to_base(asked, opened, revisions.base, revisions.head)
        evaluator = watched(held)
        if kept and any(known := (kept.find(revisions.base), kept.find(revisions.head))):
            with suppress(EvaluationError, UsageError):
                found = _evaluated(asked, evaluator, revisions, config, kept, *known)
                if not evaluator.failures:
                    return _compared(_with_unasked(found, evaluator, revisions.head), revisions)
            # A pin may be found only in a store in which the other revision was evaluated as well.
        found = _evaluated(asked, evaluator, revisions, config, kept, base, head)
        return _compared(found if head else _with_unasked(found, evaluator, revisions.head), revisions)


def _evaluated(
    request: CheckRequest,
    evaluator: Evaluator,
    revisions: Revisions,
    config: Config,
    kept: Kept | None,
    base: Saved | None,
    head: Saved | None,
) -> Comparison:
    """Compare two revisions, and evaluate what of them is not known, and what the comparison leaves open."""
    session = evaluator.session
    before, after = _evaluations(request, evaluator, revisions, kept, base, head)
    ends = (base, revisions.base), (head, revisions.head)
    listed = [known.lister(revision) for known, revision in ends if known]
    tracer = session.tracer(evaluator.nix.store_dir, evaluator.nix.physical_store, *listed)
    evidence = evidence_of(session, revisions, tracer, is_worktree=request.worktree)
    comparison = compare(before, after, revisions.changes, config, evidence)
    return decide_by_evaluation(evaluator, revisions, comparison, request.counterfactual)


def _with_unasked(comparison: Comparison, evaluator: Evaluator, head: Revision) -> Comparison:
    """Look for what was not asked for, where something changed that nobody claims."""
    if not any(unclaimed.manifests for unclaimed in comparison.judgement.unclaimed):
        return comparison
    unasked = evaluator.unasked(head, comparison.after.evaluation)
    return replace(comparison, evidence=replace(comparison.evidence, unasked=unasked))


def _evaluations(
    request: CheckRequest, evaluator: Evaluator, revisions: Revisions, kept: Kept | None, *saved: Saved | None
) -> tuple[Evaluation, Evaluation]:
    found: list[Evaluated | None] = []
    for number, (revision, known) in enumerate(zip((revisions.base, revisions.head), saved, strict=True), start=1):
        if known:
            found.append(known.answer(evaluator.project, beside_live=True))
            continue
        request.progress(Progress(f"evaluating {revision.commit.revision}", number, 2))
        evaluated = evaluator.evaluate(revision)
        if kept and evaluated:
            kept.keep(revision, evaluated)
        found.append(evaluated)
    base, head = found
    if head is None:
        raise evaluator.nothing_at(revisions.head)
    return _found(base or Evaluated(evaluator.nothing(), head.missing), head)


def _found(base: Evaluated, head: Evaluated) -> tuple[Evaluation, Evaluation]:
    """Give two evaluations; raises a `NixdriftError` where there is nothing in them, or not what was asked for."""
    missing = set(head.missing) & set(base.missing)
    if missing:
        raise UsageError(
            f"no such attribute at base or head: {', '.join(sorted(missing))}",
            hint="without a ROOT, `nixdrift check --format json` lists what there is",
        )
    if not head.evaluation.roots and not base.evaluation.roots:
        for one in (*head.evaluation.failed, *base.evaluation.failed):
            raise EvaluationError(f"nothing evaluates; {one.name}: {one.message}", hint=HOW_TO_TRACE)
        raise EvaluationError(
            "nothing to judge: no derivation at base or head", hint="name one: nixdrift check ATTRIBUTE"
        )
    return base.evaluation, head.evaluation


def _revisions(
    request: CheckRequest,
    session: Session,
    project: Project | None,
    base: Saved | None = None,
    head: Saved | None = None,
) -> Revisions:
    """Resolve both ends; ``project`` is what is evaluated there, or None where dumps are given."""
    if head is not None and project is not None:
        latter, changed = head.commits(session, project, request.head, worktree=request.worktree)
    elif request.worktree:
        latter, changed = session.working_tree(project)
    else:
        latter = changed = session.user.resolve("HEAD" if request.head is None else request.head)
    if base is not None and project is not None:
        former = base.commits(session, project, request.base)[0]
    else:
        former = _base(request, session, latter)
    return Revisions(session.revision(former), session.revision(latter), session.private.changes(former, changed))


def _base(request: CheckRequest, session: Session, head: Commit) -> Commit:
    user = session.user
    if request.base is not None:
        return user.resolve(request.base)
    if request.worktree:
        return user.resolve("HEAD")
    return default_base(user, head, request.environment, request.warn)


def _compared(comparison: Comparison, revisions: Revisions) -> Compared:
    log_evidence(comparison.judgement)
    base, head = comparison.before.evaluation, comparison.after.evaluation
    return Compared(comparison, revisions.base.info(base), revisions.head.info(head), apply_rules(comparison))
