"""Synthetic worlds: a repository, an expression evaluated at two of its trees, and what is right about them.

No Nix is needed: store paths of sources, outputs and derivations are computed with `nixdrift.store`, whose tests
hold them against real Nix. So the proofs work here as they do there.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from nixdrift.changes import (
    EXECUTABLE_MODE,
    SUBMODULE_MODE,
    SYMLINK_MODE,
    TREE_MODE,
    Change,
    ChangeKind,
    FileState,
)
from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.comparison.tracing import ListSource, Tracer
from nixdrift.config import Config, parse_config
from nixdrift.evaluation import Evaluation, FailedAttribute, Root
from nixdrift.explanation import affected_graph, own_differences
from nixdrift.graph import build_graph
from nixdrift.judgement import ComponentJudgement, Judgement
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    Dump,
    FixedOutput,
    FloatingOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
    StorePath,
    digest_of,
    output_path,
)
from nixdrift.report import Report, RevisionInfo
from nixdrift.rules import apply_rules
from nixdrift.sources import Prover, list_source
from nixdrift.store import base32
from nixdrift.store.nar import Directory, Node, Regular, Symlink, nar_digest
from nixdrift.store.outputs import drv_path, output_paths
from nixdrift.store.paths import fixed_output_path, source_path
from nixdrift.tree import ReadBlob, Tree, join

STORE_DIR = "/nix/store"
SYSTEM = "x86_64-linux"
TOP = "/checkout/stack"
"""Where the files of every revision lie while it is evaluated."""
FILE_MODE = "100644"

Files = Mapping[str, "File | str"]
"""Path → what is there; a text is a plain file of this content."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a repository; of a symbolic link, ``content`` is the target."""

    content: bytes
    mode: str = FILE_MODE


def executable(text: str) -> File:
    return File(text.encode(), EXECUTABLE_MODE)


def symlink(target: str) -> File:
    return File(target.encode(), SYMLINK_MODE)


def submodule(commit: str) -> File:
    """Give a link to a commit of another repository."""
    return File(commit.encode(), SUBMODULE_MODE)


def tree_of(files: Files) -> tuple[Tree, Mapping[str, bytes]]:
    """Write files as a git tree: the tree, and its blobs by their ids."""
    blobs = {_blob_id(content): content for content in (_file(file).content for file in files.values())}
    entries = {path: _state(_file(file)) for path, file in files.items()}
    for directory in sorted({above for path in files for above in _directories(path)} | {""}, reverse=True):
        below = sorted(path for path in entries if path and path.rpartition("/")[0] == directory)
        listing = repr([(path, entries[path]) for path in below])
        entries[directory] = FileState(TREE_MODE, hashlib.sha1(os.fsencode(listing)).hexdigest())  # noqa: S324
    return Tree(entries), blobs


def _file(file: File | str) -> File:
    return File(file.encode()) if isinstance(file, str) else file


def _state(file: File) -> FileState:
    is_link = file.mode == SUBMODULE_MODE
    return FileState(file.mode, file.content.decode() if is_link else _blob_id(file.content))


def _blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324


def _directories(path: str) -> Iterable[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[: end + 1]) for end in range(len(parts)))


def changes_between(before: Tree, after: Tree) -> tuple[Change, ...]:
    """Give what differs between two trees, as git would."""
    paths = sorted(before.entries.keys() | after.entries.keys())
    pairs = ((path, _leaf(before, path), _leaf(after, path)) for path in paths)
    return tuple(Change(path, _kind(old, new), old, new) for path, old, new in pairs if old != new)


def _leaf(tree: Tree, path: str) -> FileState | None:
    state = tree.entries.get(path)
    return None if state is None or state.mode == TREE_MODE else state


def _kind(before: FileState | None, after: FileState | None) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if after is None else ChangeKind.MODIFIED


Keep = Callable[[str], bool]
"""A filter: path relative to the filtered directory → whether it stays."""


