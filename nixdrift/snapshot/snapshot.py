"""The nouns of a snapshot: one evaluated revision, and what has to be known of it to compare it with another."""

import hashlib
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nixdrift.changes import SUBMODULE_MODE
from nixdrift.evaluation import Evaluation
from nixdrift.model import StorePath
from nixdrift.sources.contents import Listing
from nixdrift.tree import Tree


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of Nix: two revisions can be compared where it was the same."""

    directory: str = ""
    """Where in the repository the flake or the file was looked for; ``""`` is the top."""
    file: str | None = None
    roots: tuple[str, ...] = ()
    """Attribute paths as Nix writes them; none: all the usual ones."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Argument of the expression file → Nix expression."""
    options: tuple[tuple[str, str], ...] = ()
    impure: bool = False
    variables: tuple[str, ...] = ()
    """Names of the variables of the environment that were let through, sorted; what they were is not told."""
    restricted: bool = False
    """Whether an expression file could read only its own revision and what ``NIX_PATH`` names."""

    def of(self, *, is_flake: bool) -> "Question":
        """Give what is asked of a flake, or of an expression file: a flake reads nothing else anyway."""
        return replace(self, restricted=self.restricted and not is_flake)

    def __str__(self) -> str:
        words = ["in", self.directory] if self.directory else []
        words += ["--file", self.file] if self.file else []
        words += [word for root in self.roots for word in ("-A", root)]
        words += [word for name, text in sorted(self.arguments.items()) for word in ("--arg", name, text)]
        words += [word for option in self.options for word in ("--option", *option)]
        words += ["--impure"] if self.impure else []
        words += [word for name in self.variables for word in ("--keep-env-var", name)]
        words += ["--restrict"] if self.restricted else []
        return shlex.join(words) or "no options"


@dataclass(frozen=True, slots=True)
class Place:
    """What an evaluation took from where the files of the revision lay, rather than from them; None: nothing."""

    name: str | None = None
    """The base name of the repository's directory: the name of a source that is the whole of it."""
    digest: str | None = None
    """Stands for the path of the directory, which a derivation or a source holds."""


def place_of(directory: Path, name: str) -> Place:
    """Give the place of a repository's files called ``name`` that are evaluated by a run in a directory."""
    return Place(name, hashlib.sha256(os.fsencode(f"{directory}\0{name}")).hexdigest())


@dataclass(frozen=True, slots=True)
class Proven:
    """An input source that is some paths of the tree: their store path is the same."""

    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An input source that the tree alone does not prove: what is in it."""

    files: Listing


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An input source of which nothing is known here: too large to be listed, or not at hand (None)."""

    files: int | None


Source = Proven | Listed | LeftOut


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One evaluated revision."""

    evaluation: Evaluation
    commit: str | None
    """None: a working tree, as it lay there."""
    tree: str
    is_flake: bool
    question: Question
    place: Place
    sources: Mapping[StorePath, Source]
    """Every input source of the evaluation, and what is known of it."""

    def listing(self, source: StorePath, tree: Tree) -> Listing | None:
        """Give the files of an input source, or None where nothing is known of it; ``tree`` is the snapshot's own."""
        match self.sources.get(source):
            case Listed(files):
                return files
            case Proven((origin, *_others)) if origin in tree.entries:
                return _listing(origin, tree)
            case _:
                return None


def _listing(origin: str, tree: Tree) -> Listing:
    """List a path of a tree as the input source that it is: in a submodule's place, Nix sees an empty directory."""
    files = ((path[len(origin) :].lstrip("/"), tree.entries[path]) for path in tree.files_below(origin))
    return {path: state for path, state in files if state.mode != SUBMODULE_MODE}
