"""Compare two roots of what was evaluated before: of a snapshot or a dump, or of two."""

import difflib
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from nixdrift.comparison.side import Side
from nixdrift.dumps import STDIN, named, read_graph, read_input
from nixdrift.errors import EvaluationError, RepositoryError, UsageError
from nixdrift.evaluation import Evaluation, Root
from nixdrift.graph import build_graph
from nixdrift.nix import physical_store
from nixdrift.parity import Compared, Operand, Parity, compare_roots
from nixdrift.parity.contents import committed_contents, first_of, stored_contents
from nixdrift.parity.operands import check_two, split_operand
from nixdrift.parity.subject import Contents
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Session, open_session, read_config
from nixdrift.progress import Progress
from nixdrift.report import RevisionInfo
from nixdrift.report.page import some
from nixdrift.request import ParityRequest
from nixdrift.snapshot import is_snapshot, read_snapshot
from nixdrift.sources import Prover


def compare_graphs(request: ParityRequest, graph: str, other_graph: str | None) -> Parity:
    """Compare a root of one graph with another of it, or of another graph.

    Raises `NixdriftError` where that cannot be done.
    """
    roots = [_root_name(text) for text in (request.a, request.b)]
    if other_graph == graph == STDIN:
        raise UsageError("standard input can be read once", hint="give the other one as a file")
    request.progress(Progress("reading the graphs"))
    config = read_config(request, request.repository)
    with ExitStack() as stack:
        session = _session(stack, request)
        if other_graph is None:
            read = _read(graph, roots)
            a, b = (_compared(request, session, read, root) for root in roots)
        else:
            a, b = (
                _compared(request, session, _read(file, [root]), root)
                for file, root in zip((graph, other_graph), roots, strict=True)
            )
        check_two(a.operand, b.operand, is_one_revision=other_graph is None)
        return compare_roots(a, b, config.expected, show_values=request.show_values)


@dataclass(frozen=True)
class _Graph:
    """What a file holds."""

    file: str
    evaluation: Evaluation
    saved: Saved | None
    """None: a dump."""


def _root_name(text: str) -> str:
    revision, root = split_operand(text)
    if revision is not None:
        raise UsageError(f"a graph has one revision: none goes before {root}", hint="name the root alone")
    return root


def _session(stack: ExitStack, request: ParityRequest) -> Session | None:
    """Open the repository, if there is one: it may have the files that a snapshot only names."""
    with suppress(RepositoryError):
        return stack.enter_context(open_session(request))
    return None


def _read(file: str, roots: list[str]) -> _Graph:
    data = read_input(file)
    if is_snapshot(data):
        saved = Saved(named(file), read_snapshot(data, source=named(file)))
        return _Graph(named(file), saved.snapshot.evaluation, saved)
    return _Graph(named(file), read_graph({file: data}, roots), None)


def _compared(request: ParityRequest, session: Session | None, read: _Graph, name: str) -> Compared:
    root = _root(read, name)
    revision = read.saved.info() if read.saved else RevisionInfo()
    evaluation = read.evaluation
    # What is named by its store path is called by its own name.
    called = evaluation.derivations[root.drv_path].name if root.name == root.drv_path else root.name
    operand = Operand(name, called, root.drv_path, root.position, revision)
    side = Side(evaluation, build_graph(evaluation.derivations, source=read.file), None, {})
    stored = stored_contents(physical_store(request.nix.store, evaluation.store_dir))
    return Compared(operand, side, first_of(stored, *_committed(session, read)))


def _committed(session: Session | None, read: _Graph) -> tuple[Contents, ...]:
    """Give what reads the sources in the repository, where the snapshot's commit is there."""
    commit = read.saved.snapshot.commit if read.saved else None
    if session is not None and commit is not None:
        with suppress(RepositoryError):
            revision = session.revision(session.user.resolve(commit))
            prover = Prover(session.private.blob, read.evaluation.store_dir)
            return (committed_contents(prover, revision.tree, session.private.blob),)
    return ()


def _root(read: _Graph, name: str) -> Root:
    evaluation = read.evaluation
    found = [root for root in evaluation.roots if root.name == name or root.name.endswith(f".{name}")]
    if len(found) > 1:
        raise UsageError(
            f"{read.file} has {len(found)} roots named {name}",
            hint=f"name one of them: {some(_full_names(read, found))}",
        )
    if found:
        return found[0]
    for failed in evaluation.failed:
        if failed.name == name or failed.name.endswith(f".{name}"):
            raise EvaluationError(f"{name} did not evaluate: {failed.message}", hint="it is not in the snapshot")
    raise _no_such_root(read, name)


def _no_such_root(read: _Graph, name: str) -> UsageError:
    known = _names(read)
    meant = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {known[meant[0]]}?" if meant else f"it has {some(sorted(set(known.values()))) or 'none'}"
    return UsageError(f"{read.file} has no root named {name!r}", hint=hint)


def _full_names(read: _Graph, roots: list[Root]) -> list[str]:
    """Give names by which roots can be told apart: of a dump, store paths."""
    return [root.name if read.saved else root.drv_path for root in roots]


def _names(read: _Graph) -> Mapping[str, str]:
    """Give what could have been named: how it may be written → how it is."""
    if read.saved is None:
        return {one.name: one.name for one in read.evaluation.derivations.values()}
    names = [root.name for root in read.evaluation.roots]
    return {written: name for name in names for written in (name, name.rpartition(".")[2])}
