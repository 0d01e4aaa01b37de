"""Random worlds in which the truth is known by construction: which component takes which paths."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from hypothesis import strategies as st

from nixdrift.changes import TREE_MODE, Change, ChangeKind, FileState
from nixdrift.judgement import Verdict
from nixdrift.model import StorePath, output_path
from nixdrift.tree import Tree, is_below
from tests.worlds import File, Files, Revision, World, edited, executable, make_world, symlink, tree_of

LEAVES = ("main.go", "data.txt", "sub/one", "sub/two words", "README.md", "strange\n\udcff")
SHARED = "lib"


class Takes(Enum):
    """What a part takes as its source."""

    NOTHING = "nothing"
    DIRECTORY = "its directory"
    FILE = "one file"
    SHARED = "the shared directory"
    WHOLE = "the whole repository"
    FILTERED = "its directory, filtered"
    PINNED = "its directory as it was at base"


@dataclass(frozen=True, slots=True)
class Part:
    """One derivation of a stack, as drawn."""

    name: str
    takes: Takes
    kept: frozenset[str]
    """Of a filter: the leaves that stay."""
    is_listed: bool
    """Whether its source is in the store."""
    inputs: frozenset[int]
    """Parts of lower layers that it is built from."""
    is_fixed: bool
    is_refreshed: bool
    """Of a fixed output: whether the declared hash is another one at head."""
    is_root: bool
    rewired: Takes | None
    """What it takes at head, where the expression was changed."""

    def at_head(self) -> "Part":
        """Give the part as head's expression defines it."""
        return replace(self, takes=self.rewired or self.takes)

    @property
    def is_barrier(self) -> bool:
        return self.is_fixed and not self.is_refreshed

    @property
    def is_opaque(self) -> bool:
        """Tell whether its source is one that nothing can be known of: neither provable nor listed."""
        return not self.is_listed and bool({self.takes, self.rewired} & {Takes.FILTERED, Takes.PINNED})

    def keeps(self, leaf: str) -> bool:
        return leaf in self.kept


Contents = Mapping[str, FileState]


@dataclass(frozen=True)
class Drawn:
    """A stack, and the files of its repository at base and at head."""

    parts: tuple[Part, ...]
    before: Files
    after: Files

    @contextmanager
    def world(self) -> Iterator[World]:
        with tempfile.TemporaryDirectory() as store:
            yield self.world_in(Path(store))

    def world_in(self, store: Path) -> World:
        return make_world(self._evaluate, self.before, self.after, store=store)

    def _evaluate(self, revision: Revision) -> Mapping[str, StorePath]:
        made: list[StorePath] = []
        for part in self.parts:
            refreshed = part.is_refreshed and revision.base is not None
            made.append(
                revision.derive(
                    f"{part.name}-1.0",
                    _sources(part if revision.base is None else part.at_head(), revision),
                    [made[number] for number in sorted(part.inputs)],
                    fixed=f"{part.name} {refreshed}" if part.is_fixed else None,
                )
            )
        roots = {part.name: path for part, path in zip(self.parts, made, strict=True) if part.is_root}
        return {**roots, "everything": revision.derive("everything-1.0", [], made)}

    @cached_property
    def trees(self) -> tuple[Tree, Tree]:
        return tree_of(self.before)[0], tree_of(self.after)[0]

    def own(self, number: int, *, at_head: bool) -> Contents:
        """Give what a part itself takes: path → content."""
        part = self.parts[number].at_head() if at_head else self.parts[number]
        tree = self.trees[1 if at_head and part.takes is not Takes.PINNED else 0]
        return {path: state for path, state in tree.entries.items() if state.mode != TREE_MODE and takes(part, path)}

    def effective(self, number: int, *, at_head: bool) -> set[tuple[str, FileState]]:
        """Give all that is in the output of a part: its own source, and what comes by its inputs."""
        part = self.parts[number]
        if part.is_barrier:
            return set()
        lower = (self.effective(one, at_head=at_head) for one in part.inputs)
        return set(self.own(number, at_head=at_head).items()).union(*lower)

    def all(self, number: int, *, at_head: bool) -> set[tuple[str, FileState]]:
        """Give all that a part is built from, fixed outputs or not."""
        lower = (self.all(one, at_head=at_head) for one in self.parts[number].inputs)
        return set(self.own(number, at_head=at_head).items()).union(*lower)

    def may_be_unproven(self, number: int) -> bool:
        """Tell whether something that a part is built from cannot be known, or is defined anew at head."""
        part = self.parts[number]
        # Where the last file of a source is gone, or the first one has come, the expression is another one.
        is_redefined = part.rewired is not None or bool(self.own(number, at_head=False)) != bool(
            self.own(number, at_head=True)
        )
        return part.is_opaque or is_redefined or any(self.may_be_unproven(one) for one in part.inputs)

    def may_hide(self, number: int) -> bool:
        """Tell whether something that a part is built from cannot be known."""
        return self.parts[number].is_opaque or any(self.may_hide(one) for one in self.parts[number].inputs)

    def truth(self, number: int, change: Change, *, moved: bool) -> Verdict:
        """Give the verdict that is right for a changed path of a part."""
        if self._is_in(self.effective, number, change):
            return Verdict.REBUILT if moved else Verdict.UNCHANGED
        if self._is_in(self.all, number, change):
            return Verdict.FROZEN
        return Verdict.MASKED if moved else Verdict.STALE

    @staticmethod
    def _is_in(contents: "Contained", number: int, change: Change) -> bool:
        if change.kind is ChangeKind.REMOVED:
            item = (change.path, change.before)
            return item in contents(number, at_head=False) and item not in contents(number, at_head=True)
        return (change.path, change.after) in contents(number, at_head=True)


