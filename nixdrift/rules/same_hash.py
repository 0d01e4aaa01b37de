"""Two fixed outputs ask for different things, and declare one hash.

One of the two hashes was taken from the other: a version was raised and its hash was not, or a definition was copied.
Both get one and the same content. This is visible in one revision alone.

Fires:

- two fetches that declare one hash name different commits, versions, files or projects
- they are files of one directory that nothing but their names tells apart: such files may have one content (note)

Stays silent:

- it may be one thing: one address, one commit, one file and version on two hosts, a commit here and a tag there
- one of them has no address: vendored dependencies of two programs may well be the same
- the hash is that of an empty file or directory, or all zeros, with which nothing was ever fetched

Usual remedy: empty one of the hashes, and Nix says which it should be.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from nixdrift.fetches import Fetch, Relation, read_fetch, relation, written_address
from nixdrift.judgement import Finding, Level
from nixdrift.model import Derivation, StorePath
from nixdrift.rules.fixed_outputs import by_hash, hash_place, taker, way
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Rule, finding

_DIFFERENT = {
    Relation.PROJECT: "what has the names of different projects",
    Relation.COMMIT: "different commits",
    Relation.VERSION: "different versions",
    Relation.NAME: "different files",
}

_Asked = tuple[StorePath, Fetch]

_MOST_FETCHES = 16
"""How many different fetches that declare one hash are compared with each other."""


def _within(inspection: Inspection) -> Iterator[Finding]:
    hashes = inspection.side.graph.links.hashes
    counts = Counter(chain.from_iterable(hashes.values()))
    repeated = {path for path, declared in hashes.items() if any(counts[one] > 1 for one in declared)}
    if repeated.isdisjoint(inspection.derivations):
        return
    for derivations in by_hash(inspection, repeated).values():
        if len(derivations) > 1 and any(one.drv_path in inspection.derivations for one in derivations):
            yield from _of_one_hash(inspection, derivations)


def _of_one_hash(inspection: Inspection, derivations: Sequence[Derivation]) -> Iterator[Finding]:
    fetches = _distinct(inspection, derivations)[:_MOST_FETCHES]
    for pair in combinations(fetches, 2):
        (path, one), (other_path, other) = pair
        found = relation(one, other) if one.is_file == other.is_file else None
        is_new = path in inspection.derivations or other_path in inspection.derivations
        if is_new and found is not None and found.is_contradiction:
            yield _finding(inspection, pair, found)


def _distinct(inspection: Inspection, derivations: Iterable[Derivation]) -> list[_Asked]:
    """Give every fetch once; where several derivations make it, one that is no news stands for them."""
    found: dict[object, _Asked] = {}
    for derivation in sorted(derivations, key=lambda one: (one.drv_path in inspection.derivations, one.name)):
        fetch = read_fetch(derivation)
        found.setdefault((fetch.addresses, fetch.revision), (derivation.drv_path, fetch))
    return sorted(found.values(), key=lambda one: (one[1].name, one[1].addresses, one[1].revision))


def _finding(inspection: Inspection, pair: tuple[_Asked, _Asked], found: Relation) -> Finding:
    # What is new is what is to be mended.
    path, one = next(each for each in pair if each[0] in inspection.derivations)
    other_path, other = next(each for each in pair if each[0] != path)
    owner = taker(inspection, path)
    place, other_place = hash_place(inspection.side, path), hash_place(inspection.side, other_path)
    names = f"two fetches named {one.name}" if one.name == other.name else f"{one.name} and {other.name}"
    return finding(
        "same-hash",
        Level.NOTE if found is Relation.NAME and _are_neighbours(one, other) else Level.WARNING,
        inspection.name(owner),
        (),
        message=f"{names} ask for {_DIFFERENT[found]}, and declare one hash",
        reason=f"one asks for {_written(one)}, the other for {_written(other)}; what has one hash is one thing",
        remedy=f"find out whose hash it is, and refresh the other one's: {place.words}, or {other_place.words}",
        location=place.position or inspection.position(path),
        trace=way(inspection, path, owner),
        identity=sorted(f"{each.name} {_written(each)}" for each in (one, other)),
    )


def _are_neighbours(one: Fetch, other: Fetch) -> bool:
    folders = {wanted.folder for fetch in (one, other) for wanted in fetch.wanted}
    return len(folders) == 1 and "" not in folders


def _written(fetch: Fetch) -> str:
    """Write what is asked for."""
    address = written_address(fetch.addresses[0])
    return f"{address} at {fetch.revision}" if fetch.revision else address


SAME_HASH = Rule("same-hash", Level.WARNING, "two fetches of different things declare one hash", within=_within)
