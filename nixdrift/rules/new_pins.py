"""Input sources that a merge comes to pin to the content they have: what expressions name, by a hash or a store path.

Nix makes the same source of a path whether its hash is written beside it or not, so no derivation tells the two apart:
the files of the revision do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, FileState
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.errors import InvalidInputError
from nixdrift.evaluation import Position
from nixdrift.model import StorePath, digest_of, name_of
from nixdrift.naming import source_name
from nixdrift.rules.old_sources import is_unimportant, own_directories
from nixdrift.sources.local import LocalSource
from nixdrift.store.hashes import read_hash
from nixdrift.store.paths import fixed_output_path, source_path
from nixdrift.tree import ReadBlob

_SUFFIXES = (".nix", ".json", ".toml")
"""Where pins are written by hand, or by what keeps them up to date. A lock file is another rule's matter."""

_STORE_PATH = rb"/([0-9a-z]{32})-[0-9A-Za-z]"
_HASH = rb"(?<![0-9A-Za-z+/])(?:sha256[-:])?([0-9A-Za-z+/]{43,64}=?)(?![0-9A-Za-z+/=])"

Pins = Mapping[str, Position]
"""A digest as it is written, of a store path or of a content → where."""


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
    fresh = {digits: position for digits, position in latter.items() if digits not in former}
    if not fresh:
        return
    base, head = _Pinned(comparison.before, former), _Pinned(comparison.after, fresh)
    # Whoever refreshes a pin brings none.
    before = {source_name(name_of(source)) for source in base.sources()}
    names = {one.after: one.name for one in comparison.owners.components}
    pinned = {source: at for source, at in head.sources().items() if source_name(name_of(source)) not in before}
    for source, position in sorted(pinned.items()):
        for taker in sorted(head.side.graph.direct_referrers(source)):
            local = _traced(comparison, taker, source)
            if local is not None and local.origins and not _is_behind(local, comparison):
                yield NewPin(names.get(taker) or head.side.stems[taker], local, position)


@dataclass(frozen=True)
class _Pinned:
    """One side, and what its files name."""

    side: Side
    pins: Pins

    def sources(self) -> Mapping[StorePath, Position]:
        """Give the input sources that are pinned, with where."""
        found = ((source, self._pin_of(source)) for source in self.side.graph.input_sources)
        return {source: position for source, position in found if position is not None}

    def _pin_of(self, source: StorePath) -> Position | None:
        named = self.pins.get(digest_of(source))
        return named or next((at for digits, at in self.pins.items() if self._is_content(digits, source)), None)

    def _is_content(self, digits: str, source: StorePath) -> bool:
        name, store_dir = name_of(source), self.side.evaluation.store_dir
        try:
            _algorithm, digest = read_hash(digits, "sha256")
            flat = fixed_output_path("flat", "sha256", digest, name, store_dir)
        except InvalidInputError:
            return False
        return source in {source_path(bytes.fromhex(digest), name, store_dir), flat}


def _written(comparison: Comparison) -> tuple[Pins, Pins]:
    """Give what the changed files name at base, and at head."""
    read_blob = comparison.evidence.read_blob
    if read_blob is None:
        return {}, {}
    former: dict[str, Position] = {}
    latter: dict[str, Position] = {}
    for change in comparison.changes:
        if change.path.endswith(_SUFFIXES):
            former.update(_named_in(change.path, change.before, read_blob))
            latter.update(_named_in(change.path, change.after, read_blob))
    return former, latter


def _named_in(path: str, state: FileState | None, read_blob: ReadBlob) -> Iterator[tuple[str, Position]]:
    text = read_blob(state.object_id) if state and state.mode in {FILE_MODE, EXECUTABLE_MODE} else b""
    for pattern in (_STORE_PATH, _HASH):
        for match in re.finditer(pattern, text):
            yield match[1].decode("ascii"), Position(path, text.count(b"\n", 0, match.start()) + 1)


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
