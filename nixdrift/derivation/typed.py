"""One record of a dump, of which the types are checked while it is decoded: in C, and of no more than is asked for.

It is for records as Nix writes them. Whatever is out of the ordinary is not taken, and left to
`nixdrift.derivation.dumps.read_checked`, which reads anything and has the words for what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from nixdrift.derivation.records import Context, read_output
from nixdrift.derivation.shapes import VERSION_4, Shape
from nixdrift.derivation.store_dirs import check_store_dir
from nixdrift.errors import InvalidInputError
from nixdrift.model import Derivation, InputAddressedOutput, InputDerivation, Output, StorePath, derivation_name

NOT_USUAL = (
    *(msgspec.MsgspecError, InvalidInputError, LookupError, TypeError, AttributeError, ValueError, RecursionError),
)
"""What reading a record raises that is not shaped as it should be."""


class Declared(msgspec.Struct):
    """Of an output, the hash that is declared for it."""

    hash: str | None = None


class Inputs(msgspec.Struct):
    """What a derivation takes, since version 4."""

    srcs: list[str]
    drvs: dict[str, msgspec.Raw]


class NestedHead(msgspec.Struct):
    """What a derivation takes, and little more, since version 4."""

    inputs: Inputs
    outputs: dict[str, Declared]
    system: str
    version: int


class FlatHead(msgspec.Struct):
    """The same before."""

    srcs: list[str] = msgspec.field(name="inputSrcs")
    drvs: dict[str, msgspec.Raw] = msgspec.field(name="inputDrvs")
    outputs: dict[str, Declared]
    system: str
    version: int | None = None


class Outputs(msgspec.Struct):
    """What a derivation promises."""

    outputs: dict[str, dict[str, Any]]


class _Used(msgspec.Struct):
    outputs: list[str]
    dynamic: dict[str, msgspec.Raw] = msgspec.field(name="dynamicOutputs")


class _AllInputs(msgspec.Struct):
    srcs: list[str]
    drvs: dict[str, _Used]


class _Record(msgspec.Struct):
    args: list[str]
    builder: str
    env: dict[str, str]
    outputs: dict[str, dict[str, Any]]
    system: str
    name: str | msgspec.UnsetType = msgspec.UNSET
    structured: msgspec.Raw | None = msgspec.field(name="structuredAttrs", default=None)
    version: int | None = None


class _Nested(_Record, kw_only=True):
    inputs: _AllInputs


class _Flat(_Record, kw_only=True):
    srcs: list[str] = msgspec.field(name="inputSrcs")
    drvs: dict[str, _Used | list[str]] = msgspec.field(name="inputDrvs")


_read_nested_head: Callable[[msgspec.Raw], NestedHead | FlatHead] = msgspec.json.Decoder(NestedHead).decode
_read_flat_head: Callable[[msgspec.Raw], NestedHead | FlatHead] = msgspec.json.Decoder(FlatHead).decode
_read_nested: Callable[[msgspec.Raw], _Nested | _Flat] = msgspec.json.Decoder(_Nested).decode
_read_flat: Callable[[msgspec.Raw], _Nested | _Flat] = msgspec.json.Decoder(_Flat).decode
read_outputs: Callable[[msgspec.Raw], Outputs] = msgspec.json.Decoder(Outputs).decode


def head_reader(shape: Shape) -> Callable[[msgspec.Raw], NestedHead | FlatHead]:
    """Give what reads the head of a record; it raises `msgspec.MsgspecError` where the types are others."""
    return _read_nested_head if shape is VERSION_4 else _read_flat_head


def read_usual(path: StorePath, data: msgspec.Raw, context: Context, shape: Shape) -> Derivation | None:
    """Read a record as Nix writes most of them; None: it needs a closer look."""
    try:
        record = (_read_nested if shape is VERSION_4 else _read_flat)(data)
        name = derivation_name(path)
        if record.version != shape.version or record.structured is not None or record.name not in {name, msgspec.UNSET}:
            return None
        inputs = record.inputs if isinstance(record, _Nested) else record
        derivation = Derivation(
            path,
            name,
            context.bare[record.system],
            record.builder,
            tuple(record.args),
            record.env,
            record.env.pop("__json", None),
            _read_outputs(record.outputs, name, context),
            tuple(sorted([context.paths[one] for one in inputs.srcs])) if inputs.srcs else (),
            _read_inputs(inputs.drvs, context),
        )
        if shape.version is not None:
            check_store_dir(derivation, context.store_dir)
    except NOT_USUAL:
        return None
    return derivation


def _read_outputs(promises: Mapping[str, dict[str, Any]], name: str, context: Context) -> Mapping[str, Output]:
    paths, path_names = context.paths, context.path_names
    return {
        # Most are of this kind, of which there is nothing more to be known once the name has been checked.
        output: InputAddressedOutput(paths[promise["path"]])
        if len(promise) == 1 and "path" in promise and output in path_names
        else read_output(output, promise, name, context)
        for output, promise in promises.items()
    }


def _read_inputs(
    inputs: "Mapping[str, _Used] | Mapping[str, _Used | list[str]]", context: Context
) -> Mapping[StorePath, InputDerivation]:
    drv_paths, uses = context.drv_paths, context.uses
    found = {}
    for path, used in inputs.items():
        if isinstance(used, list):
            found[drv_paths[path]] = uses[tuple(used)]
        elif used.dynamic:
            raise ValueError("dynamic outputs are rare, and nest")
        else:
            found[drv_paths[path]] = uses[tuple(used.outputs)]
    return found
