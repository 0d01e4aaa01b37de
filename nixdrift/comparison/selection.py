"""What evaluation chose to copy: the paths that an input source is made from, and what a filter left out there.

A source that differs because its files do was changed by them. One that is made from other paths, or filtered in
another way, was changed by evaluation: by an edited expression, or by a file that it read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from nixdrift.changes import SUBMODULE_MODE, TREE_MODE
from nixdrift.comparison.side import Side
from nixdrift.model import digest_of, source_name
from nixdrift.sources.local import LocalSource
from nixdrift.tree import Tree


def selections(side: Side, other: Side) -> Mapping[str, str]:
    """Give, for the input sources that only this side has, digest → what was chosen, in words that can be compared."""
    if side.tree is None or other.tree is None:
        return {}
    differing, elsewhere = (
        [source for source in _traced(one) if source.path not in two.graph.input_sources]
        for one, two in ((side, other), (other, side))
    )
    chosen: defaultdict[str, set[str]] = defaultdict(set)
    for source in elsewhere:
        chosen[source_name(source.path)].update(source.origins)
    return {
        digest_of(source.path): _selection(source, chosen[source_name(source.path)], side.tree, other.tree)
        for source in differing
    }


def _traced(side: Side) -> Iterable[LocalSource]:
    # What a text mentions differs with its content as an input does, though the content itself is none.
    return (*side.sources.values(), *side.mentioned.values())


def _selection(source: LocalSource, others: Iterable[str], tree: Tree, other: Tree) -> str:
    # Of several places with the same content, those count that the other side's source is made from, too; an empty
    # one has none of its own.
    origins = sorted(set(source.origins) & set(others)) or sorted(source.origins) or sorted(others)
    return repr((origins, sorted(_left_out(source, origins, tree, other))))


def _left_out(source: LocalSource, origins: Iterable[str], tree: Tree, other: Tree) -> Iterable[str]:
    """Give the files that both trees have, and that the source does not hold: an added one tells nothing."""
    if source.files is None:
        return set()
    files = {path for origin in origins for path in tree.files_below(origin) if _is_file(path, other)}
    return {path for path in files - source.files.keys() if tree.entries[path].mode != SUBMODULE_MODE}


def _is_file(path: str, tree: Tree) -> bool:
    return path in tree.entries and tree.entries[path].mode != TREE_MODE
