"""The main job, step by step: read, find the changes, compare, apply the rules."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nixdrift.changes import Change, parse_name_status
from nixdrift.comparison.compare import Evidence, compare
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import FILE_NAME, Config, parse_config
from nixdrift.dumps import STDIN, check_one_project, check_roots, read_graph, read_input
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.evaluation import Evaluation
from nixdrift.model import Derivation, StorePath
from nixdrift.nix import Nix, open_nix, physical_store
from nixdrift.project import EXPRESSIONS, FLAKE, Project, evaluate_revision, read_project
from nixdrift.report import Report, RevisionInfo
from nixdrift.repository import Commit, PrivateRepository, UserRepository, open_repository, private_repository
from nixdrift.request import CheckRequest
from nixdrift.rules import apply_rules
from nixdrift.sources import Prover
from nixdrift.tree import Tree
from nixdrift.workspace import workspace


@dataclass(frozen=True)
class _Revisions:
    """Base and head, resolved, with their trees and what differs between them."""

    private: PrivateRepository
    base: Commit
    head: Commit
    base_tree: Tree
    head_tree: Tree
    changes: tuple[Change, ...]


def check(request: CheckRequest) -> Report:
    """Judge every component between two revisions.

    Raises `NixdriftError` where that cannot be done.
    """
    _check_request(request)
    if request.changes is not None:
        return _check_without_repository(request, request.changes)
    with ExitStack() as stack:
        directory = stack.enter_context(workspace(request.workspaces))
        user = open_repository(request.repository)
        private = stack.enter_context(private_repository(user, directory))
        if request.base_graph:
            return _check_dumps(request, private)
        return _check_live(request, private, directory)


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


def _check_without_repository(request: CheckRequest, changes: str) -> Report:
    found = parse_name_status(read_input(changes), source=changes)
    base, head = _graphs(request)
    config = _config(request, Path())
    return _report(base, head, RevisionInfo(), RevisionInfo(), found, config, Evidence())


def _check_dumps(request: CheckRequest, private: PrivateRepository) -> Report:
    revisions = _revisions(request, private, None)
    base, head = _graphs(request)
    evidence = _evidence(revisions, head.store_dir, physical_store(request.nix.store, head.store_dir))
    config = _config(request, private.user.top)
    infos = _info(base, revisions.base), _info(head, revisions.head)
    return _report(base, head, *infos, revisions.changes, config, evidence)


def _graphs(request: CheckRequest) -> tuple[Evaluation, Evaluation]:
    request.progress("reading the graphs")
    base, head = read_graph(request.base_graph, request.roots), read_graph(request.head_graph, request.roots)
    check_roots(base, head, request.roots)
    check_one_project(base, head)
    return base, head


def _check_live(request: CheckRequest, private: PrivateRepository, directory: Path) -> Report:
    project = read_project(private.user.directory, request.file, request.roots, request.arguments)
    config = _config(request, private.user.top)
    revisions = _revisions(request, private, project)
    nix = open_nix(request.nix, directory, request.environment)
    base, head = _evaluations(request, nix, project, revisions)
    evidence = _evidence(revisions, nix.store_dir, nix.physical_store)
    infos = _info(base, revisions.base), _info(head, revisions.head)
    return _report(base, head, *infos, revisions.changes, config, evidence)


def _evaluations(
    request: CheckRequest, nix: Nix, project: Project, revisions: _Revisions
) -> tuple[Evaluation, Evaluation]:
    known: dict[StorePath, Derivation] = {}
    found = []
    for commit, tree in ((revisions.base, revisions.base_tree), (revisions.head, revisions.head_tree)):
        request.progress(f"evaluating {commit.revision}")
        found.append(evaluate_revision(nix, revisions.private, project, commit, tree, known))
    base, head = found
    if head is None:
        wanted = project.file or f"{FLAKE}, {' or '.join(EXPRESSIONS)}"
        raise EvaluationError(
            f"nothing to evaluate at {revisions.head.revision}: no {wanted}", hint="name the file: --file PATH"
        )
    nothing = Evaluation(nix.store_dir, (), {}, (), nix.version, nix.system)
    missing = set(head.missing) & set(base.missing if base else head.missing)
    if missing:
        raise UsageError(
            f"no such attribute at base or head: {', '.join(sorted(missing))}",
            hint="without a ROOT, `nixdrift check --format json` lists what there is",
        )
    former = base.evaluation if base else nothing
    if not head.evaluation.roots and not former.roots:
        raise EvaluationError(
            "nothing to judge: no derivation at base or head", hint="name one: nixdrift check ATTRIBUTE"
        )
    return former, head.evaluation


def _revisions(request: CheckRequest, private: PrivateRepository, project: Project | None) -> _Revisions:
    """Resolve both ends; ``project`` is what will be evaluated there, or None where the graphs are given."""
    user = private.user
    if request.worktree:
        # Nix sees of a flake what git tracks; of an expression's directory it sees every file.
        flake = project is not None and project.is_flake(project.entry(private.tree(user.resolve("HEAD"))) or "")
        head = private.working_tree(untracked=not flake)
        changed = private.working_tree(untracked=True) if flake else head
    else:
        head = changed = user.resolve("HEAD" if request.head is None else request.head)
    base = _base(request, user, head)
    trees = private.tree(base), private.tree(head)
    return _Revisions(private, base, head, *trees, private.changes(base, changed))


def _base(request: CheckRequest, user: UserRepository, head: Commit) -> Commit:
    if request.base is not None:
        return user.resolve(request.base)
    return user.resolve("HEAD") if request.worktree else user.default_base(head, request.environment)


def _config(request: CheckRequest, top: Path) -> Config:
    if request.config is not None:
        return parse_config(read_input(request.config), source=request.config)
    default = top / FILE_NAME
    # What is there is read, whatever it is: a configuration is never passed over in silence.
    return parse_config(read_input(str(default))) if os.path.lexists(default) else Config()


def _evidence(revisions: _Revisions, store_dir: str, store: Path) -> Evidence:
    private = revisions.private
    tracer = Tracer(Prover(private.blob, store_dir), store, private.user.object_format)
    return Evidence(revisions.base_tree, revisions.head_tree, private.blob, tracer)


def _info(evaluation: Evaluation, commit: Commit) -> RevisionInfo:
    return RevisionInfo(commit.revision, commit.commit, commit.tree, evaluation.nix_version, evaluation.system)


def _report(
    base: Evaluation,
    head: Evaluation,
    base_info: RevisionInfo,
    head_info: RevisionInfo,
    changes: Sequence[Change],
    config: Config,
    evidence: Evidence,
) -> Report:
    judgement = compare(base, head, changes, config, evidence)
    findings = apply_rules(judgement)
    return Report(base_info, head_info, judgement, findings, base.failed, head.failed)
