"""Which inputs moved a component."""

import re
from functools import lru_cache

from nixdrift.changes import shown
from nixdrift.comparison.side import Side
from nixdrift.judgement import Component
from nixdrift.model import (
    Derivation,
    FixedOutput,
    InputDerivation,
    StorePath,
    derivation_name,
    name_of,
    output_path,
)
from nixdrift.naming import without_version
from nixdrift.store.paths import PLACEHOLDER_PATTERN, STORE_PATH_PATTERN


def moving_inputs(base: Side, head: Side, component: Component) -> tuple[str, ...]:
    """Name what differs among a component's own inputs, sorted: sources by their repository path where known.

    An input derivation counts only if an output of it that is used has moved: what differs behind a fixed output
    moves nothing. Where the derivation itself differs too, its own fields are named.
    """
    if component.before is None or component.after is None:
        return ()
    before = base.graph.derivations[component.before]
    after = head.graph.derivations[component.after]
    sources = set(before.input_sources) ^ set(after.input_sources)
    used = _all_used(base, before) ^ _all_used(head, after)
    names = {_source_name(base, head, path) for path in sources} | {name for name, _path in used}
    return (
        *sorted(names),
        *_own_fields(before, after),
        *_other_mentions(base, head, component.before, component.after),
    )


def _other_mentions(base: Side, head: Side, before: StorePath, after: StorePath) -> tuple[str, ...]:
    """Name the fields that mention another store object of one name: it is no input, and it differs all the same."""
    former = {(where, name_of(path)): path for where, path in base.mentions.objects(before)}
    if not former:
        return ()
    latter = {(where, name_of(path)): path for where, path in head.mentions.objects(after)}
    return tuple(sorted({f"its {key[0]}" for key in former.keys() & latter.keys() if former[key] != latter[key]}))


def _source_name(base: Side, head: Side, path: StorePath) -> str:
    source = head.sources.get(path) or base.sources.get(path)
    if source is None or not source.origins:
        return name_of(path)
    return ", ".join(shown(origin) or "the repository" for origin in source.origins)


def _all_used(side: Side, derivation: Derivation) -> frozenset[tuple[str, StorePath | None]]:
    return frozenset().union(*(_used(side, path, used) for path, used in derivation.input_derivations.items()))


def _used(side: Side, path: StorePath, used: InputDerivation) -> frozenset[tuple[str, StorePath | None]]:
    """Give name and output path of every output of a derivation that is used."""
    known = side.used_outputs
    key = path, used.outputs
    if key not in known:
        promised = side.graph.outputs(path)
        paths = {output_path(promised[name]) for name in used.outputs if name in promised}
        # An output that is known only after a build is told apart by its derivation.
        name, outputs = without_version(derivation_name(path)), {path if one is None else one for one in paths}
        known[key] = frozenset((name, one) for one in outputs or {path})
    return known[key]


def _own_fields(before: Derivation, after: Derivation) -> tuple[str, ...]:
    """Name the fields that differ by more than the store paths in them: version, builder, a fixed hash."""
    fields = []
    is_refixed = _fixed_hashes(before) != _fixed_hashes(after)
    if before.name != after.name:
        fields.append(f"its name ({before.name} → {after.name})")
    if _differ(before.builder, after.builder):
        fields.append("its builder")
    if before.args != after.args and _differ("\0".join(before.args), "\0".join(after.args)):
        fields.append("its arguments")
    if is_refixed:
        fields.append("its fixed output hash")
    if _differ(before.structured_attrs or "", after.structured_attrs or ""):
        fields.append("its attributes")
    return (*fields, *(f"its variable {name}" for name in _variables(before, after, is_refixed=is_refixed)))


def _fixed_hashes(derivation: Derivation) -> list[tuple[str, str, str]]:
    outputs = derivation.outputs.items()
    return sorted((name, one.algorithm, one.digest) for name, one in outputs if isinstance(one, FixedOutput))


def _variables(before: Derivation, after: Derivation, *, is_refixed: bool) -> list[str]:
    """Give the environment variables that differ, but for those that the name or the outputs say already."""
    known = {"name", *before.outputs, *after.outputs}
    if before.name != after.name:
        known |= {"pname", "version"}
    if is_refixed:
        known |= {"outputHash", "outputHashAlgo"}
    names = (before.env.keys() | after.env.keys()) - known
    return sorted(name for name in names if _differ(before.env.get(name), after.env.get(name)))


def _differ(before: str | None, after: str | None) -> bool:
    if before == after:
        return False
    if before is None or after is None:
        return True
    return _blank(before) != _blank(after)


def _blank(text: str) -> str:
    """Give a text without the store paths in it; of a short one it is kept, for many derivations have it alike."""
    return _kept_blank(text) if len(text) < _SHORT else _STORE_PATH.sub("", text)


@lru_cache(maxsize=2**16)
def _kept_blank(text: str) -> str:
    return _STORE_PATH.sub("", text)


_SHORT = 500


_STORE_PATH = re.compile(f"{STORE_PATH_PATTERN}|{PLACEHOLDER_PATTERN}")
"""A store object, or what stands for an output whose path is known only after a build."""
