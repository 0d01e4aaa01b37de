"""Sources that an expression takes of its project, each with what Nix is to make of it."""

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hypothesis import strategies as st

from nixdrift.model import StorePath
from nixdrift.nix import nix_string
from nixdrift.store import base32
from nixdrift.store.nar import Directory, Node, Regular, Symlink, nar_digest
from nixdrift.store.paths import fixed_output_path, source_path, text_path

from ..derivation.strategies import NAME_CHARACTERS
from .literals import Expression, literal

_PATH_LITERAL = re.compile(r"[a-zA-Z0-9._+-]+(/[a-zA-Z0-9._+-]+)*")
SPELLINGS = ("base16", "base32", "base64", "sri", "prefixed")


@dataclass(frozen=True, slots=True)
class Source:
    """An expression for a source."""

    expression: Expression
    stored: Mapping[StorePath, Node] = field(default_factory=dict)
    """What the store has after its evaluation."""


@dataclass(frozen=True, repr=False)
class Files:
    """The files of a project; hypothesis writes out whatever strategies are made of, so that this says nothing."""

    top: Node
    store_dir: str

    @cached_property
    def places(self) -> Sequence[tuple[str, Node]]:
        """All that is in the project, by its path."""
        return tuple(_places(self.top))


def is_good_name(name: str) -> bool:
    """Tell whether every release accepts a name for a store object that is no derivation."""
    return not re.match(r"\.\.?(-|\Z)", name) and re.fullmatch(r"[0-9a-zA-Z+\-._?=]+", name) is not None


names = st.text(NAME_CHARACTERS, min_size=1, max_size=20).filter(
    lambda name: is_good_name(name) and not name.endswith(".drv")
)


def entries_of(node: Node) -> Mapping[bytes, Node]:
    """Give what is in a directory, and nothing in anything else."""
    return node.entries if isinstance(node, Directory) and isinstance(node.entries, Mapping) else {}


def _places(files: Node, above: bytes = b"") -> Iterator[tuple[str, Node]]:
    for name, node in entries_of(files).items():
        yield os.fsdecode(above + name), node
        yield from _places(node, above + name + b"/")


def path_expression(path: str) -> Expression:
    """Write a path of the project."""
    return Expression(f"./{path}" if _PATH_LITERAL.fullmatch(path) else f"./. + {nix_string(f'/{path}')}")


def spell(algorithm: str, digest: str, spelling: str) -> str:
    """Write a hash in one of the ways that the language reads."""
    data = bytes.fromhex(digest)
    return {
        "base16": digest,
        "base32": base32.encode(data),
        "base64": b64encode(data).decode(),
        "sri": f"{algorithm}-{b64encode(data).decode()}",
        "prefixed": f"{algorithm}:{base32.encode(data)}",
    }[spelling]


Keep = Callable[[bytes, Node], bool]
FILTERS: Mapping[str, Keep] = {
    "path: type: true": lambda _name, _node: True,
    'path: type: type != "symlink"': lambda _name, node: not isinstance(node, Symlink),
    'path: type: type != "directory"': lambda _name, node: not isinstance(node, Directory),
    'path: type: type == "directory"': lambda _name, node: isinstance(node, Directory),
    'path: type: builtins.substring 0 1 (baseNameOf path) != "a"': lambda name, _node: not name.startswith(b"a"),
}
"""A filter in the Nix language → the same in Python: name, what it is → whether it stays."""


def filtered(node: Node, keep: Keep) -> Node:
    """Leave out what a filter does not keep."""
    if not isinstance(node, Directory):
        return node
    return Directory({name: filtered(child, keep) for name, child in entries_of(node).items() if keep(name, child)})


