"""What is evaluated in a repository: a flake or an expression file, and which attributes of it."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nixdrift.derivation.stored import Texts
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.flakes import divergences, parse_lock
from nixdrift.locations import Locations, file_locations, flake_locations
from nixdrift.nix import (
    LIFT,
    AttributePath,
    Evaluated,
    FileSource,
    FlakeSource,
    Nix,
    attributes_beside,
    evaluate,
    is_refusal,
    parse_attribute_path,
)
from nixdrift.repository import Commit, PrivateRepository
from nixdrift.tree import Tree, ancestors, join

FLAKE = "flake.nix"
LOCK = "flake.lock"
EXPRESSIONS = ("default.nix", "release.nix")


@dataclass(frozen=True, slots=True)
class Project:
    """The same question for every revision."""

    directory: str
    """Relative to the top of the repository; ``""`` is the top."""
    file: str | None
    """The expression file that was asked for, relative to the directory; None: a flake, or the usual files."""
    attributes: tuple[AttributePath, ...]
    arguments: Mapping[str, str]

    def entry(self, tree: Tree) -> str | None:
        """Give the path of the file at which evaluation starts in a tree, or None where there is none.

        A flake, or a usual file, is looked for in the directories above, too, as Nix does.
        """
        paths = (posixpath.normpath(place) for place in self.places)
        found = (join(path, "default.nix") if join(path, "default.nix") in tree.entries else path for path in paths)
        return next((path for path in found if path in tree.entries), None)

    @property
    def places(self) -> tuple[str, ...]:
        """The paths at which evaluation may start, in the order in which they are looked for."""
        if self.file is not None:
            return (join(self.directory, self.file),)
        above = (self.directory, *ancestors(self.directory))
        return tuple(join(directory, name) for directory in above for name in (FLAKE, *EXPRESSIONS))

    def is_flake(self, entry: str) -> bool:
        """Tell whether evaluation starts at a flake."""
        return self.file is None and posixpath.basename(entry) == FLAKE


def read_project(directory: str, file: str | None, roots: Sequence[str], arguments: Mapping[str, str]) -> Project:
    """Read the roots that a user names: ``goinstance``, ``.#goinstance``, ``./nix#goinstance`` or ``.#``.

    Raises `UsageError` for two flakes at once, or a path that leads out of the repository.
    """
    parts = [root.rpartition("#") for root in roots]
    directories = {posixpath.normpath(join(directory, where)) for where, mark, _attribute in parts if mark}
    if len(directories) > 1:
        raise UsageError("roots of several flakes at once", hint="check one flake at a time")
    chosen = next(iter(directories), directory or ".")
    if chosen.startswith(("..", "/")):
        raise UsageError(f"a flake outside of the repository: {chosen}", hint="run nixdrift in its own repository")
    if file is None and arguments:
        raise UsageError("--arg and --argstr are for expression files", hint="name the file: --file default.nix")
    attributes = tuple(parse_attribute_path(attribute) for _where, _mark, attribute in parts if attribute)
    return Project("" if chosen == "." else chosen, file, attributes, arguments)


def evaluate_revision(
    nix: Nix,
    private: PrivateRepository,
    project: Project,
    commit: Commit,
    tree: Tree,
    known: Texts,
    *,
    whole: bool = False,
) -> Evaluated | None:
    """Evaluate one revision, or give None where its tree has nothing to evaluate.

    Paths in what it gives are relative to the top of the repository. With ``whole``, raises `EvaluationError` where
    Nix stops at anything in an expression file.
    """
    entry = project.entry(tree)
    if entry is None:
        return None
    source, locate = _source(nix, private, project, commit, entry)
    try:
        evaluated = evaluate(nix, source, project.attributes, known, whole=whole)
    except EvaluationError as error:
        message = locate(None).relative(error.message)
        if project.is_flake(entry):
            hint = _lock_hint(private, tree, posixpath.dirname(entry))
        else:
            hint = LIFT if nix.settings.restrict and is_refusal(message) else None
        raise type(error)(f"{commit.revision}: {message}", hint=hint or error.hint) from error
    return replace(evaluated, evaluation=locate(evaluated.tree).localise(evaluated.evaluation, tree))


def names_beside(nix: Nix, private: PrivateRepository, project: Project, commit: Commit, tree: Tree) -> tuple[str, ...]:
    """List the attributes of a revision that could have been asked for in place of those that were."""
    entry = project.entry(tree)
    if entry is None:
        return ()
    source, _locate = _source(nix, private, project, commit, entry)
    return attributes_beside(nix, source, project.attributes)


def _lock_hint(private: PrivateRepository, tree: Tree, directory: str) -> str | None:
    """Say that a lock file is not made for what its flake asks for: then Nix refuses in its own ways."""
    lock = tree.entries.get(join(directory, LOCK))
    inputs = parse_lock(private.blob(lock.object_id)) if lock else None
    found = next(divergences(tree, private.blob, directory, inputs or ()), None)
    return (
        f"{found.flake} asks for another {found.locked.title} than {LOCK} was made for: nix flake lock"
        if found
        else None
    )


def _source(
    nix: Nix, private: PrivateRepository, project: Project, commit: Commit, entry: str
) -> tuple[FileSource | FlakeSource, Callable[[str | None], Locations]]:
    """Give what is evaluated, and what tells where its files lie: of a flake, by the store path of its own tree."""
    if not project.is_flake(entry):
        top = private.checkout(commit)
        return FileSource(top, top / entry, project.arguments), lambda _tree: file_locations(nix, private, top)
    flake = FlakeSource(private.flake_url(commit, posixpath.dirname(entry)))
    return flake, lambda tree: flake_locations(nix, private, flake, tree)
