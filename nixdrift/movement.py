"""Which inputs moved a component."""

from nixdrift.changes import shown
from nixdrift.judgement import Component
from nixdrift.model import Derivation, InputDerivation, StorePath, is_fixed_output, name_of, output_path
from nixdrift.naming import without_version
from nixdrift.side import Side


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
    used = _used(base, before) ^ _used(head, after)
    names = {_source_name(base, head, path) for path in sources} | {name for name, _path in used}
    return tuple(sorted(names)) + _own_fields(before, after)


def _source_name(base: Side, head: Side, path: StorePath) -> str:
    source = head.sources.get(path) or base.sources.get(path)
    if source is None:
        return name_of(path)
    return ", ".join(shown(origin) or "the repository" for origin in source.origins)


def _used(side: Side, derivation: Derivation) -> set[tuple[str, StorePath | None]]:
    """Give name and output path of every output that a derivation uses."""
    return {
        (without_version(side.graph.derivations[path].name), output)
        for path, used in derivation.input_derivations.items()
        for output in _paths(side.graph.derivations[path], path, used)
    }


def _paths(derivation: Derivation, path: StorePath, used: InputDerivation) -> set[StorePath | None]:
    outputs = [derivation.outputs[name] for name in used.outputs if name in derivation.outputs]
    known = {output_path(output) for output in outputs}
    # An output that is known only after a build is told apart by its derivation.
    return {path if one is None else one for one in known} or {path}


def _own_fields(before: Derivation, after: Derivation) -> tuple[str, ...]:
    """Name the fields that differ by themselves: version, builder, a fixed hash."""
    fields = []
    if before.name != after.name:
        fields.append(f"its name ({before.name} → {after.name})")
    if before.builder != after.builder and name_of(StorePath(before.builder.rpartition("/")[2])) == "":
        fields.append("its builder")
    if is_fixed_output(before) and is_fixed_output(after):
        fields.append("its fixed output hash")
    added, removed = after.env.keys() - before.env.keys(), before.env.keys() - after.env.keys()
    fields += [f"its variable {name}" for name in sorted(added | removed)]
    return tuple(fields)