@dataclass
class Revision:
    """One revision being evaluated: an expression asks it for sources, and makes derivations with it."""

    files: Files
    store: Path | None = None
    """Where sources are put if they are to be listed; None: nowhere."""
    base: "Revision | None" = None
    """For a source that is pinned: the revision that it was pinned at."""
    derivations: dict[StorePath, Derivation] = field(default_factory=dict)
    failed: list[FailedAttribute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree, self.blobs = tree_of(self.files)

    def source(
        self, path: str, name: str | None = None, *, keep: Keep | None = None, is_listed: bool = False
    ) -> StorePath:
        """Take a path of the repository as an input source, all of it or what a filter keeps."""
        node = self._node(path, "", keep)
        taken = source_path(nar_digest(node), name or path.rpartition("/")[2] or "source", STORE_DIR)
        if is_listed:
            assert self.store is not None
            _put(node, self.store / taken)
        return taken

    def empty_source(self, name: str) -> StorePath:
        """Take what a filter keeps that keeps nothing."""
        taken = source_path(nar_digest(Directory({})), name, STORE_DIR)
        assert self.store is not None
        (self.store / taken).mkdir(parents=True, exist_ok=True)
        return taken

    def _node(self, path: str, within: str, keep: Keep | None) -> Node:
        state = self.tree.entries[path]
        if state.mode == SUBMODULE_MODE:
            return Directory({})
        if state.mode == TREE_MODE:
            names = [name for name in self.tree.children.get(path, ()) if self._stays(path, join(within, name), keep)]
            return Directory({os.fsencode(n): self._node(join(path, n), join(within, n), keep) for n in names})
        content = self.blobs[state.object_id]
        return Symlink(content) if state.mode == SYMLINK_MODE else Regular(content, state.mode == EXECUTABLE_MODE)

    def _stays(self, directory: str, within: str, keep: Keep | None) -> bool:
        # A filter that keeps a directory and nothing in it leaves an empty directory: not in these worlds.
        if keep is None:
            return True
        top = directory.removesuffix(within.rpartition("/")[0]).rstrip("/")
        files = self.tree.files_below(join(top, within))
        return any(keep(file[len(top) + 1 if top else 0 :]) for file in files)

    def derive(
        self,
        name: str,
        sources: Iterable[StorePath] = (),
        inputs: Iterable[StorePath] = (),
        *,
        fixed: str | None = None,
        floating: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> StorePath:
        """Make a derivation; ``fixed`` is any text whose hash is to be declared for its output."""
        # In the order that the expression gives, as Nix has it: that of the store paths is another at head.
        used = {path: InputDerivation(("out",), {}) for path in inputs}
        taken = tuple(dict.fromkeys(sources))
        variables = {"name": name, "out": "", "src": " ".join(f"{STORE_DIR}/{path}" for path in taken)}
        variables["inputs"] = " ".join(self._reference(path) for path in used)
        variables |= env or {}
        draft = Derivation(
            drv_path=StorePath(f"{'0' * 32}-{name}.drv"),
            name=name,
            system=SYSTEM,
            builder="/bin/sh",
            args=(),
            env=variables,
            structured_attrs=None,
            outputs={"out": _output(name, fixed, floating=floating)},
            input_sources=tuple(sorted(taken)),
            input_derivations=dict(sorted(used.items())),
        )
        made = self._with_paths(draft)
        self.derivations[made.drv_path] = made
        return made.drv_path

    def _reference(self, path: StorePath) -> str:
        derivation = self.derivations[path]
        known = output_path(derivation.outputs["out"])
        return f"{STORE_DIR}/{known}" if known else _placeholder(derivation)

    def _with_paths(self, draft: Derivation) -> Derivation:
        found = output_paths(Dump(STORE_DIR, {**self.derivations, draft.drv_path: draft}))[draft.drv_path]["out"]
        if isinstance(draft.outputs["out"], InputAddressedOutput):
            output = InputAddressedOutput(found) if found else DeferredOutput()
            draft = replace(draft, outputs={"out": output})
        env = {**draft.env, "out": f"{STORE_DIR}/{found}" if found else ""}
        done = replace(draft, env=env)
        return replace(done, drv_path=drv_path(done, STORE_DIR))

    def fail(self, name: str) -> None:
        """Let an attribute fail to evaluate."""
        self.failed.append(FailedAttribute(name, "error: it throws"))


def _placeholder(derivation: Derivation) -> str:
    """Give what stands for an output that is known only after a build, in whatever is built from it.

    Source: https://nix.dev/manual/nix/latest/store/derivation/#input-deriving-path
    """
    text = f"nix-upstream-output:{digest_of(derivation.drv_path)}:{derivation.name}"
    return "/" + base32.encode(hashlib.sha256(text.encode()).digest())


def _output(name: str, fixed: str | None, *, floating: bool) -> Output:
    if floating:
        return FloatingOutput("nar", "sha256")
    if fixed is None:
        return InputAddressedOutput(StorePath(f"{'0' * 32}-{name}"))
    digest = hashlib.sha256(fixed.encode()).hexdigest()
    return FixedOutput(fixed_output_path("nar", "sha256", digest, name, STORE_DIR), "nar", "sha256", digest)


def _put(node: Node, place: Path) -> None:
    """Write a file tree where a store would have it."""
    if place.is_symlink() or place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    match node:
        case Directory(entries):
            place.mkdir()
            for name, child in (entries if isinstance(entries, Mapping) else entries()).items():
                _put(child, place / os.fsdecode(name))
        case Symlink(target):
            place.symlink_to(os.fsdecode(target))
        case Regular(content, is_executable):
            place.write_bytes(content if isinstance(content, bytes) else content())
            place.chmod(0o755 if is_executable else 0o644)


Expression = Callable[[Revision], Mapping[str, StorePath]]
"""What evaluates a revision to its roots."""


@dataclass(frozen=True)
class World:
    """Two evaluations of one project, the trees they were made from, and what differs between those."""

    base: Evaluation
    head: Evaluation
    base_tree: Tree
    head_tree: Tree
    blobs: Mapping[str, bytes]
    changes: tuple[Change, ...]
    store: Path | None = None

    @property
    def read_blob(self) -> ReadBlob:
        return self.blobs.__getitem__

    def lister(self) -> ListSource | None:
        return partial(list_source, self.store, object_format="sha1") if self.store else None

    def tracer(self) -> Tracer:
        return Tracer(Prover(self.read_blob, STORE_DIR), self.lister())

    def evidence(self) -> Evidence:
        return Evidence(self.base_tree, self.head_tree, self.read_blob, self.tracer())

    def compare(self, config: Config | None = None) -> Comparison:
        return compare(self.base, self.head, self.changes, config or Config(), self.evidence())

    def judge(self, config: Config | None = None) -> Judgement:
        return self.compare(config).judgement

    def report(self, config: Config | None = None) -> Report:
        return report_of(self.compare(config), self)

    def swapped(self) -> "World":
        """Give the way back, from head to base."""
        back = changes_between(self.head_tree, self.base_tree)
        return World(self.head, self.base, self.head_tree, self.base_tree, self.blobs, back, self.store)


def report_of(comparison: Comparison, world: World) -> Report:
    return Report(
        RevisionInfo(system=SYSTEM),
        RevisionInfo(system=SYSTEM),
        comparison.judgement,
        apply_rules(comparison),
        tuple(world.base.failed),
        tuple(world.head.failed),
        differences=own_differences(comparison),
        graph=affected_graph(comparison),
    )


def make_world(
    expression: Expression,
    before: Files,
    after: Files,
    *,
    store: Path | None = None,
    new_expression: Expression | None = None,
) -> World:
    """Evaluate an expression at two trees; ``new_expression`` is what it has become at head, if it changed."""
    base = Revision(before, store)
    head = Revision(after, store, base)
    evaluated = _evaluate(expression, base), _evaluate(new_expression or expression, head)
    changes = changes_between(base.tree, head.tree)
    return World(*evaluated, base.tree, head.tree, {**base.blobs, **head.blobs}, changes, store)


def _evaluate(expression: Expression, revision: Revision) -> Evaluation:
    roots = tuple(Root(name, path) for name, path in expression(revision).items())
    closure = build_graph(revision.derivations, source="the world").closure(root.drv_path for root in roots)
    reached = {path: one for path, one in revision.derivations.items() if path in closure}
    return Evaluation(STORE_DIR, roots, reached, tuple(revision.failed), "2.34.8", SYSTEM, top=TOP)


def configured(text: str) -> Config:
    return parse_config(text.encode())


def verdicts(judgement: Judgement) -> Mapping[str, str]:
    """Component → its verdict."""
    return {one.component.name: one.verdict.value for one in judgement.components}


def judged(judgement: Judgement, name: str) -> ComponentJudgement:
    return next(one for one in judgement.components if one.component.name == name)


def path_verdicts(judgement: Judgement, name: str) -> Mapping[str, str]:
    """Changed path of a component → the path's own verdict."""
    return {one.change.path: one.verdict.value for one in judged(judgement, name).paths}


def rules_fired(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


# The stack of most tests: goinstance is built on platform, and each takes its own directory.

STACK: Files = {
    "goinstance/main.go": "package main\n",
    "goinstance/data/regions.txt": "eu\n",
    "platform/platform.txt": "one\n",
    "docs/operations.md": "# Operations\n",
}


def stack(revision: Revision) -> Mapping[str, StorePath]:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    goinstance = revision.derive("goinstance-1.0", [revision.source("goinstance")], [platform])
    return {"platform": platform, "goinstance": goinstance}


def edited(files: Files, edits: Mapping[str, "File | str | None"]) -> Files:
    """Give files with some edited, added, or (None) deleted."""
    return {path: file for path, file in {**files, **edits}.items() if file is not None}
