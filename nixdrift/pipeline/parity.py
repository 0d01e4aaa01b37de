"""Compare two roots, step by step: find their revisions, evaluate each revision once, look at both roots."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nixdrift.comparison.side import Side
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.evaluation import Evaluation, Root
from nixdrift.graph import build_graph
from nixdrift.nix import HOW_TO_TRACE, AttributePath, flake_candidates, format_attribute_path
from nixdrift.parity import Compared, Operand, Parity, compare_roots
from nixdrift.parity.contents import committed_contents, first_of, stored_contents
from nixdrift.parity.operands import check_two, split_operand
from nixdrift.pipeline.parity_graphs import compare_graphs
from nixdrift.pipeline.session import Evaluator, Revision, Session, open_evaluator, open_session
from nixdrift.progress import Progress
from nixdrift.project import Project, names_beside, read_project
from nixdrift.report.page import some
from nixdrift.request import ParityRequest
from nixdrift.sources import Prover


def compare(request: ParityRequest) -> Parity:
    """Compare two roots.

    Raises `NixdriftError` where that cannot be done.
    """
    if request.graph is not None:
        return compare_graphs(request, request.graph, request.other_graph)
    operands = [(text, *split_operand(text)) for text in (request.a, request.b)]
    with open_session(request) as session:
        project = _project(session, [root for _text, _revision, root in operands])
        config = session.config()
        names = [request.revision if revision is None else revision for _text, revision, _root in operands]
        revisions = _revisions(session, project, names)
        asked = [
            _Asked(text, path, revisions[name])
            for (text, _revision, _root), path, name in zip(operands, project.attributes, names, strict=True)
        ]
        evaluator = open_evaluator(session, project)
        commits = {one.commit: one.revision for one in asked}
        sides = {commit: _side(evaluator, one, _paths_of(commit, asked)) for commit, one in commits.items()}
        a, b = (_compared(evaluator, one, sides[one.commit]) for one in asked)
        check_two(a.operand, b.operand, is_one_revision=len(sides) == 1)
        request.progress(Progress("comparing"))
        return compare_roots(a, b, config.expected, show_values=request.show_values)


@dataclass(frozen=True)
class _Asked:
    """A root as it was asked for."""

    text: str
    path: AttributePath
    revision: Revision

    @property
    def commit(self) -> str:
        """The commit of its revision."""
        return self.revision.commit.commit


def _project(session: Session, roots: Iterable[str]) -> Project:
    request = session.request
    names = list(roots)
    project = read_project(session.user.directory, request.file, names, request.arguments)
    if len(project.attributes) != len(names) or any("*" in path for path in project.attributes):
        raise UsageError(f"not two roots: {', '.join(names)}", hint="name two attributes that are derivations")
    return project


def _revisions(session: Session, project: Project, names: Iterable[str | None]) -> Mapping[str | None, Revision]:
    """Find the revisions of some names, each once: a working tree may change at any time."""
    return {name: session.revision(session.commits(project, name)[0]) for name in dict.fromkeys(names)}


def _paths_of(commit: str, asked: Iterable[_Asked]) -> tuple[AttributePath, ...]:
    return tuple(one.path for one in asked if one.commit == commit)


def _side(evaluator: Evaluator, revision: Revision, paths: tuple[AttributePath, ...]) -> Side:
    """Evaluate what is asked of a revision."""
    name = revision.commit.revision
    evaluator.session.request.progress(Progress(f"evaluating {name}"))
    asking = replace(evaluator, project=replace(evaluator.project, attributes=paths))
    evaluated = asking.evaluate(revision)
    if evaluated is None:
        raise evaluator.nothing_at(revision)
    if evaluated.missing:
        raise _no_such_root(asking, revision, evaluated.missing)
    evaluation = evaluated.evaluation
    return Side(evaluation, build_graph(evaluation.derivations, source=name), revision.tree, {})


def _no_such_root(evaluator: Evaluator, revision: Revision, missing: tuple[str, ...]) -> UsageError:
    session = evaluator.session
    names = names_beside(evaluator.nix, session.private, evaluator.project, revision.commit, revision.tree)
    last = {name.rpartition(".")[2]: name for name in names}
    meant = [last[name] for one in missing for name in difflib.get_close_matches(one, last, n=1)]
    hint = f"did you mean {', '.join(meant)}?" if meant else f"there is {some(names) or 'nothing'}"
    return UsageError(f"no such root at {revision.commit.revision}: {', '.join(sorted(missing))}", hint=hint)


def _compared(evaluator: Evaluator, asked: _Asked, side: Side) -> Compared:
    root = _root(evaluator, asked, side.evaluation)
    private, store_dir = evaluator.session.private, evaluator.nix.store_dir
    operand = Operand(asked.text, root.name, root.drv_path, root.position, asked.revision.info(side.evaluation))
    committed = committed_contents(Prover(private.blob, store_dir), asked.revision.tree, private.blob)
    return Compared(operand, side, first_of(stored_contents(evaluator.nix.physical_store), committed))


def _root(evaluator: Evaluator, asked: _Asked, evaluation: Evaluation) -> Root:
    """Find the one derivation that was meant, where Nix would look for it."""
    project = evaluator.project
    is_flake = project.is_flake(project.entry(asked.revision.tree) or "")
    candidates = flake_candidates(asked.path, evaluator.nix.settings.system or evaluator.nix.system)
    for path in [one.path for one in candidates] if is_flake else [asked.path]:
        name = format_attribute_path(path)
        for failed in evaluation.failed:
            if _is_at_or_below(failed.name, name):
                raise EvaluationError(f"{asked.text} does not evaluate: {failed.message}", hint=HOW_TO_TRACE)
        found = [root for root in evaluation.roots if _is_at_or_below(root.name, name)]
        if len(found) > 1:
            names = some([root.name for root in found])
            raise UsageError(f"{asked.text} is {len(found)} derivations", hint=f"name one of them: {names}")
        if found:
            return found[0]
    raise EvaluationError(f"{asked.text} is no derivation", hint="name an attribute that is one")


def _is_at_or_below(name: str, path: str) -> bool:
    return name == path or name.startswith(f"{path}.")
