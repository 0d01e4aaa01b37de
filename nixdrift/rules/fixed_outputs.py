"""Fixed outputs as several rules look at them: by their hash, by who is built from them, by where that is written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.changes import shown
from nixdrift.comparison.side import Side
from nixdrift.comparison.vendored import used_as
from nixdrift.derivation.attributes import attributes
from nixdrift.evaluation import Position
from nixdrift.judgement import TraceStep
from nixdrift.model import Derivation, FixedOutput, StorePath
from nixdrift.rules.inspection import Inspection
from nixdrift.store.nar import Directory, Regular, nar_chunks

HASH_ATTRIBUTES = ("outputHash", "hash", "sha256", "sha512", "sha1", "md5")

DeclaredHash = tuple[str, str]
"""Algorithm and hexadecimal digest."""


def declared_hashes(derivation: Derivation) -> Iterator[DeclaredHash]:
    """Give the hashes that a derivation declares, without those that stand for nothing in particular."""
    for output in derivation.outputs.values():
        if isinstance(output, FixedOutput) and output.digest not in _OF_NOTHING and output.digest.strip("0"):
            yield output.algorithm, output.digest


def _of_nothing() -> Iterator[str]:
    """Give the hashes of an empty file and of an empty directory: anything may be empty."""
    contents = (b"", *(b"".join(nar_chunks(node)) for node in (Regular(b""), Directory({}))))
    for algorithm in ("md5", "sha1", "sha256", "sha512"):
        for content in contents:
            yield hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


_OF_NOTHING = frozenset(_of_nothing())


def by_hash(inspection: Inspection, paths: Iterable[StorePath]) -> Mapping[DeclaredHash, Sequence[Derivation]]:
    """Give declared hash → the derivations among some that declare it, sorted by path."""
    found: defaultdict[DeclaredHash, list[Derivation]] = defaultdict(list)
    known, hashes = inspection.side.graph.derivations, inspection.side.graph.links.hashes
    for path in sorted(path for path in paths if path in hashes):
        for declared in declared_hashes(known[path]):
            found[declared].append(known[path])
    return found


def taker(inspection: Inspection, path: StorePath) -> StorePath:
    """Give the nearest derivation that people have a name for: itself, or what is built from it."""
    level = [path]
    known = {path}
    while level:
        named = [one for one in level if one in inspection.names or one in inspection.side.root_paths]
        if named:
            return min(named, key=lambda one: (inspection.name(one), one))
        level = [one for below in level for one in inspection.side.graph.direct_referrers(below) if one not in known]
        known.update(level)
    return path


def way(inspection: Inspection, path: StorePath, to: StorePath) -> tuple[TraceStep, ...]:
    """Give the way from a fixed output, at which the chain is broken, to what is built from it."""
    derivations = inspection.side.graph.derivations
    *between, _last = reversed(inspection.side.graph.route(to, path))
    steps = [TraceStep("break", derivations[path].name, path)]
    steps += [TraceStep("derivation", derivations[one].name, one) for one in between[1:]]
    return (*steps, TraceStep("component", inspection.name(to), to))


@dataclass(frozen=True, slots=True)
class HashPlace:
    """What has to be edited for a fixed output to be made anew."""

    words: str
    """As in "refresh …"."""
    position: Position | None


def hash_place(side: Side, path: StorePath, *kept_by_taker: str) -> HashPlace:
    """Say where the declared hash of a fixed output is written, as exactly as evaluation could tell.

    ``kept_by_taker`` are the attributes in which those that are built from it, at once or in a second step, may keep
    that hash.
    """
    takers = sorted(side.graph.direct_referrers(path))
    above = sorted({one for below in takers for one in side.graph.direct_referrers(below)})
    for one, names in (*((one, kept_by_taker) for one in (*takers, *above)), (path, HASH_ATTRIBUTES)):
        places = side.evaluation.positions.get(one, {})
        for name in names:
            if name in places:
                return HashPlace(f"{name} at {_written(places[name])}", places[name])
    whole = f"the hash of {side.graph.derivations[path].name}"
    for one in takers:
        attribute = used_as(side, attributes(side.graph.derivations[one]), path)
        for name, place in side.evaluation.positions.get(one, {}).items():
            if name in attribute:
                return HashPlace(f"{whole}, the {name} at {_written(place)}", place)
    return HashPlace(whole, None)


def _written(place: Position) -> str:
    return f"{shown(place.path)}:{place.line}"
