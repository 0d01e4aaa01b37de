"""What every question starts with: the repository, a private one for this run, the configuration, Nix."""

import hashlib
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import FILE_NAME, Config, parse_config
from nixdrift.derivation.stored import Texts
from nixdrift.dumps import read_input
from nixdrift.errors import EvaluationError, InvalidInputError, UsageError
from nixdrift.evaluation import Evaluation
from nixdrift.file_facts import FileFacts
from nixdrift.history import HistoryOf
from nixdrift.model import StorePath
from nixdrift.nix import Evaluated, Nix, open_nix, parse_attribute_path
from nixdrift.project import EXPRESSIONS, FLAKE, Project, evaluate_revision, names_beside, read_project
from nixdrift.report import RevisionInfo
from nixdrift.repository import (
    Commit,
    PrivateRepository,
    RevisionHistory,
    UserRepository,
    file_facts,
    open_repository,
    private_repository,
)
from nixdrift.request import Request
from nixdrift.sources import Listing, ListSource, Prover, StoredSources
from nixdrift.tree import Tree
from nixdrift.workspace import workspace


@dataclass(frozen=True)
class Session:
    """The user's repository, only read, and the run's own directory with a private one."""

    request: Request
    directory: Path
    private: PrivateRepository

    @property
    def user(self) -> UserRepository:
        """The user's repository."""
        return self.private.user

    def config(self) -> Config:
        """Read the configuration that was named, or the one at the top of the repository."""
        return read_config(self.request, self.user.top)

    def config_digest(self) -> str:
        """Give what stands for the content of that configuration."""
        return hashlib.sha256(_config_content(self.request, self.user.top) or b"").hexdigest()

    def config_of(self, revision: "Revision") -> Config | None:
        """Read the configuration at the top of a revision; None: another one was named, or it cannot be read there."""
        state = revision.tree.entries.get(FILE_NAME)
        if self.request.config is not None or state is None or state.mode not in {FILE_MODE, EXECUTABLE_MODE}:
            return None
        with suppress(InvalidInputError):
            return parse_config(self.private.blob(state.object_id))
        return None

    def revision(self, commit: Commit) -> "Revision":
        """Give a commit with its tree."""
        return Revision(commit, self.private.tree(commit))

    def files(self, revision: "Revision", *, is_working_tree: bool = False) -> FileFacts:
        """Ask git about the files of a revision; of the working tree also what is ignored in it."""
        return file_facts(self.private, revision.commit, revision.tree, is_working_tree=is_working_tree)

    def tracer(self, store_dir: str, store: Path | None, *listed: ListSource) -> Tracer:
        """Give what traces input sources to this repository: by what is listed, and by a store on this machine.

        No source is listed twice.
        """
        stored = (StoredSources(store, self.user.object_format).list,) if store else ()
        places: tuple[ListSource, ...] = (*listed, *stored)

        known: dict[StorePath, Listing] = {}

        def find(source: StorePath) -> Listing | None:
            # What is not there may come with the next evaluation; what is there stays as it is.
            if source not in known:
                found = next((found for place in places if (found := place(source)) is not None), None)
                if found is None:
                    return None
                known[source] = found
            return known[source]

        return Tracer(Prover(self.private.blob, store_dir), find)

    def history(self, tracer: Tracer, *revisions: "Revision") -> HistoryOf:
        """Give what looks up the histories of some revisions, with the same evidence as the tracer's."""
        known = {
            one.tree.top: RevisionHistory(self.private, one.commit, one.tree, tracer.prover, tracer.list_source)
            for one in revisions
        }
        return lambda tree: known[tree.top]

    def commits(self, project: Project, name: str | None) -> tuple[Commit, Commit]:
        """Find a revision by its name (None: the working tree): as Nix evaluates it, and with everything in it."""
        if name is None:
            return self.working_tree(project)
        commit = self.user.resolve(name)
        return commit, commit

    def working_tree(self, project: Project | None) -> tuple[Commit, Commit]:
        """Record the working tree: as Nix will evaluate it, and with everything in it that may have changed.

        Nix sees of a flake what git tracks; of an expression's directory it sees every file.
        """
        entry = project.entry(self.private.tree(self.user.resolve("HEAD"))) if project else None
        if project is None or not project.is_flake(entry or ""):
            every_file = self.private.working_tree(untracked=True)
            return every_file, every_file
        return self.private.working_tree(untracked=False), self.private.working_tree(untracked=True)


@dataclass(frozen=True)
class Revision:
    """A commit and all that its tree holds."""

    commit: Commit
    tree: Tree

    def info(self, evaluation: Evaluation) -> RevisionInfo:
        """Give what a report says of it."""
        commit = self.commit
        # The working tree is a commit in the private repository alone, and another one at any time.
        known = commit.commit if commit.onto is None else None
        return RevisionInfo(commit.revision, known, commit.tree, evaluation.nix_version, evaluation.system)


