"""A generated project as a value: its components, how each takes its sources, and its files."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tests.worlds import File

Files = Mapping[str, File]
"""Path → what is there, Nix expressions left out: they are written from the components."""

DENYING = ("path", "filterSource", "cleanSourceWith")
"""Filters that say what they leave out, called as what they are made with."""
ALLOWING = ("fileset", "sourceByRegex", "paths")
"""Filters that say what they keep; ``paths`` is a list of paths without a filter."""
STYLES = (*DENYING, *ALLOWING)


@dataclass(frozen=True)
class Source:
    """What a component takes of a directory, and how that is written."""

    style: str
    """``whole``, one of `STYLES`, or ``verbatim``."""
    root: str = ""
    """The directory that is taken or filtered; ``""`` is the repository."""
    left_out: tuple[str, ...] = ()
    """What a filter leaves out, relative to the root; no part of it need exist."""
    kept: tuple[str, ...] | None = None
    """What an allow-list names, relative to the root; None: whatever is there at the top and not left out."""
    text: str = ""
    """For ``verbatim``: a Nix expression, in which ``@TOP@`` is the path of the repository."""

    def allowed(self, files: Files) -> tuple[str, ...]:
        """Give what an allow-list names."""
        if self.kept is not None:
            return self.kept
        tops = {below(path, self.root).split("/")[0] for path in files if is_below(path, self.root)}
        return tuple(sorted(tops - set(self.left_out)))


@dataclass(frozen=True)
class Component:
    """A derivation that is made from a directory of its own."""

    name: str
    directory: str
    source: Source
    version: str = "1.0"
    inputs: tuple[str, ...] = ()
    """Other components, by name."""
    shared: tuple[str, ...] = ()
    """Shared directories that it takes as they are."""
    settings: str | None = None
    """A file of its directory that evaluation reads."""
    vendored: str | None = None
    """What its fixed output for vendored dependencies is made from: ``lock`` (``go.sum`` alone), or ``source``: what
    the component itself is made from."""
    hash_of: str = ""
    """The text of which the vendored dependencies have the hash."""
    is_root: bool = True
    placement: str = "top"
    """Where its expression is written: ``top`` (default.nix), ``nix`` (nix/NAME.nix) or ``own`` (in its directory)."""
    is_declared: bool = False
    """Whether nixdrift.toml says which directory is its own: nothing else does."""
    ignored: tuple[str, ...] = ()
    """What nixdrift.toml says to be of no matter, relative to its directory."""
    variables: tuple[tuple[str, str], ...] = ()
    """More of its environment: name, Nix expression."""

    def path(self, name: str) -> str:
        """Give the path of something in its directory."""
        return f"{self.directory}/{name}"


@dataclass(frozen=True)
class State:
    """A project at one commit."""

    components: tuple[Component, ...]
    files: Files
    comments: tuple[str, ...] = ()
    """What is remarked at the top of default.nix."""
    tools: tuple[str, ...] = field(default=())
    """More functions of nix/lib.nix: nothing uses them."""

    def component(self, name: str) -> Component:
        """Give a component by its name."""
        return next(one for one in self.components if one.name == name)

    def with_component(self, changed: Component) -> "State":
        """Give the same project with a component in the place of the one of its name."""
        return replace(self, components=tuple(changed if one.name == changed.name else one for one in self.components))

    def with_files(self, edits: Mapping[str, File | None]) -> "State":
        """Give the same project with some files edited, added, or (None) deleted."""
        merged = {**self.files, **edits}
        return replace(self, files={path: file for path, file in sorted(merged.items()) if file is not None})

    def below(self, directory: str) -> Iterator[str]:
        """Give the files in a directory, by their paths."""
        return (path for path in self.files if is_below(path, directory))


def is_below(path: str, directory: str) -> bool:
    """Tell whether a path lies in a directory (``""``: the repository)."""
    return not directory or path.startswith(directory + "/")


def below(path: str, directory: str) -> str:
    """Give a path relative to a directory above it."""
    return posixpath.relpath(path, directory) if directory else path


def text(content: str) -> File:
    """Give a plain file."""
    return File(content.encode())
