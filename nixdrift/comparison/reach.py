"""What a changed input can reach: up the graph to whatever is built from it, and where a fixed output stops it.

A fixed-output derivation whose output path is on both sides is a *barrier*: its inputs may differ as they like,
what is built from it stays the same.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.comparison.selection import selections
from nixdrift.comparison.side import Side
from nixdrift.graph import DerivationGraph
from nixdrift.model import Derivation, FixedOutput, StorePath, digest_of, name_of, output_path
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import PLACEHOLDER_PATTERN

_DIGEST = re.compile(rf"(?<![0-9a-z])[{ALPHABET}]{{32}}(?=-)")
_PLACEHOLDER = re.compile(PLACEHOLDER_PATTERN)


@dataclass(frozen=True, slots=True)
class Reached:
    """The derivations that a set of inputs reaches."""

    effectively: frozenset[StorePath]
    """Along a way that no barrier is on: what is built from these inputs."""
    behind_barrier: frozenset[StorePath]
    """Only through a barrier, or the barrier itself: an input, but not in the output."""


@dataclass(frozen=True)
class Reach:
    """One side of a comparison, seen from its inputs."""

    side: Side
    other: Side
    signatures: "Signatures"
    _barriers: dict[StorePath, bool] = field(default_factory=dict, repr=False, compare=False)

    def from_inputs(self, inputs: Iterable[StorePath]) -> Reached:
        """Give what some input sources or derivations reach, themselves included where they are derivations."""
        effective: set[StorePath] = set()
        stopped: set[StorePath] = set()
        pending = [path for path in inputs if path in self.graph]
        while pending:
            for path in self.graph.direct_referrers(pending.pop()):
                if self.is_barrier(path):
                    stopped.add(path)
                elif path not in effective:
                    effective.add(path)
                    pending.append(path)
        behind = self.graph.referrers(stopped) - effective
        return Reached(frozenset(effective), frozenset(behind))

    def inputs_of(self, path: StorePath) -> frozenset[StorePath]:
        """Give all nodes that reach a derivation along a way that no barrier is on: what its output is made from."""
        found: set[StorePath] = set()
        pending = [] if self.is_barrier(path) else [path]
        while pending:
            fresh = set(self.graph.inputs(pending.pop())) - found
            found |= fresh
            pending += (one for one in fresh if not self.is_barrier(one))
        return frozenset(one for one in found if not self.is_barrier(one))

    @property
    def graph(self) -> DerivationGraph:
        """The side's graph."""
        return self.side.graph

    def is_barrier(self, path: StorePath) -> bool:
        """Tell whether a node is a derivation whose outputs are fixed, and the same on the other side."""
        if path not in self._barriers:
            derivation = self.graph.derivations.get(path)
            outputs = derivation.outputs.values() if derivation else ()
            self._barriers[path] = bool(outputs) and all(
                isinstance(output, FixedOutput) and self.other.graph.promises(output.path) for output in outputs
            )
        return self._barriers[path]

    @cached_property
    def opaque_sources(self) -> frozenset[StorePath]:
        """Input sources that are on this side only and hold something that was not traced."""
        differing = self.graph.input_sources - self.other.graph.input_sources
        whole = {path for path, source in self.side.sources.items() if source.is_whole}
        return frozenset(differing - whole)

    @cached_property
    def unseen(self) -> frozenset[StorePath]:
        """Derivations that are made from a source on this side only of which nothing is known."""
        return self.from_inputs(self.side.unlisted).effectively

    @cached_property
    def unexplained(self) -> frozenset[StorePath]:
        """Derivations on this side only that differ from all of the other side's by more than their inputs.

        Such a difference was made by evaluation: an edited expression, or a file that was read by one.
        """
        others = frozenset(self.signatures.of(self.other).values())
        own = self.signatures.of(self.side)
        return frozenset(path for path, one in own.items() if one not in others)

    @cached_property
    def uncertain(self) -> frozenset[StorePath]:
        """Derivations into which a change may have come by a way that was not traced, fixed outputs or not."""
        direct = {path for path in self.unexplained if not self.is_barrier(path)}
        hidden = self.from_inputs(self.opaque_sources).behind_barrier
        return self.from_inputs(self.opaque_sources | direct).effectively | direct | hidden

    @cached_property
    def uncertain_behind_barriers(self) -> frozenset[StorePath]:
        """Derivations with a fixed output below them whose request was changed by evaluation, or that output itself."""
        changed = [path for path in self.unexplained if self.is_barrier(path)]
        return frozenset(self.graph.referrers(changed))

    def why_uncertain(self, start: StorePath) -> str:
        """Name the nearest thing in a closure that makes it uncertain, in words."""
        pending, seen = [start], {start}
        for path in pending:
            if path in self.opaque_sources:
                return f"what the input source {path} holds could not be traced"
            if path in self.unexplained:
                return f"the definition of {self.graph.derivations[path].name} itself differs, by what evaluation read"
            for used in sorted(self.graph.inputs(path)):
                if used not in seen and (used in self.uncertain or used in self.opaque_sources):
                    seen.add(used)
                    pending.append(used)
        return "its closure differs in ways that could not be traced"


