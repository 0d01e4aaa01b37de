"""Where a revision's files lie on this machine while Nix evaluates them, to be taken out of what Nix says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.evaluation import Evaluation, FailedAttribute, Position
from nixdrift.model import StorePath
from nixdrift.nix import FlakeSource, Nix, own_source
from nixdrift.repository import PrivateRepository
from nixdrift.tree import Tree


@dataclass(frozen=True, slots=True)
class Locations:
    """The places that are not to be seen in a report: they are another for every run or machine."""

    top: re.Pattern[str]
    """The top of the repository, in all ways in which Nix writes it."""
    store: tuple[str, str]
    """Where the store's objects lie, and the store directory as it is to be written."""
    run: str
    """The run's own directory."""
    of_flake: bool
    files: str | None = None
    """Where the files of the revision lie: in a checkout, or in the store. None: where that cannot be told."""

    def localise(self, evaluation: Evaluation, tree: Tree) -> Evaluation:
        """Make every path in an evaluation relative to the top of the repository."""
        return replace(
            evaluation,
            roots=tuple(replace(root, position=self._position(root.position, tree)) for root in evaluation.roots),
            positions=dict(self._positions(evaluation, tree)),
            top=self.files,
            of_flake=self.of_flake,
            failed=tuple(FailedAttribute(one.name, self.relative(one.message)) for one in evaluation.failed),
        )

    def relative(self, message: str) -> str:
        """Make every path in a message relative to the top of the repository."""
        within_store = message.replace(*self.store)
        within_repository = self.top.sub(lambda match: "" if match["more"] else ".", within_store)
        return within_repository.replace(f"{self.run}/", "")

    def _positions(self, evaluation: Evaluation, tree: Tree) -> Iterator[tuple[StorePath, Mapping[str, Position]]]:
        for path, places in evaluation.positions.items():
            found = {attribute: self._position(place, tree) for attribute, place in places.items()}
            if known := {attribute: place for attribute, place in found.items() if place is not None}:
                yield path, known

    def _position(self, position: Position | None, tree: Tree) -> Position | None:
        """Make a position relative to the repository; one in another source, such as a flake's input, is none."""
        if position is None:
            return None
        path = self.relative(position.path)
        return Position(path, position.line) if path in tree.entries else None


def file_locations(nix: Nix, private: PrivateRepository, top: Path) -> Locations:
    """Give the locations of a checkout."""
    return _locations(nix, private, re.escape(str(top)), str(top), of_flake=False)


def flake_locations(nix: Nix, private: PrivateRepository, source: FlakeSource, own: str | None) -> Locations:
    """Give the locations of a flake: its tree in the store, and the URL by which it is fetched.

    Other trees in the store are its inputs'. ``own`` is its own, where that is known; else Nix is asked for it.
    """
    own = own or own_source(nix, source)
    tree = re.escape(own) if own else rf"{re.escape(nix.store_dir)}/[0-9a-z]{{32}}-source"
    url = re.escape(source.url.partition("?")[0])
    return _locations(nix, private, rf"{tree}|«{url}[^»]*»|{url}(?:\?[^\s'\"]*)?", own, of_flake=True)


def _locations(nix: Nix, private: PrivateRepository, top: str, files: str | None, *, of_flake: bool) -> Locations:
    pattern = re.compile(rf"(?:{top})(?P<more>/(?!\s|$))?")
    run = str(private.directory.parent)
    return Locations(pattern, (str(nix.physical_store), nix.store_dir), run, of_flake, files)
