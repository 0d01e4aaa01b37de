"""What a fixed output asks for changed, and the hash that it declares did not.

A fixed-output derivation is known by its hash: while that stays, nothing is fetched again, and what is built from it
gets what base had, whatever the address says now. It looks as if the new version had been deployed. An error where
another commit, version or file is asked for; else a warning or a note, as said below.

Fires:

- an address, a revision or a name gives another commit, version or file
- a tag is asked for in place of a commit, or a project of another name: whether that is another thing cannot be told
  (warning)
- an option of the fetch changed, such as `fetchSubmodules` or `unpack`, or the script that makes the output (warning)
- the same thing is asked for elsewhere, as by a move to a mirror (note)
- the script changed along with the tools that run it, as a newer nixpkgs brings it about (note)

Stays silent:

- the hash changed, too
- a fixed output differs only by what it takes: new tools, or sources that it inherits
- a mirror comes or goes beside an address that stays
- it has no address, and its name has another version: the dependencies of a new version may well be the old ones

Usual remedy: refresh the hash; where it is empty, Nix says which it should be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.fetches import Fetch, FetchChange, Relation, ask_alike, read_fetch, shortened, written_address
from nixdrift.judgement import Finding, Level
from nixdrift.model import Derivation, StorePath
from nixdrift.rules.fixed_outputs import by_hash, hash_place, taker, way
from nixdrift.rules.inspection import Inspection, inspections
from nixdrift.rules.rule import Rule, finding, listed

_Changed = tuple[StorePath, FetchChange]
"""A fixed output of head, and what became of its fetch."""


def _between(comparison: Comparison) -> Iterator[Finding]:
    base, head = inspections(comparison)
    for kind, group in _grouped(_changed(base, head)).items():
        level, headline = kind[:2]
        if headline:
            yield _together(head, group, level, headline)
        else:
            yield from (_finding(head, level, *one) for one in group)


def _changed(base: Inspection, head: Inspection) -> Iterator[_Changed]:
    former, latter = by_hash(base, base.derivations), by_hash(head, head.derivations)
    for declared in sorted(former.keys() & latter.keys()):
        yield from _changed_with_hash(head, former[declared], latter[declared])


def _changed_with_hash(
    head: Inspection, former: Sequence[Derivation], latter: Sequence[Derivation]
) -> Iterator[_Changed]:
    """Tell what became of the fetches that have one hash on both sides."""
    if len(former) == len(latter) == 1 and ask_alike(former[0], latter[0]):
        return
    before = {one.key: one for one in map(read_fetch, former)}
    after: defaultdict[object, list[tuple[StorePath, Fetch]]] = defaultdict(list)
    for derivation in latter:
        fetch = read_fetch(derivation)
        after[fetch.key].append((derivation.drv_path, fetch))
    gone = [before[key] for key in before if key not in after]
    for key, made in after.items():
        if gone and key not in before:
            path, fetch = min(made, key=lambda one: (head.name(taker(head, one[0])), one[0]))
            yield path, min((FetchChange(old, fetch) for old in gone), key=lambda change: change.distance)


def _grouped(changed: Iterable[_Changed]) -> dict[tuple[Level, str, object], list[_Changed]]:
    """Put those together that are one piece of news: what only moved, and what one edit of a fetcher did."""
    groups: defaultdict[tuple[Level, str, object], list[_Changed]] = defaultdict(list)
    for path, change in changed:
        level = _level(change)
        if level is None:
            continue
        if level is Level.NOTE:
            headline = "fetched from elsewhere" if change.addresses else "made by another script with other tools"
            groups[level, headline, None].append((path, change))
        elif change.is_rewritten_only:
            groups[level, "made by another script", change.edit].append((path, change))
        else:
            groups[level, "", None].append((path, change))
    return groups


def _level(change: FetchChange) -> Level | None:
    """Say how much a change matters; None: not at all."""
    if change.relation in {Relation.COMMIT, Relation.VERSION, Relation.NAME}:
        return Level.ERROR
    is_rewritten = bool(change.scripts) and change.before.tools == change.after.tools
    if change.relation is not Relation.SAME or change.options or is_rewritten:
        return Level.WARNING
    return Level.NOTE if change.addresses or change.scripts else None


def _finding(head: Inspection, level: Level, path: StorePath, change: FetchChange) -> Finding:
    owner = taker(head, path)
    place = hash_place(head.side, path)
    name = _named(head, path, owner)
    if change.relation is Relation.SAME:
        options = " and ".join(one.name for one in change.options)
        headline = f"{name} is fetched in another way ({options})"
    else:
        headline = f"{name} asks for {change.relation.value}"
    return finding(
        "request",
        level,
        head.name(owner),
        (),
        message=f"{headline}, with the hash that it had",
        reason=f"{_told(change)}; while its declared hash stays, nothing is fetched anew",
        remedy=f"refresh {place.words}",
        location=place.position or head.position(path),
        trace=way(head, path, owner),
        identity=(change.after.name, *map(written_address, change.after.addresses[:1]), change.after.revision),
    )


def _together(head: Inspection, group: Sequence[_Changed], level: Level, headline: str) -> Finding:
    """Make one finding of several changes that are one piece of news."""
    path, change = min(group, key=lambda one: (one[1].after.name, one[1].after.addresses, one[0]))
    names = sorted({one.after.name for _path, one in group})
    owner = taker(head, path)
    is_one = len(names) == 1
    are, its_hash = ("is", "its hash") if is_one else ("are", "their hashes")
    place = hash_place(head.side, path)
    see = "nothing, if it is the same thing" if level is Level.NOTE else "see whether that makes another thing"
    return finding(
        "request",
        level,
        head.name(owner) if is_one else None,
        (),
        message=f"{listed(names)} {are} {headline}, and {its_hash} did not change",
        reason=_told(change) if is_one else f"for instance, of {change.after.name}: {_told(change)}",
        remedy=f"{see}; else refresh {place.words}",
        location=place.position or head.position(path) if is_one else None,
        trace=way(head, path, owner) if is_one else (),
        identity=(headline, *names, *map(written_address, change.after.addresses[:1])),
    )


def _named(head: Inspection, path: StorePath, owner: StorePath) -> str:
    name = head.side.graph.derivations[path].name
    return name if owner == path else f"{name}, from which {head.name(owner)} is built,"


def _told(change: FetchChange) -> str:
    """Say what differs; of a script only that it does."""
    values = (*change.addresses, *change.names, *change.options)
    told = [f"its {one.name} was {_value(one.before)} and is {_value(one.after)}" for one in values]
    edited = ("arguments were" if one.name == "args" else f"{one.name} was" for one in change.scripts)
    return ", ".join([*told, *(f"its {what} edited" for what in edited)])


def _value(text: str) -> str:
    return written_address(text) if "://" in text else shortened(text) or "not set"


REQUEST = Rule("request", Level.ERROR, "asks for something else with the same hash", between=_between)