@dataclass(frozen=True)
class Evaluator:
    """Evaluates revisions of one project with one Nix; what several of them share is read once."""

    session: Session
    project: Project
    nix: Nix
    known: Texts = field(default_factory=Texts, repr=False)
    answers: Mapping[str, Evaluated] = field(default_factory=dict, repr=False)
    """Commit → what it evaluates to, where that was asked for already."""
    other: "Callable[[], Evaluator] | None" = field(default=None, repr=False)
    """Gives what evaluates in place of this one as soon as anything is to be evaluated; None: nothing."""

    def restricted(self, restrict: bool) -> "Evaluator":
        """Give what evaluates the same, and lets expression files read only their own revision, or more."""
        return replace(self, nix=replace(self.nix, settings=replace(self.nix.settings, restrict=restrict)), answers={})

    def only(self, roots: Iterable[str]) -> "Evaluator":
        """Give what evaluates some of the roots that this one finds; a root without a name stands for all."""
        names = sorted(set(roots))
        paths = tuple(parse_attribute_path(name) for name in names)
        whole_files = {*EXPRESSIONS, posixpath.basename(self.project.file or "")}
        is_whole = bool(whole_files.intersection(names))
        return (
            self
            if is_whole or not names
            else replace(self, project=replace(self.project, attributes=paths), answers={})
        )

    def evaluate(self, revision: Revision, *, whole: bool = False) -> Evaluated | None:
        """Evaluate a revision, or give None where there is nothing to evaluate in it.

        With ``whole``, raises `EvaluationError` where Nix stops at anything in an expression file.
        """
        if self.other is not None:
            return self._other().evaluate(revision, whole=whole)
        if revision.commit.commit in self.answers:
            return self.answers[revision.commit.commit]
        return evaluate_revision(
            self.nix, self.session.private, self.project, revision.commit, revision.tree, self.known, whole=whole
        )

    def _other(self) -> "Evaluator":
        found = self.other() if self.other else self
        return found if found.project == self.project else replace(found, project=self.project, answers={})

    def unasked(self, revision: Revision, evaluation: Evaluation) -> tuple[str, ...]:
        """List the attributes that exist beside those that were asked for and evaluated; none where all were."""
        if not self.project.attributes:
            return ()
        nix = self._other().nix
        names = names_beside(nix, self.session.private, self.project, revision.commit, revision.tree)
        roots = [root.name for root in evaluation.roots]
        return tuple(name for name in names if not any(f"{root}.".startswith(f"{name}.") for root in roots))

    def evaluate_something(self, revision: Revision) -> Evaluation:
        """Evaluate a revision; raises a `NixdriftError` where there is nothing, or not what was asked for."""
        evaluated = self.evaluate(revision)
        if evaluated is None:
            raise self.nothing_at(revision)
        if evaluated.missing:
            names = ", ".join(sorted(evaluated.missing))
            raise UsageError(
                f"no such attribute at {revision.commit.revision}: {names}",
                hint="without a ROOT, all that there is is evaluated",
            )
        if not evaluated.evaluation.roots:
            raise EvaluationError(f"no derivation at {revision.commit.revision}", hint="name an attribute that is one")
        return evaluated.evaluation

    def nothing(self) -> Evaluation:
        """Give what a revision without any expression evaluates to."""
        nix = self.nix
        return Evaluation(nix.store_dir, (), {}, (), nix.version, nix.system)

    def nothing_at(self, revision: Revision) -> EvaluationError:
        """Give the error that says that a revision has no expression."""
        wanted = self.project.file or f"{FLAKE}, {' or '.join(EXPRESSIONS)}"
        return EvaluationError(
            f"nothing to evaluate at {revision.commit.revision}: no {wanted}", hint="name the file: --file PATH"
        )


@contextmanager
def open_session(request: Request, *, fixed: bool = False) -> Iterator[Session]:
    """Open the repository, with a directory for this run that is removed at the end of the block.

    With ``fixed``, it is where every such run works, one at a time: what is evaluated there can be compared.
    """
    with ExitStack() as stack:
        directory = stack.enter_context(workspace(request.workspaces, fixed=fixed, progress=request.progress))
        user = open_repository(request.repository)
        yield Session(request, directory, stack.enter_context(private_repository(user, directory)))


def read_project_of(session: Session) -> Project:
    """Read what is to be evaluated."""
    request = session.request
    return read_project(session.user.directory, request.file, request.roots, request.arguments)


def open_evaluator(session: Session, project: Project) -> Evaluator:
    """Find Nix."""
    request = session.request
    return Evaluator(session, project, open_nix(request.nix, session.directory, request.environment))


def read_config(request: Request, top: Path) -> Config:
    """Read the configuration that was named, or the one at the top of a directory."""
    content = _config_content(request, top)
    return Config() if content is None else parse_config(content, source=request.config or FILE_NAME)


def _config_content(request: Request, top: Path) -> bytes | None:
    if request.config is not None:
        return read_input(request.config)
    default = top / FILE_NAME
    # What is there is read, whatever it is: a configuration is never passed over in silence.
    if not os.path.lexists(default):
        return None
    if not Path(os.path.realpath(default)).is_relative_to(os.path.realpath(top)):
        # Whoever made the change made the link: it may lead to what nobody should read, or to what has no end.
        raise InvalidInputError(
            f"{FILE_NAME} is a link that leads out of the repository",
            hint="commit the file itself, or name it: --config FILE",
        )
    return read_input(str(default))
