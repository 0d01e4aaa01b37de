"""What a changed input can reach: up the graph to whatever is built from it, and where a fixed output stops it.

A fixed-output derivation whose output path is on both sides is a *barrier*: its inputs may differ as they like,
what is built from it stays the same.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.comparison.apart import Apart
from nixdrift.comparison.search import Search
from nixdrift.comparison.selection import selections
from nixdrift.comparison.side import Side
from nixdrift.graph import DerivationGraph
from nixdrift.model import (
    DIGEST_LENGTH,
    Derivation,
    FixedOutput,
    StorePath,
    derivation_name,
    name_of,
    output_path,
)
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
                if path in effective:
                    continue
                if self.is_barrier(path):
                    stopped.add(path)
                else:
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

    @property
    def own(self) -> Apart:
        """What only this side has."""
        return self.signatures.apart(self.side)

    def is_barrier(self, path: StorePath) -> bool:
        """Tell whether a node is a derivation whose outputs are fixed, and the same on the other side."""
        if path not in self._barriers:
            derivation = self.graph.derivations.get(path)
            outputs = derivation.outputs.values() if derivation else ()
            self._barriers[path] = bool(outputs) and all(
                isinstance(output, FixedOutput) and self.signatures.apart(self.other).promises(output.path)
                for output in outputs
            )
        return self._barriers[path]

    @cached_property
    def opaque_sources(self) -> frozenset[StorePath]:
        """Input sources that are on this side only and hold something that was not traced."""
        whole = {path for path, source in self.side.sources.items() if source.is_whole}
        return self.own.sources - whole

    @cached_property
    def unseen(self) -> frozenset[StorePath]:
        """Derivations that are made from a source on this side only of which nothing is known."""
        return self.from_inputs(self.side.unlisted).effectively

    @cached_property
    def unexplained(self) -> frozenset[StorePath]:
        """Derivations on this side only that differ from all of the other side's by more than their inputs.

        Such a difference was made by evaluation: an edited expression, or a file that was read by one.
        """
        return frozenset(path for path in self.own.derivations if self.is_unexplained(path))

    def is_unexplained(self, path: StorePath) -> bool:
        """Tell whether a derivation is among the `unexplained` ones; quick where only a few are asked for."""
        return path in self.own.derivations and not self.signatures.has_alike(self.side, path)

    def is_uncertain(self, path: StorePath) -> bool:
        """Tell whether a change may have come into a derivation by a way that was not traced, fixed outputs or not."""
        return self._opaque.reaches(path) or self._fed.reaches(path)

    @cached_property
    def _opaque(self) -> Search:
        """Finds derivations that are made from an opaque source, be it behind a barrier."""
        sources, opaque = self.graph.links.sources, self.opaque_sources
        return Search(self._inputs_of_own, lambda path: not opaque.isdisjoint(sources.get(path, ())))

    @cached_property
    def _fed(self) -> Search:
        """Finds derivations that are made from an unexplained one, itself included, along a way without a barrier."""
        return Search(
            lambda path: () if self.is_barrier(path) else self._inputs_of_own(path),
            lambda path: not self.is_barrier(path) and self.is_unexplained(path),
        )

    def _inputs_of_own(self, path: StorePath) -> Sequence[StorePath]:
        # What both sides have is made from nothing that only one has.
        return self.graph.links.derivations[path] if path in self.own.derivations else ()

    @cached_property
    def uncertain_behind_barriers(self) -> frozenset[StorePath]:
        """Derivations with a fixed output below them whose request was changed by evaluation, or that output itself."""
        changed = [path for path in self.own.derivations if self.is_barrier(path) and self.is_unexplained(path)]
        return frozenset(self.graph.referrers(changed))

    def why_uncertain(self, start: StorePath) -> str:
        """Name the nearest thing in a closure that makes it uncertain, in words."""
        pending, seen = [start], {start}
        for path in pending:
            if path in self.opaque_sources:
                return f"what the input source {path} holds could not be traced"
            if self.is_unexplained(path):
                return f"the definition of {self.graph.derivations[path].name} itself differs, by what evaluation read"
            for used in sorted(self.graph.inputs(path)):
                if used not in seen and (used in self.opaque_sources or self.is_uncertain(used)):
                    seen.add(used)
                    pending.append(used)
        return "its closure differs in ways that could not be traced"


@dataclass(frozen=True)
class Signatures:
    """The `signature` of derivations that are on one side only, each made when it is first asked for."""

    base: Side
    head: Side
    _known: dict[StorePath, bytes] = field(default_factory=dict, repr=False, compare=False)

    def has_alike(self, side: Side, path: StorePath) -> bool:
        """Tell whether the other side has a derivation of its own with the same signature."""
        other = self.head if side is self.base else self.base
        # The name is part of the signature.
        others = self.apart(other).by_name.get(derivation_name(path), ())
        return bool(others) and self._of(side, path) in {self._of(other, one) for one in others}

    def _of(self, side: Side, path: StorePath) -> bytes:
        if path not in self._known:
            self._known[path] = signature(side.graph.derivations[path], self._differing[side is self.head])
        return self._known[path]

    def apart(self, side: Side) -> Apart:
        """Give what only one of the sides has."""
        return self._head_apart if side is self.head else self._base_apart

    @cached_property
    def _base_apart(self) -> Apart:
        return Apart(self.base.graph, self.head.graph)

    @cached_property
    def _head_apart(self) -> Apart:
        return Apart(self.head.graph, self.base.graph)

    @cached_property
    def _differing(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What stands for the digests that differ, in what base has, and in what head has."""
        digests = dict.fromkeys(_differing_digests(self._base_apart, self._head_apart), "")
        return {**digests, **selections(self.base, self.head)}, {**digests, **selections(self.head, self.base)}


def reach_of_both(base: Side, head: Side) -> tuple[Reach, Reach]:
    """Give both sides, each seen from its inputs."""
    signatures = Signatures(base, head)
    return Reach(base, head, signatures), Reach(head, base, signatures)


def differing_digests(one: DerivationGraph, other: DerivationGraph) -> frozenset[str]:
    """Give the digests of all that only one of two graphs has."""
    return _differing_digests(Apart(one, other), Apart(other, one))


def _differing_digests(one: Apart, other: Apart) -> frozenset[str]:
    sources = one.sources | other.sources
    # Of a flake's `./.`, the name begins with the digest of the flake's own tree.
    inside = (match[0] for path in sources if (match := _DIGEST.match(name_of(path))))
    outputs = (
        *(path for path in one.outputs - other.outputs if not other.promises(path)),
        *(path for path in other.outputs - one.outputs if not one.promises(path)),
    )
    nodes = (*sources, *one.derivations, *other.derivations, *outputs)
    return frozenset([path[:DIGEST_LENGTH] for path in nodes]).union(inside)


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