class Contained(Protocol):
    """What a part contains on one side: `Drawn.effective` or `Drawn.all`."""

    def __call__(self, number: int, *, at_head: bool) -> set[tuple[str, FileState]]: ...


def takes(part: Part, path: str) -> bool:
    """Tell whether a part takes a path, if the repository has it."""
    match part.takes:
        case Takes.NOTHING:
            return False
        case Takes.WHOLE:
            return True
        case Takes.SHARED:
            return is_below(path, SHARED)
        case Takes.FILE:
            return path == f"{part.name}/main.go"
        case Takes.FILTERED:
            return is_below(path, part.name) and part.keeps(path.removeprefix(f"{part.name}/"))
        case Takes.DIRECTORY | Takes.PINNED:
            return is_below(path, part.name)


def _sources(part: Part, revision: Revision) -> list[StorePath]:
    wanted = any(takes(part, path) for path, state in revision.tree.entries.items() if state.mode != TREE_MODE)
    pinned = part.takes is Takes.PINNED
    if not wanted and not pinned:
        return []
    taken_from = (revision.base or revision) if pinned else revision
    if not any(takes(part, path) for path in taken_from.files):
        return []
    where = {Takes.WHOLE: "", Takes.SHARED: SHARED, Takes.FILE: f"{part.name}/main.go"}.get(part.takes, part.name)
    keep = part.keeps if part.takes is Takes.FILTERED else None
    return [taken_from.source(where, keep=keep, is_listed=part.is_listed)]


def moved(world: World, name: str) -> bool:
    """Tell whether the output of the derivation of a name is another at head."""
    return _output(world, name, at_head=False) != _output(world, name, at_head=True)


def _output(world: World, name: str, *, at_head: bool) -> StorePath | None:
    derivations = (world.head if at_head else world.base).derivations.values()
    return next(output_path(one.outputs["out"]) for one in derivations if one.name == name)


# The strategy


# Not pinned: an opaque source that is new at head could hold what the very same commit removed. Nothing of head's tree
# can, and nixdrift takes such a file for gone.
_REWIRED = tuple(one for one in Takes if one is not Takes.PINNED)


def _part(number: int, *, may_be_rewired: bool) -> st.SearchStrategy[Part]:
    return st.builds(
        Part,
        name=st.just(f"part{'abcdef'[number]}"),
        takes=st.sampled_from(Takes),
        kept=st.frozensets(st.sampled_from(LEAVES), max_size=4),
        is_listed=st.booleans(),
        inputs=st.frozensets(st.integers(0, number - 1), max_size=2) if number else st.just(frozenset()),
        is_fixed=st.sampled_from([False, False, True]),
        is_refreshed=st.booleans(),
        is_root=st.booleans(),
        rewired=st.none() | st.sampled_from(_REWIRED) if may_be_rewired else st.none(),
    )


@st.composite
def _edits(draw: st.DrawFn, files: Files) -> Mapping[str, File | str | None]:
    edits: dict[str, File | str | None] = {}
    for number in range(draw(st.integers(0, 4))):
        path = draw(st.sampled_from(sorted(files)))
        content = files[path]
        new = f"{path.rpartition('/')[0] or SHARED}/new{number}"
        match draw(st.sampled_from(["modify", "delete", "add", "chmod", "link", "rename"])):
            case "modify":
                edits[path] = f"{content} {number}"
            case "delete":
                edits[path] = None
            case "add":
                edits[new] = f"new {number}"
            case "chmod":
                edits[path] = executable(str(content))
            case "link":
                edits[path] = symlink(f"to {path!r}")
            case _:
                edits |= {path: None, new: content}
    return edits


@st.composite
def drawn_worlds(draw: st.DrawFn, *, may_be_rewired: bool = False) -> Drawn:
    """Draw a stack of one to four parts, and some edits of its repository, and maybe of its expression."""
    parts = tuple(draw(_part(number, may_be_rewired=may_be_rewired)) for number in range(draw(st.integers(1, 4))))
    paths = [f"{part.name}/{leaf}" for part in parts for leaf in LEAVES]
    paths += [f"{SHARED}/util", "top.txt", "docs/guide.md"]
    chosen = draw(st.sets(st.sampled_from(paths), min_size=3))
    # No two files have the same content, so that where a content is found says where it came from.
    files: Files = {path: f"content of {path!r}" for path in sorted(chosen | {"top.txt"})}
    return Drawn(parts, files, edited(files, draw(_edits(files))))
