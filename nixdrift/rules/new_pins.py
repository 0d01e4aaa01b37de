"""Input sources that a merge comes to pin to the content they have: what expressions name, by a hash or a store path.

Nix makes the same source of a path whether its hash is written beside it or not, so no derivation tells the two apart:
the files of the revision do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, Change, FileState
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.errors import InvalidInputError
from nixdrift.evaluation import Position
from nixdrift.flakes import line_of
from nixdrift.model import StorePath, digest_of, name_of, source_name
from nixdrift.rules.old_sources import is_unimportant, own_directories
from nixdrift.sources.local import LocalSource
from nixdrift.store.hashes import read_hash
from nixdrift.store.paths import fixed_output_path, source_path
from nixdrift.tree import ReadBlob

_SUFFIXES = (".nix", ".json", ".toml")
"""Where pins are written by hand, or by what keeps them up to date. A lock file is another rule's matter."""

_STORE_PATH = rb"/([0-9a-z]{32})-[0-9A-Za-z]"
_HASH = rb"(?<![0-9A-Za-z+/])(?:sha256[-:])?([0-9A-Za-z+/]{43,64}=?)(?![0-9A-Za-z+/=])"

Pins = Mapping[str, Change]
"""A digest as it is written, of a store path or of a content → the change of the file that it is written in."""


@dataclass(frozen=True, slots=True)
class NewPin:
    """A derivation's source, which the merge pins to what the repository has there.

    A file that does not matter may differ: the expression that names a hash may lie in what is hashed.
    """

    name: str
    """Of the component, or of the derivation inside of one."""
    source: LocalSource
    position: Position


def new_pins(comparison: Comparison) -> Iterator[NewPin]:
    """Give the sources that derivations take by their content, and did not take so before.

    Each derivation that takes one is looked at, component or not: the pin changes none of them.
    """
    former, latter = _written(comparison)
    pinned = _pinned(comparison.after, {digits: at for digits, at in latter.items() if digits not in former})
    if not pinned:
        return
    # Whoever refreshes a pin brings none.
    before = {source_name(source) for source in _pinned(comparison.before, former)}
    names = {one.after: one.name for one in comparison.owners.components}
    graph = comparison.after.graph
    for source, digits in sorted(pinned.items()):
        if source_name(source) in before:
            continue
        for taker in sorted(graph.direct_referrers(source)):
            local = _traced(comparison, taker, source)
            if local is not None and local.origins and not _is_behind(local, comparison):
                position = _position(comparison, latter[digits], digits)
                yield NewPin(names.get(taker) or comparison.after.stems[taker], local, position)


def _pinned(side: Side, pins: Pins) -> Mapping[StorePath, str]:
    """Give the input sources of a side that are pinned, each with the digest that is written."""
    by_digest = {digest_of(source): source for source in side.graph.input_sources}
    found = {by_digest[digits]: digits for digits in pins if digits in by_digest}
    names, store_dir = {name_of(source) for source in by_digest.values()}, side.evaluation.store_dir
    for digits in pins:
        try:
            _algorithm, digest = read_hash(digits, "sha256")
        except InvalidInputError:
            continue
        for name in names:
            flat = fixed_output_path("flat", "sha256", digest, name, store_dir)
            contents = {source_path(bytes.fromhex(digest), name, store_dir), flat}
            found |= {source: digits for source in contents & side.graph.input_sources if source not in found}
    return found


def _written(comparison: Comparison) -> tuple[Pins, Pins]:
    """Give what the changed files name at base, and at head."""
    read_blob = comparison.evidence.read_blob
    if read_blob is None:
        return {}, {}
    former: dict[str, Change] = {}
    latter: dict[str, Change] = {}
    for change in comparison.changes:
        if change.path.endswith(_SUFFIXES):
            former.update(dict.fromkeys(_named_in(change.before, read_blob), change))
            latter.update(dict.fromkeys(_named_in(change.after, read_blob), change))
    return former, latter


def _named_in(state: FileState | None, read_blob: ReadBlob) -> Iterator[str]:
    text = read_blob(state.object_id) if state and state.mode in {FILE_MODE, EXECUTABLE_MODE} else b""
    for pattern in (_STORE_PATH, _HASH):
        for match in re.finditer(pattern, text):
            yield match[1].decode("ascii")


def _position(comparison: Comparison, change: Change, digits: str) -> Position:
    read_blob = comparison.evidence.read_blob
    text = read_blob(change.after.object_id) if read_blob and change.after else b""
    return Position(change.path, line_of(text, digits))


def _is_behind(source: LocalSource, comparison: Comparison) -> bool:
    """Tell whether a source has another content than the repository: then more is to be said of it than this."""
    entries = comparison.after.tree.entries if comparison.after.tree else {}
    differing = (path for path, state in (source.files or {}).items() if entries.get(path) != state)
    return any(not is_unimportant(path, comparison.config) for path in differing)


def _traced(comparison: Comparison, path: StorePath, source: StorePath) -> LocalSource | None:
    """Trace a source to the repository; None: it is another content, which may be pinned as anybody's."""
    side, tracer = comparison.after, comparison.evidence.tracer
    if source in side.sources or tracer is None or side.tree is None:
        return side.sources.get(source)
    near = [*side.tree.paths_by_name.get(name_of(source), ()), *own_directories(side, path)]
    return tracer.trace_to(side.tree, [source], near).get(source)
