"""Writers of every shape of derivation JSON: the inverse of what `nixdrift.derivation` reads."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nixdrift.model import (
    DeferredOutput,
    Derivation,
    Dump,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
)
from nixdrift.store.paths import method_and_algorithm

Object = dict[str, Any]


@dataclass(frozen=True)
class Style:
    """The choices in which the shapes differ."""

    full_paths: bool = True
    listed_inputs: bool = False
    separate_method: bool = True
    structured_object: bool = True
    version: int | None = None
    has_name: bool = True


STYLES: Mapping[str, Style] = {
    "2.8": Style(listed_inputs=True, separate_method=False, structured_object=False, has_name=False),
    "between": Style(separate_method=False, structured_object=False),
    "2.26": Style(structured_object=False),
    "2.30": Style(),
    "2.32": Style(full_paths=False, version=3),
    "2.34": Style(full_paths=False, version=4),
}
"""Nix release → how it writes."""


def write_dump(dump: Dump, style: Style, *, indent: int | None = None) -> bytes:
    prefix = f"{dump.store_dir}/" if style.full_paths else ""
    records: Object = {prefix + path: _record(found, prefix, style) for path, found in dump.derivations.items()}
    if style.version == 4:
        records = {"derivations": records, "version": 4}
    return json.dumps(records, ensure_ascii=False, indent=indent).encode("utf-8", "surrogateescape")


def _record(derivation: Derivation, prefix: str, style: Style) -> Object:
    record: Object = {
        "args": list(derivation.args),
        "builder": derivation.builder,
        "env": dict(derivation.env),
        "outputs": {name: _output(found, prefix, style) for name, found in derivation.outputs.items()},
        "system": derivation.system,
    }
    if style.has_name:
        record["name"] = derivation.name
    if style.version is not None:
        record["version"] = style.version
    return record | _structured_attrs(derivation, record["env"], style) | _inputs(derivation, prefix, style)


def _structured_attrs(derivation: Derivation, env: dict[str, str], style: Style) -> Object:
    if derivation.structured_attrs is None:
        return {}
    if style.structured_object:
        return {"structuredAttrs": json.loads(derivation.structured_attrs)}
    env["__json"] = derivation.structured_attrs
    return {}


def _inputs(derivation: Derivation, prefix: str, style: Style) -> Object:
    sources = [prefix + path for path in derivation.input_sources]
    drvs = {prefix + path: _used(found, style) for path, found in derivation.input_derivations.items()}
    if style.version == 4:
        return {"inputs": {"srcs": sources, "drvs": drvs}}
    return {"inputSrcs": sources, "inputDrvs": drvs}


def _used(used: InputDerivation, style: Style) -> object:
    if style.listed_inputs:
        return list(used.outputs)
    produced = {name: _used(child, style) for name, child in used.dynamic_outputs.items()}
    return {"outputs": list(used.outputs), "dynamicOutputs": produced}


def _output(output: Output, prefix: str, style: Style) -> Object:
    match output:
        case InputAddressedOutput(path):
            return {"path": prefix + path}
        case FixedOutput(path, method, algorithm, digest) if style.version is None:
            return {"path": prefix + path, "hash": digest, **_ingestion(method, algorithm, style)}
        case FixedOutput(_, method, algorithm, digest) if style.version == 3:
            return {"hash": digest, **_ingestion(method, algorithm, style)}
        case FixedOutput(_, method, algorithm, digest):
            return {"method": method, "hash": sri(algorithm, digest)}
        case FloatingOutput(method, algorithm):
            return _ingestion(method, algorithm, style)
        case ImpureOutput(method, algorithm):
            return {"impure": True, **_ingestion(method, algorithm, style)}
        case DeferredOutput():
            return {}


def _ingestion(method: str, algorithm: str, style: Style) -> Object:
    if style.separate_method:
        return {"method": method, "hashAlgo": algorithm}
    return {"hashAlgo": method_and_algorithm(method, algorithm)}


def sri(algorithm: str, digest: str) -> str:
    return f"{algorithm}-{base64.b64encode(bytes.fromhex(digest)).decode()}"
