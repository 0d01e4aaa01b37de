"""What a user gives in place of an evaluation: dumps, or one snapshot a side."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from nixdrift.derivation.stored import Texts
from nixdrift.dumps import named, read_input
from nixdrift.errors import InvalidInputError, RepositoryError, UsageError
from nixdrift.evaluation import Evaluation, closure
from nixdrift.nix import (
    AttributePath,
    Evaluated,
    flake_candidates,
    format_attribute_path,
    is_at_or_below,
    parse_attribute_path,
)
from nixdrift.pipeline.jobs import Jobs, read_sides
from nixdrift.pipeline.session import Evaluator, Revision, Session
from nixdrift.progress import Progress
from nixdrift.project import Project, read_project
from nixdrift.report import RevisionInfo
from nixdrift.repository import Commit
from nixdrift.request import CheckRequest, Request
from nixdrift.snapshot import (
    MAKE_AGAIN,
    Snapshot,
    check_place,
    check_same_question,
    is_snapshot,
    place_of,
    read_snapshot,
)
from nixdrift.sources import ListSource

Asked = TypeVar("Asked", bound=Request)

HOW_TO_MIX = "give two snapshots (nixdrift snapshot REV -o FILE), or two sides of dumps (nix derivation show -r)"


@dataclass(frozen=True)
class Dumps:
    """The dumps that one side was written to."""

    files: dict[str, bytes]

    def taken(self) -> Mapping[str, bytes]:
        """Give them away: they are read once, and nobody should hold hundreds of megabytes for longer."""
        files = dict(self.files)
        self.files.clear()
        return files


@dataclass(frozen=True)
class Saved:
    """One side of a comparison that was evaluated before."""

    file: str
    snapshot: Snapshot

    def adopted(self, request: Asked, *, evaluates: bool) -> Asked:
        """Ask what the snapshot answers; raises `UsageError` where something else is asked for.

        If the other side is to be evaluated, what the snapshot was made with has to be given once more: a file does
        not configure Nix, nor does it say what Nix evaluates beside the repository.
        """
        question, nix, system = self.snapshot.question, request.nix, self.snapshot.evaluation.system
        same: tuple[tuple[str, object, object], ...] = (
            ("--arg", request.arguments, question.arguments),
            ("--option", nix.options, question.options),
            ("--impure", nix.impure, question.impure),
            ("--keep-env-var", frozenset(nix.variables), frozenset(question.variables)),
        )
        for option, given, made in same:
            if given != made and (given or evaluates):
                raise self._asked_otherwise(option)
        for option, given, made in (("--file", request.file, question.file), ("--system", nix.system, system)):
            if given and given != made:
                raise self._asked_otherwise(option)
        nix = replace(nix, system=system or nix.system, restrict=self._restrict(nix.restrict))
        return replace(request, file=question.file, nix=nix)

    def _restrict(self, given: bool | None) -> bool:
        """Tell whether an expression file of the other side is to be restricted: beside a flake, it is."""
        question = self.snapshot.question
        if self.snapshot.is_flake:
            return not question.impure if given is None else given
        if given not in {None, question.restricted}:
            raise self._asked_otherwise("--restrict" if given else "--no-restrict")
        return question.restricted

    def _asked_otherwise(self, option: str) -> UsageError:
        return UsageError(
            f"{self.file} was made in another way than {option} says: with {self.snapshot.question}",
            hint="what a snapshot is compared with is to be evaluated as it was: give the same",
        )

    def project(self, request: Request) -> Project:
        """Give what is evaluated, here and on the other side: what was named, else what the snapshot holds."""
        question = self.snapshot.question
        asked = read_project(question.directory, question.file, request.roots, question.arguments)
        kept = tuple(parse_attribute_path(root) for root in question.roots)
        others = [format_attribute_path(path) for path in asked.attributes if kept and path not in kept]
        if others or asked.directory != question.directory:
            raise UsageError(
                f"{self.file} does not hold {', '.join(others) or 'that flake'}: it was made with {question}",
                hint=f"{MAKE_AGAIN}, with all that is to be judged",
            )
        return asked if asked.attributes else replace(asked, attributes=kept)

    def answer(self, project: Project, *, beside_live: bool = False) -> Evaluated:
        """Give what the snapshot holds of a project.

        Beside an evaluation, raises `UsageError` where it lacks what was named: nobody asked for it then, or it did
        not exist.
        """
        names, missing = self._names(project.attributes)
        if missing and beside_live:
            raise UsageError(
                f"{self.file} does not hold {', '.join(missing)}",
                hint="without a ROOT, all that there is on either side is judged",
            )
        return Evaluated(_narrowed(self.snapshot.evaluation, names), missing)

    def lister(self, revision: Revision) -> ListSource:
        """Give what lists the input sources of the revision that the snapshot is of."""
        return partial(self.snapshot.listing, tree=revision.tree)

    @property
    def is_bound(self) -> bool:
        """Whether what it holds can be compared only with what is evaluated at the same place."""
        return self.snapshot.place.digest is not None

    def join(self, evaluator: Evaluator) -> None:
        """Make sure that an evaluator can evaluate the other side; raises `IncompleteGraphError` where it cannot."""
        session = evaluator.session
        check_place(self.snapshot.place, place_of(session.directory, session.user.top.name))
        evaluator.known.adopt(self.snapshot.evaluation.derivations)

    def _names(self, wanted: tuple[AttributePath, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Give the roots and failed attributes that were named, and the names that nothing has."""
        evaluation = self.snapshot.evaluation
        names = [root.name for root in evaluation.roots] + [one.name for one in evaluation.failed]
        known = {name: _attribute_path(name) for name in names}
        if not wanted:
            return frozenset(known), ()
        chosen: set[str] = set()
        missing = []
        for path in wanted:
            found = self._at(path, known)
            chosen |= found
            missing += [] if found else [format_attribute_path(path)]
        return frozenset(chosen), tuple(missing)

    def _at(self, path: AttributePath, known: Mapping[str, AttributePath]) -> set[str]:
        """Give the names at or below an attribute path: where Nix would look for it, best first."""
        system = self.snapshot.evaluation.system or ""
        places = [one.path for one in flake_candidates(path, system)] if self.snapshot.is_flake else [path]
        for place in places:
            if found := {name for name, one in known.items() if is_at_or_below(one, place)}:
                return found
        return set()

    def as_head(self, request: CheckRequest) -> CheckRequest:
        """Judge the working tree where that is what the head is a snapshot of, unless a revision is given for it."""
        is_working_tree = self.snapshot.commit is None and request.head is None
        return replace(request, worktree=True) if is_working_tree else request

    def commits(
        self, session: Session, project: Project, given: str | None, *, worktree: bool = False
    ) -> tuple[Commit, Commit]:
        """Find in the repository at hand what the snapshot is of: as it was evaluated, and all that lay there.

        Raises `UsageError` where another tree was named, `RepositoryError` where it is not there.
        """
        snapshot = self.snapshot
        is_working_tree = worktree or (given is None and snapshot.commit is None)
        if is_working_tree:
            found = session.working_tree(project)
        else:
            commit = session.user.resolve(given) if given is not None else self._own(session, str(snapshot.commit))
            found = commit, commit
        if found[0].tree != snapshot.tree:
            raise self._mismatch("--worktree" if is_working_tree else given)
        return found

    def _own(self, session: Session, commit: str) -> Commit:
        try:
            return session.user.resolve(commit)
        except RepositoryError as error:
            shallow = error.hint if session.user.is_shallow else None
            raise RepositoryError(
                f"{self.file}: the commit that it is of, {commit[:10]}, is not in this repository",
                hint=shallow or f"run in a repository that has it: git fetch origin {commit}",
            ) from error

    def _mismatch(self, given: str | None) -> Exception:
        commit = self.snapshot.commit
        what = commit[:10] if commit else "a working tree"
        if given == "--worktree" and commit is None:
            return RepositoryError(
                f"{self.file} is a snapshot of a working tree, and the one here has other files",
                hint="make it again: nixdrift snapshot --worktree -o FILE",
            )
        if given is not None:
            return UsageError(
                f"{self.file} is a snapshot of {what}, and {given} has other files",
                hint="leave the revision out: a snapshot says itself what it is of",
            )
        return InvalidInputError(f"{self.file}: {what} has another tree than it says", hint=MAKE_AGAIN)

    def info(self) -> RevisionInfo:
        """Give what a report says of it where there is no repository."""
        snapshot, evaluation = self.snapshot, self.snapshot.evaluation
        revision = snapshot.commit or "working tree"
        return RevisionInfo(revision, snapshot.commit, snapshot.tree, evaluation.nix_version, evaluation.system)


