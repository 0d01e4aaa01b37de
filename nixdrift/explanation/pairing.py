"""Find out which input of a derivation became which: by what alone has it on both sides, and never by a guess."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from nixdrift.judgement import Moved
from nixdrift.model import Derivation, InputDerivation, StorePath, output_path

Pair = tuple[StorePath, StorePath]
"""What one side has, and what the other has in its place."""

Key = Callable[[StorePath], object]
"""What is asked of both; None: it does not have it."""


def matched(
    before: Sequence[StorePath], after: Sequence[StorePath], keys: Iterable[Key]
) -> tuple[list[Pair], list[StorePath], list[StorePath]]:
    """Match what alone has a key on both sides, key by key; give what is left of each side, too."""
    pairs: list[Pair] = []
    left, right = list(before), list(after)
    for key in keys:
        former, latter = _grouped(left, key), _grouped(right, key)
        alone = {
            one: None for one in former if one is not None and len(former[one]) == 1 and len(latter.get(one, ())) == 1
        }
        pairs += [(former[one][0], latter[one][0]) for one in alone]
        left = [path for path in left if key(path) not in alone]
        right = [path for path in right if key(path) not in alone]
    return pairs, left, right


def _grouped(paths: Iterable[StorePath], key: Key) -> Mapping[object, list[StorePath]]:
    groups: defaultdict[object, list[StorePath]] = defaultdict(list)
    for path in paths:
        groups[key(path)].append(path)
    return groups


def used_outputs(used: InputDerivation) -> str:
    """Write in words what is used of an input derivation."""
    produced = [f"{name} → {used_outputs(inside)}" for name, inside in sorted(used.dynamic_outputs.items())]
    return ", ".join([*used.outputs, *produced])


def moved(before: Derivation, after: Derivation) -> Moved:
    """Tell whether the outputs of two derivations differ."""
    if before.drv_path == after.drv_path:
        return Moved.NO
    one, other = ({name: output_path(output) for name, output in side.outputs.items()} for side in (before, after))
    known = [name for name in one.keys() & other.keys() if one[name] and other[name]]
    if one.keys() != other.keys() or any(one[name] != other[name] for name in known):
        return Moved.YES
    return Moved.NO if len(known) == len(one) else Moved.UNKNOWN
