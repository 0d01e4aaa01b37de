"""What is wrong with a derivation that could not be read, in words: the slow companion of `records`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from nixdrift.derivation.records import Context, read_output, read_used
from nixdrift.errors import InvalidInputError
from nixdrift.model import name_of

_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "a truth value",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_FIELDS: Mapping[str, type] = {"args": list, "builder": str, "env": dict, "outputs": dict, "system": str}


def kind_of(value: object) -> str:
    """Name the kind of a decoded JSON value."""
    return _KINDS[type(value)]


def first_fault(key: str, record: object, context: Context, complaint: str = "cannot be read") -> str:
    """Name the first fault of a record, by its field where that is known; else repeat the complaint."""
    return next(_faults(key, record, context), complaint)


def _faults(key: str, record: object, context: Context) -> Iterator[str]:
    yield from _refusals("its path", lambda: context.drv_paths[key])
    if not isinstance(record, dict):
        yield f"is {kind_of(record)}, not an object"
        return
    for field, kind in _FIELDS.items():
        yield from _kind_faults(record, field, kind)
    yield from _element_faults("args", enumerate(record["args"]))
    yield from _element_faults("env", record["env"].items())
    name = name_of(context.drv_paths[key]).removesuffix(".drv")
    if record.get("name", name) != name:
        yield f"has another name in its path than in the field 'name': {record['name']!r:.80}"
    yield from _refusals("system", lambda: context.bare[record["system"]])
    yield from _structured_attrs_faults(record)
    for output, promise in record["outputs"].items():
        yield from _output_faults(output, promise, name, context)
    yield from _input_faults(record, context)


def _kind_faults(record: Mapping[str, object], field: str, kind: type) -> Iterator[str]:
    if field not in record:
        yield f"has no field '{field}'"
    elif type(record[field]) is not kind:
        yield f"has {kind_of(record[field])} in the field '{field}', not {_KINDS[kind]}"


def _element_faults(field: str, elements: Iterable[tuple[object, object]]) -> Iterator[str]:
    for place, value in elements:
        if not isinstance(value, str):
            yield f"has {kind_of(value)} in the field '{field}.{place}', not a text"


def _structured_attrs_faults(record: Mapping[str, object]) -> Iterator[str]:
    attributes = record.get("structuredAttrs")
    if attributes is not None and not isinstance(attributes, dict):
        yield f"has {kind_of(attributes)} in the field 'structuredAttrs', not an object"


def _output_faults(output: str, promise: object, name: str, context: Context) -> Iterator[str]:
    field = f"outputs.{output:.80}"
    if not isinstance(promise, dict):
        yield f"has {kind_of(promise)} in the field '{field}', not an object"
        return
    for part, value in promise.items():
        if part != "impure" and not isinstance(value, str):
            yield f"has {kind_of(value)} in the field '{field}.{part}', not a text"
    yield from _refusals(field, lambda: read_output(output, promise, name, context))
    if "path" in promise:
        yield from _refusals(f"{field}.path", lambda: context.paths[promise["path"]])


def _input_faults(record: Mapping[str, object], context: Context) -> Iterator[str]:
    try:
        sources, inputs = context.inputs_of(dict(record))
    except (KeyError, TypeError):
        yield "does not have its inputs where this version of the JSON has them"
        return
    if not isinstance(sources, list) or not isinstance(inputs, dict):
        yield "has inputs of the wrong kind: sources are a list, derivations an object"
        return
    for place, source in enumerate(sources):
        yield from _refusals(f"input source {place}", partial(context.paths.__getitem__, source))
    for path, used in inputs.items():
        yield from _refusals("input derivations", partial(context.drv_paths.__getitem__, path))
        yield from _refusals(f"input derivation {path}", partial(read_used, used, context))


def _refusals(field: str, read: Callable[[], object]) -> Iterator[str]:
    """Read one part again, and give what the reader says against it."""
    try:
        read()
    except InvalidInputError as error:
        yield f"has a fault in {field}: {error.message}"
    except (TypeError, KeyError, AttributeError, ValueError):
        yield f"has a fault in {field}: it is not shaped as Nix writes it"