@st.composite
def sources(draw: st.DrawFn, files: Files) -> Source:
    """Draw a source of a project."""
    # By its number: hypothesis writes out what it is to choose from, and that is whole trees.
    path, node = files.places[draw(st.integers(0, len(files.places) - 1))]
    name = path.rpartition("/")[2]
    makers = [_text]
    if is_good_name(name):
        makers += [_plain, _plain]
    if not isinstance(node, Symlink):  # what Nix makes of a link depends on the release, and on what it leads to
        makers += [_by_path, _by_path]
        if is_good_name(name):
            makers.append(_by_filter_source)
        if isinstance(node, Regular) and node.content:  # of an empty one, releases since 2.26 say `bad optional access`
            makers.append(_flat)
    return draw(st.sampled_from(makers))(draw, files.store_dir, path, node)


def _made(expression: str, name: str, node: Node, store_dir: str) -> Source:
    return Source(Expression(expression), {source_path(nar_digest(node), name, store_dir): node})


def _plain(draw: st.DrawFn, store_dir: str, path: str, node: Node) -> Source:
    made = _made(path_expression(path), path.rpartition("/")[2], node, store_dir)
    if draw(st.booleans()):
        return made
    below = draw(st.sampled_from(["", "/below it", "/../x"]))
    return replace(made, expression=Expression(f'"${{{made.expression}}}{below}"'))


def _by_path(draw: st.DrawFn, store_dir: str, path: str, node: Node) -> Source:
    basename = path.rpartition("/")[2]
    name = basename if is_good_name(basename) and draw(st.booleans()) else draw(names)
    arguments: dict[str, object] = {"path": path_expression(path)}
    if name != basename or draw(st.booleans()):
        arguments["name"] = name
    if draw(st.booleans()):
        written, keep = draw(st.sampled_from(list(FILTERS.items())))
        arguments["filter"], node = Expression(written), filtered(node, keep)
    if draw(st.booleans()):
        arguments["recursive"] = True
    if draw(st.booleans()):
        arguments["sha256"] = spell("sha256", nar_digest(node).hex(), draw(st.sampled_from(SPELLINGS)))
    return _made(f"builtins.path {literal(arguments)}", name, node, store_dir)


def _by_filter_source(draw: st.DrawFn, store_dir: str, path: str, node: Node) -> Source:
    written, keep = draw(st.sampled_from(list(FILTERS.items())))
    expression = f"builtins.filterSource ({written}) ({path_expression(path)})"
    return _made(expression, path.rpartition("/")[2], filtered(node, keep), store_dir)


def _flat(draw: st.DrawFn, store_dir: str, path: str, node: Node) -> Source:
    content = _content(node)
    digest, name = hashlib.sha256(content).hexdigest(), draw(names)
    arguments: dict[str, object] = {"path": path_expression(path), "name": name, "recursive": False}
    if draw(st.booleans()):
        arguments["sha256"] = spell("sha256", digest, draw(st.sampled_from(SPELLINGS)))
    stored = fixed_output_path("flat", "sha256", digest, name, store_dir)
    return Source(Expression(f"builtins.path {literal(arguments)}"), {stored: Regular(content)})


def _content(node: Node) -> bytes:
    return node.content if isinstance(node, Regular) and isinstance(node.content, bytes) else b""


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", "${x}", "$${x}", "$", "''", "a \"q\" \\ \\n \n\r\t ''${", "ünï €", "\x01\x7f\x1b", "/nix/store", " "]
)


def _text(draw: st.DrawFn, store_dir: str, path: str, node: Node) -> Source:
    """Write a text with ``builtins.toFile``, which may name a source."""
    name, text = draw(names), draw(texts)
    written, references = literal(text), frozenset[StorePath]()
    stored: Mapping[StorePath, Node] = {}
    if is_good_name(path.rpartition("/")[2]) and draw(st.booleans()):
        named = _made(f'"${{{path_expression(path)}}}"', path.rpartition("/")[2], node, store_dir)
        written, stored, references = f"({written} + {named.expression})", named.stored, frozenset(named.stored)
        text += "".join(f"{store_dir}/{taken}" for taken in references)
    content = text.encode("utf-8", "surrogateescape")
    made = text_path(hashlib.sha256(content).hexdigest(), name, store_dir, references)
    return Source(Expression(f"builtins.toFile {literal(name)} {written}"), {**stored, made: Regular(content)})
