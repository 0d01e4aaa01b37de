"""The main job, step by step: read, find the changes, compare, apply the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.changes import Change, parse_name_status
from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.config import Config
from nixdrift.dumps import STDIN, check_one_project, check_roots, read_graph, read_input
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.evaluation import Evaluation
from nixdrift.nix import physical_store
from nixdrift.pipeline.counterfactual import Revisions, decide_by_evaluation
from nixdrift.pipeline.known import read_known, settled
from nixdrift.pipeline.session import (
    Evaluator,
    Session,
    open_evaluator,
    open_session,
    read_config,
    read_project_of,
)
from nixdrift.project import Project
from nixdrift.report import Report, RevisionInfo
from nixdrift.repository import Commit
from nixdrift.request import CheckRequest
from nixdrift.rules import apply_rules


@dataclass(frozen=True)
class Compared:
    """A comparison, and what a report says of its two ends."""

    comparison: Comparison
    base: RevisionInfo
    head: RevisionInfo

    def report(self) -> Report:
        """Apply the rules."""
        comparison = self.comparison
        findings = apply_rules(comparison)
        failed = comparison.before.evaluation.failed, comparison.after.evaluation.failed
        return Report(self.base, self.head, comparison.judgement, findings, *failed)


def check(request: CheckRequest) -> Report:
    """Judge every component between two revisions.

    Raises `NixdriftError` where that cannot be done.
    """
    known = read_known(request)
    report = compared(request).report()
    return replace(report, settled=settled(request, known, report.findings))


def compared(request: CheckRequest) -> Compared:
    """Compare two revisions.

    Raises `NixdriftError` where that cannot be done.
    """
    _check_request(request)
    if request.changes is not None:
        return _without_repository(request, request.changes)
    with open_session(request) as session:
        return _from_dumps(request, session) if request.base_graph else _live(request, session)


def _check_request(request: CheckRequest) -> None:
    if bool(request.base_graph) != bool(request.head_graph):
        raise UsageError("a graph for one side only", hint="give both: --base-graph and --head-graph")
    if request.changes is not None and not request.base_graph:
        raise UsageError("--changes goes with graphs", hint="give both: --base-graph and --head-graph")
    if request.changes is not None and (request.base or request.head or request.worktree):
        raise UsageError(
            "--changes says what differs between the graphs: no revisions go with it",
            hint="leave out --changes, or --base, --head and --worktree",
        )
    if request.worktree and request.head is not None:
        raise UsageError("--worktree is the head: no other goes with it", hint="leave out --worktree or --head")
    inputs = [*request.base_graph, *request.head_graph, *([request.changes] if request.changes else [])]
    if inputs.count(STDIN) > 1:
        raise UsageError("standard input can be read once", hint="give the other one as a file")


def _without_repository(request: CheckRequest, changes: str) -> Compared:
    found = parse_name_status(read_input(changes), source=changes)
    base, head = _graphs(request)
    config = read_config(request, Path())
    return Compared(compare(base, head, found, config, Evidence()), RevisionInfo(), RevisionInfo())


def _from_dumps(request: CheckRequest, session: Session) -> Compared:
    revisions = _revisions(request, session, None)
    base, head = _graphs(request)
    evidence = _evidence(session, revisions, head.store_dir, physical_store(request.nix.store, head.store_dir))
    return _compared(base, head, revisions, session.config(), evidence)


def _graphs(request: CheckRequest) -> tuple[Evaluation, Evaluation]:
    request.progress("reading the graphs")
    base, head = read_graph(request.base_graph, request.roots), read_graph(request.head_graph, request.roots)
    check_roots(base, head, request.roots)
    check_one_project(base, head)
    return base, head


def _live(request: CheckRequest, session: Session) -> Compared:
    project = read_project_of(session)
    config = session.config()
    revisions = _revisions(request, session, project)
    evaluator = open_evaluator(session, project)
    base, head = _evaluations(request, evaluator, revisions)
    evidence = _evidence(session, revisions, evaluator.nix.store_dir, evaluator.nix.physical_store)
    found = _compared(base, head, revisions, config, evidence)
    comparison = decide_by_evaluation(evaluator, revisions, found.comparison, request.counterfactual)
    return replace(found, comparison=comparison)


def _evaluations(request: CheckRequest, evaluator: Evaluator, revisions: Revisions) -> tuple[Evaluation, Evaluation]:
    found = []
    for revision in (revisions.base, revisions.head):
        request.progress(f"evaluating {revision.commit.revision}")
        found.append(evaluator.evaluate(revision))
    base, head = found
    if head is None:
        raise evaluator.nothing_at(revisions.head)
    missing = set(head.missing) & set(base.missing if base else head.missing)
    if missing:
        raise UsageError(
            f"no such attribute at base or head: {', '.join(sorted(missing))}",
            hint="without a ROOT, `nixdrift check --format json` lists what there is",
        )
    nix = evaluator.nix
    former = base.evaluation if base else Evaluation(nix.store_dir, (), {}, (), nix.version, nix.system)
    if not head.evaluation.roots and not former.roots:
        raise EvaluationError(
            "nothing to judge: no derivation at base or head", hint="name one: nixdrift check ATTRIBUTE"
        )
    return former, head.evaluation


def _revisions(request: CheckRequest, session: Session, project: Project | None) -> Revisions:
    """Resolve both ends; ``project`` is what will be evaluated there, or None where the graphs are given."""
    if request.worktree:
        head, changed = session.working_tree(project)
    else:
        head = changed = session.user.resolve("HEAD" if request.head is None else request.head)
    base = _base(request, session, head)
    return Revisions(session.revision(base), session.revision(head), session.private.changes(base, changed))


def _base(request: CheckRequest, session: Session, head: Commit) -> Commit:
    user = session.user
    if request.base is not None:
        return user.resolve(request.base)
    return user.resolve("HEAD") if request.worktree else user.default_base(head, request.environment)


def _evidence(session: Session, revisions: Revisions, store_dir: str, store: Path) -> Evidence:
    tracer = session.tracer(store_dir, store)
    return Evidence(revisions.base.tree, revisions.head.tree, session.private.blob, tracer)


def _compared(base: Evaluation, head: Evaluation, revisions: Revisions, config: Config, evidence: Evidence) -> Compared:
    changes: Sequence[Change] = revisions.changes
    comparison = compare(base, head, changes, config, evidence)
    return Compared(comparison, revisions.base.info(base), revisions.head.info(head))
