"""Small projects: an expression file, and the files that its derivations take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from nixdrift.model import StorePath
from nixdrift.store.nar import Directory, Node, Regular, nar_digest
from nixdrift.store.paths import source_path

from ..derivation.strategies import stray_texts
from ..store.trees import lay_out, nodes
from .derivations import Surroundings, derivations
from .literals import Expression
from .releases import SINCE
from .sources import Files, entries_of, texts
from .twins import twins

FILE_NAMES = ["src", "a", "lib.nix", "x-1.0.tar", ".hidden", "with blank", "ünï", "+", "?", "=", "default", "A", "_"]
STORE_DIRS = ["/nix/store", "/nix/store", "/nix/store", "/gnu/store", "/home/someone/.nix/store"]
NAME = "project"
"""What the directory of every project is called."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project, and what Nix is to put into its store besides derivations."""

    files: Directory
    """All files, the expression included."""
    store_dir: str
    stored: Mapping[StorePath, Node]
    since: tuple[int, ...]
    """The release that knows all that it asks for, as every later one does."""
    alike_since: tuple[int, ...]
    """The release from which on all put the same into their stores."""
    has_stray_bytes: bool
    """Whether it may have bytes that are no UTF-8, of which most releases print no JSON."""

    @property
    def expression(self) -> str:
        """Give the text of its expression."""
        found = entries_of(self.files)[b"default.nix"]
        assert isinstance(found, Regular)
        assert isinstance(found.content, bytes)
        return found.content.decode("utf-8", "surrogateescape")

    def lay_out(self, directory: Path) -> Path:
        """Write the project below a directory."""
        lay_out(self.files, directory / NAME)
        return directory / NAME


@st.composite
def projects(draw: st.DrawFn, *, fewest: int = 12, most: int = 28) -> Project:
    """Draw a project of so many derivations, of which some may be the same."""
    since = draw(st.sampled_from([min(SINCE), *sorted(SINCE)]))  # what all know is asked of all
    has_stray_bytes = draw(st.integers(0, 4)) == 0
    file_names = st.sampled_from([os.fsencode(name) for name in FILE_NAMES]) | st.just(b"\xff")
    files = Directory(draw(st.dictionaries(file_names, nodes, min_size=2, max_size=4)))
    store_dir = draw(st.sampled_from(STORE_DIRS))
    is_alike = draw(st.booleans())
    written = texts | stray_without_zero if has_stray_bytes else texts
    around = Surroundings(Files(files, store_dir), SINCE[since], {}, {}, [], written, is_alike)
    drawn = [draw(derivations(around)) for _ in range(draw(st.integers(fewest, most)))]
    if draw(st.booleans()):
        drawn += draw(twins(around))
    takes_itself = draw(st.integers(0, 7)) == 0
    whole, stored = _whole(around, drawn, takes_itself=takes_itself)
    return Project(whole, store_dir, stored, since, since if is_alike else max(since, (2, 26)), has_stray_bytes)


stray_without_zero = stray_texts.filter(lambda text: "\0" not in text)


def _whole(
    around: Surroundings, drawn: list[Expression], *, takes_itself: bool
) -> tuple[Directory, Mapping[StorePath, Node]]:
    """Write the expression beside the files: all files, and what the store is to have."""
    bindings = "".join(f"  {made.variable} = {text};\n" for made, text in zip(around.made, drawn, strict=True))
    results = [made.variable for made in around.made]
    if takes_itself:
        results.append('(derivation { name = "whole"; system = "s"; builder = "b"; src = ./.; })')
    text = f"let\n{bindings}in [ {' '.join(results)} ]\n"
    expression = Regular(text.encode("utf-8", "surrogateescape"))
    files = Directory({**entries_of(around.files.top), b"default.nix": expression})
    stored = dict(around.stored)
    if takes_itself:
        stored[source_path(nar_digest(files), NAME, around.files.store_dir)] = files
    return files, stored