def _attribute_path(name: str) -> AttributePath:
    """Read the name of a root, which is a file's where that is a derivation itself."""
    try:
        return parse_attribute_path(name)
    except UsageError:
        return (name,)


def _narrowed(evaluation: Evaluation, names: frozenset[str]) -> Evaluation:
    roots = tuple(root for root in evaluation.roots if root.name in names)
    if len(roots) == len(evaluation.roots):
        return evaluation
    derivations = closure(evaluation.derivations, (root.drv_path for root in roots))
    return replace(
        evaluation,
        roots=roots,
        derivations=derivations,
        failed=tuple(one for one in evaluation.failed if one.name in names),
        positions={path: places for path, places in evaluation.positions.items() if path in derivations},
    )


Graph = Dumps | Jobs | Saved | None
"""What one side is taken from; None: it is evaluated."""


def answers(request: CheckRequest, base: Saved, head: Saved) -> tuple[Evaluated, Evaluated]:
    """Give what two snapshots hold of what is asked.

    Raises `UsageError` where one does not hold it, `IncompleteGraphError` where they were not made in one way.
    """
    check_same_question(base.snapshot, head.snapshot)
    project = base.project(base.adopted(request, evaluates=False))
    return base.answer(project), head.answer(project)


def read_graphs(request: CheckRequest) -> tuple[Graph, Graph]:
    """Read what is given for base and for head.

    Raises `UsageError` where that does not go together, `InvalidInputError` where it cannot be read.
    """
    request.progress(Progress("reading the graphs"))
    if request.base_jobs or request.head_jobs:
        return read_sides(request)
    files = dict.fromkeys((*request.base_graph, *request.head_graph))
    # At once, for they may be large; but not in more threads than there are hands.
    with ThreadPoolExecutor(2) as readers:
        read = dict(zip(files, readers.map(read_input, files), strict=True))
    base, head = ({file: read[file] for file in files} for files in (request.base_graph, request.head_graph))
    saved = [is_snapshot(data) for side in (base, head) for data in side.values()]
    if any(saved) and not all(saved):
        raise UsageError("a snapshot and a dump cannot be compared", hint=HOW_TO_MIX)
    if any(saved) and max(len(base), len(head)) > 1:
        raise UsageError("several snapshots for one side: a snapshot is a whole revision", hint="give one file a side")
    if not any(saved):
        return Dumps(base) if base else None, Dumps(head) if head else None
    known = Texts()
    return _saved(base, known), _saved(head, known)


def _saved(files: Mapping[str, bytes], known: Texts) -> Saved | None:
    for file, data in files.items():
        return Saved(named(file), read_snapshot(data, source=named(file), known=known))
    return None