@dataclass(frozen=True)
class Signatures:
    """The `signature` of every derivation that is on one side only, made once and when first asked for."""

    base: Side
    head: Side

    def of(self, side: Side) -> Mapping[StorePath, bytes]:
        """Give derivation path → signature."""
        return self._of_head if side is self.head else self._of_base

    @cached_property
    def _of_base(self) -> Mapping[StorePath, bytes]:
        return _signatures(self.base, self.head)

    @cached_property
    def _of_head(self) -> Mapping[StorePath, bytes]:
        return _signatures(self.head, self.base)


def reach_of_both(base: Side, head: Side) -> tuple[Reach, Reach]:
    """Give both sides, each seen from its inputs."""
    signatures = Signatures(base, head)
    return Reach(base, head, signatures), Reach(head, base, signatures)


def _signatures(side: Side, other: Side) -> Mapping[StorePath, bytes]:
    differing = dict.fromkeys(differing_digests(side.graph, other.graph), "")
    differing |= selections(side, other)
    return {
        path: signature(side.graph.derivations[path], differing)
        for path in side.graph.derivations.keys() - other.graph.derivations.keys()
    }


def differing_digests(one: DerivationGraph, other: DerivationGraph) -> frozenset[str]:
    """Give the digests of all that only one of two graphs has."""
    sources = one.input_sources ^ other.input_sources
    # Of a flake's `./.`, the name begins with the digest of the flake's own tree.
    inside = (match[0] for path in sources if (match := _DIGEST.match(name_of(path))))
    nodes = sources | (one.derivations.keys() ^ other.derivations.keys())
    outputs = (*_outputs_of_one(one, other), *_outputs_of_one(other, one))
    return frozenset(digest_of(path) for path in (*nodes, *outputs)).union(inside)


def _outputs_of_one(one: DerivationGraph, other: DerivationGraph) -> Iterator[StorePath]:
    """Give the output paths that only one of two graphs has: of derivations that only it has."""
    for drv_path in one.derivations.keys() - other.derivations.keys():
        for output in one.derivations[drv_path].outputs.values():
            path = output_path(output)
            if path is not None and not other.promises(path):
                yield path


def signature(derivation: Derivation, differing: Mapping[str, str]) -> bytes:
    """Hash a derivation with the digests of some store paths replaced: by nothing, or by what stands for them.

    Two derivations of two revisions with one signature differ in nothing but those inputs, and in what follows
    from them.
    """

    def blank(match: re.Match[str]) -> str:
        return differing.get(match[0], match[0])

    inputs = sorted(repr((_DIGEST.sub(blank, path), used)) for path, used in derivation.input_derivations.items())
    sources = sorted(_DIGEST.sub(blank, path) for path in derivation.input_sources)
    outputs = [(name, output_path(output) or output) for name, output in sorted(derivation.outputs.items())]
    texts = (derivation.builder, derivation.args, sorted(derivation.env.items()), derivation.structured_attrs)
    body = _DIGEST.sub(blank, repr((derivation.name, derivation.system, texts, outputs)))
    body = _PLACEHOLDER.sub("", body)
    return hashlib.sha256(f"{body}{inputs}{sources}".encode("utf-8", "surrogatepass")).digest()
