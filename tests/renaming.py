"""Every store path of a world under another digest, consistently: what is judged must not depend on them."""

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from nixdrift.changes import Change
from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.graph import build_graph
from nixdrift.model import Derivation, StorePath
from nixdrift.sources import LocalSource, Prover
from nixdrift.store import base32
from nixdrift.tree import Tree
from tests.worlds import STORE_DIR, World

_DIGEST = re.compile(rf"(?<![0-9a-z])[{base32.ALPHABET}]{{32}}(?=-)")


def renamed_digest(digest: str, salt: str) -> str:
    return base32.encode(hashlib.sha256(f"{salt}{digest}".encode()).digest()[:20])


def renamed(value: Any, salt: str) -> Any:
    """Rename every digest in a record, whatever it is made of."""
    match value:
        case str():
            return _DIGEST.sub(lambda match: renamed_digest(match[0], salt), value)
        case Enum() | None | bool() | int():
            return value
        case Mapping():
            return {renamed(key, salt): renamed(one, salt) for key, one in value.items()}
        case tuple() | frozenset():
            return type(value)(renamed(one, salt) for one in value)
        case Derivation(input_sources=sources):
            made = _renamed_record(value, salt)
            return dataclasses.replace(made, input_sources=tuple(sorted(renamed(sources, salt))))
        case _:
            return _renamed_record(value, salt)


def _renamed_record(record: Any, salt: str) -> Any:
    values = {one.name: renamed(getattr(record, one.name), salt) for one in dataclasses.fields(record)}
    return type(record)(**values)


class RenamedTracer(Tracer):
    """Traces the sources of the world as it was, and gives what it finds under the new digests."""

    def __init__(self, world: World, base: object, salt: str) -> None:
        lister = world.lister()
        every = [one for side in (world.base, world.head) for one in side.derivations.values()]
        originals = {renamed(path, salt): path for one in every for path in one.input_sources}
        listed = (lambda path: lister(originals.get(path, path))) if lister else None
        super().__init__(Prover(world.read_blob, STORE_DIR), listed)
        object.__setattr__(self, "_of", lambda side: world.base if side.evaluation is base else world.head)
        object.__setattr__(self, "_salt", salt)

    def trace(
        self,
        side: Side,
        other: Side,
        tree: Tree,
        changes: Iterable[Change],
        names: Iterable[str],
        rewired: frozenset[StorePath] = frozenset(),
    ) -> Mapping[StorePath, LocalSource]:
        originals = self._originals(side)
        # Of the other side's nothing is looked for here, but that there are some.
        wanted = frozenset(originals.get(path, path) for path in rewired)
        found = super().trace(self._original(side), self._original(other), tree, changes, names, wanted)
        return {renamed(path, self._salt): renamed(source, self._salt) for path, source in found.items()}

    def trace_further(
        self, side: Side, places: Iterable[str], sources: Iterable[StorePath]
    ) -> tuple[Side, frozenset[StorePath]]:
        originals = self._originals(side)
        traced = {originals[path]: dataclasses.replace(one, path=originals[path]) for path, one in side.sources.items()}
        original = dataclasses.replace(self._original(side), sources=traced)
        found, unknown = super().trace_further(original, places, [originals[path] for path in sources])
        return dataclasses.replace(side, sources=renamed(found.sources, self._salt)), renamed(unknown, self._salt)

    def _original(self, side: Side) -> Side:
        evaluation = self._of(side)
        return Side(evaluation, build_graph(evaluation.derivations, source="the world"), side.tree, {})

    def _originals(self, side: Side) -> Mapping[StorePath, StorePath]:
        return {renamed(path, self._salt): path for path in self._original(side).graph.edges}


def renamed_world(world: World, salt: str) -> tuple[World, Evidence]:
    """Give a world with all digests renamed, and the evidence for it: store paths prove nothing there."""
    base, head = renamed(world.base, salt), renamed(world.head, salt)
    tracer = RenamedTracer(world, base, salt)
    evidence = Evidence(world.base_tree, world.head_tree, world.read_blob, tracer)
    return dataclasses.replace(world, base=base, head=head), evidence
