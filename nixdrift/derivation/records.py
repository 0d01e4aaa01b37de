"""One derivation of a dump → `Derivation`.

A dump has tens of thousands of them, so this is straight-line code that takes a well-formed record for
granted. Where one is not, an exception leaves here, and `nixdrift.derivation.faults` finds the words for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nixdrift.derivation.caches import BareTexts, PathNames, StorePaths, Uses
from nixdrift.derivation.structured import write_attributes
from nixdrift.errors import InvalidInputError
from nixdrift.model import (
    DIGEST_LENGTH,
    DeferredOutput,
    Derivation,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
    StorePath,
)
from nixdrift.store.hashes import DIGEST_SIZES, read_hash
from nixdrift.store.paths import (
    METHOD_PREFIXES,
    fixed_output_path,
    output_name,
    split_method_and_algorithm,
)

Record = dict[str, Any]
"""One derivation as decoded JSON: of any content, until it has been read."""

DEEPEST_DYNAMIC_OUTPUTS = 64

_TEXT = {str}
_ONLY_OUT = {"outputs": ["out"], "dynamicOutputs": {}}


@dataclass(frozen=True, slots=True)
class Context:
    """What the records of one dump are read with."""

    store_dir: str
    paths: StorePaths
    drv_paths: StorePaths
    uses: Uses
    inputs_of: Callable[[Record], tuple[Any, Any]]
    """The record → its input sources, its input derivations."""
    bare: BareTexts = field(default_factory=BareTexts)
    path_names: PathNames = field(default_factory=PathNames)
    fixed: dict[object, FixedOutput] = field(default_factory=dict)
    """What was declared, by which name → the fixed output: of two dumps that are read together, most have it alike."""


def read_record(key: str, record: Record, context: Context) -> Derivation:
    """Read one derivation; whatever is wrong with it raises something."""
    env, args, system, builder = record["env"], record["args"], record["system"], record["builder"]
    if not (
        type(env) is dict
        and type(args) is list
        and type(system) is str
        and type(builder) is str
        and _TEXT.issuperset(map(type, env.values()))
        and _TEXT.issuperset(map(type, args))
    ):
        raise TypeError
    drv_path = context.drv_paths[key]
    name = drv_path[DIGEST_LENGTH + 1 : -4]
    if record.get("name", name) != name:
        raise ValueError
    structured_attrs = _structured_attrs(record, env)
    sources, inputs = context.inputs_of(record)
    if type(sources) is not list:
        raise TypeError
    paths = context.paths
    return Derivation(
        drv_path,
        name,
        context.bare[system],
        builder,
        tuple(args),
        env,
        structured_attrs,
        {output: read_output(output, promise, name, context) for output, promise in record["outputs"].items()},
        tuple(sorted([paths[source] for source in sources])),
        _read_inputs(inputs, context),
    )


def _read_inputs(inputs: Record, context: Context) -> Mapping[StorePath, InputDerivation]:
    drv_paths, only_out = context.drv_paths, context.uses["out",]
    return {
        drv_paths[path]: only_out if used == _ONLY_OUT else read_used(used, context) for path, used in inputs.items()
    }


def read_used(used: object, context: Context, depth: int = 0) -> InputDerivation:
    """Read what is used of an input derivation: outputs (Nix 2.8), or outputs and dynamic outputs."""
    match used:
        case list():
            return context.uses[tuple(used)]
        case {"outputs": list(outputs), "dynamicOutputs": dict(dynamic)}:
            if depth == DEEPEST_DYNAMIC_OUTPUTS:
                raise InvalidInputError(f"dynamic outputs are nested deeper than {DEEPEST_DYNAMIC_OUTPUTS} levels")
            plain = context.uses[tuple(outputs)]
            if not dynamic:
                return plain
            produced = {context.bare[name]: read_used(child, context, depth + 1) for name, child in dynamic.items()}
            return InputDerivation(plain.outputs, produced)
        case _:
            raise TypeError


def read_output(name: str, promise: Record, derivation_name: str, context: Context) -> Output:
    """Read an output, whose kind follows from the fields it has.

    Fields that no known kind has are refused: they may make it another kind.
    """
    if type(promise) is not dict:
        raise TypeError
    names = context.path_names if "path" in promise or "hash" in promise else context.bare
    names[name]  # refuses what is none
    match _KINDS_OF_OUTPUT.get(frozenset(promise)):
        case "input-addressed":
            return InputAddressedOutput(context.paths[promise["path"]])
        case "fixed":
            return _read_fixed(name, promise, derivation_name, context)
        case "floating":
            return FloatingOutput(*_ingestion(promise))
        case "impure" if promise["impure"] is True:
            return ImpureOutput(*_ingestion(promise))
        case "deferred":
            return DeferredOutput()
    raise InvalidInputError(f"no kind of output has these fields: {', '.join(sorted(promise))}")


_KINDS_OF_OUTPUT = {
    frozenset(fields.split()): kind
    for kind, fields in (
        ("input-addressed", "path"),
        ("fixed", "path hash hashAlgo"),
        ("fixed", "path hash hashAlgo method"),
        ("fixed", "hash hashAlgo method"),
        ("fixed", "hash method"),
        ("floating", "hashAlgo"),
        ("floating", "hashAlgo method"),
        ("impure", "hashAlgo impure"),
        ("impure", "hashAlgo impure method"),
        ("deferred", ""),
    )
}


def _read_fixed(name: str, promise: Record, derivation_name: str, context: Context) -> FixedOutput:
    key = derivation_name, name, *promise.items()
    known = context.fixed.get(key)
    if known is not None:
        return known
    method, declared = _ingestion(promise)
    algorithm, digest = read_hash(promise["hash"], declared)
    if "path" in promise:
        path = context.paths[promise["path"]]
    else:
        store_name = output_name(derivation_name, name)
        path = fixed_output_path(method, algorithm, digest, store_name, context.store_dir)
    found = context.fixed[key] = FixedOutput(path, method, algorithm, digest)
    return found


def _ingestion(promise: Record) -> tuple[str, Any]:
    """Read method and algorithm: two fields, or one as in Nix 2.8 (``r:sha256``).

    The algorithm is None where only the hash itself says it.
    """
    if "method" not in promise:
        return split_method_and_algorithm(promise["hashAlgo"])
    method, algorithm = promise["method"], promise.get("hashAlgo")
    if method not in METHOD_PREFIXES:
        raise InvalidInputError(f"unknown ingestion method {method!r}")
    if algorithm not in DIGEST_SIZES and "hashAlgo" in promise:
        raise InvalidInputError(f"unknown hash algorithm {algorithm!r}")
    return method, algorithm


def _structured_attrs(record: Record, env: dict[str, str]) -> str | None:
    """Take the structured attributes: the text that ``env`` has, or the object beside it since Nix 2.30."""
    text = env.pop("__json", None)
    attributes = record.get("structuredAttrs")
    if attributes is None:
        return text
    if text is not None:
        raise InvalidInputError("has its structured attributes twice: in 'structuredAttrs' and in 'env.__json'")
    if type(attributes) is not dict:
        raise TypeError
    return write_attributes(attributes)
