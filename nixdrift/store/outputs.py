"""The paths that derivations promise, recomputed: Nix hashes a derivation *modulo* its fixed-output inputs.

A fixed-output input counts by the hash it declares, so how it is fetched never moves its consumers' outputs.
Source: <https://nix.dev/manual/nix/latest/store/derivation/outputs/input-address>; observed on
Nix 2.8, 2.26, 2.34.
"""

import hashlib
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from nixdrift.errors import IncompleteGraphError
from nixdrift.model import Derivation, Dump, FixedOutput, InputAddressedOutput, InputDerivation, StorePath
from nixdrift.store.aterm import write_derivation, write_modulo
from nixdrift.store.paths import fixed_output_path, method_and_algorithm, output_name, store_path, text_path


def drv_path(derivation: Derivation, store_dir: str) -> StorePath:
    """Compute the derivation path of a derivation from everything else in its record."""
    references = (*derivation.input_sources, *derivation.input_derivations)
    return drv_path_of(write_derivation(derivation, store_dir), derivation.name, references, store_dir)


def drv_path_of(text: bytes, name: str, references: Iterable[StorePath], store_dir: str) -> StorePath:
    """Compute the same from the store's own text of a derivation, and from what that takes."""
    return text_path(hashlib.sha256(text).hexdigest(), f"{name}.drv", store_dir, set(references))


def output_paths(dump: Dump) -> Mapping[StorePath, Mapping[str, StorePath | None]]:
    """Compute the output paths of every derivation: derivation path → output name → store path.

    The path is None where it is known only after a build: floating, deferred and impure outputs, and those
    that depend on one, or on the output of a derivation that another one produces.

    Raises `IncompleteGraphError` where an input derivation is not in the dump, and on a cycle.
    """
    digests: dict[StorePath, str | None] = {}
    paths: dict[StorePath, Mapping[str, StorePath | None]] = {}
    for path in _inputs_first(dump.derivations):
        derivation = dump.derivations[path]
        inputs = _inputs_modulo(derivation, digests)
        paths[path] = _output_paths(derivation, inputs, dump.store_dir)
        digests[path] = _digest_modulo(derivation, inputs, dump.store_dir)
    return paths


def _inputs_first(derivations: Mapping[StorePath, Derivation]) -> Iterable[StorePath]:
    for path, derivation in derivations.items():
        for needed in derivation.input_derivations:
            if needed not in derivations:
                raise IncompleteGraphError(f"{path} takes {needed} as an input, which the dump does not hold")
    sorter = TopologicalSorter({path: record.input_derivations.keys() for path, record in derivations.items()})
    try:
        return tuple(sorter.static_order())
    except CycleError as error:
        raise IncompleteGraphError(f"derivations that need each other: {' -> '.join(error.args[1])}") from None


def _inputs_modulo(
    derivation: Derivation, digests: Mapping[StorePath, str | None]
) -> Mapping[str, InputDerivation] | None:
    """Give what stands for each input derivation in the hash, or None where one of them has no digest yet.

    Inputs with the same digest become one: what is used of them is put together.
    """
    inputs: dict[str, InputDerivation] = {}
    for path, used in derivation.input_derivations.items():
        digest = digests[path]
        if digest is None or used.dynamic_outputs:
            return None
        inputs[digest] = _together(inputs[digest], used) if digest in inputs else used
    return inputs


def _together(first: InputDerivation, second: InputDerivation) -> InputDerivation:
    return InputDerivation(tuple(sorted({*first.outputs, *second.outputs})), {})


def _output_paths(
    derivation: Derivation, inputs: Mapping[str, InputDerivation] | None, store_dir: str
) -> Mapping[str, StorePath | None]:
    if inputs is None or not _is_input_addressed(derivation):
        return {name: _fixed_path(derivation, name, store_dir) for name in derivation.outputs}
    masked = hashlib.sha256(write_modulo(derivation, store_dir, inputs, mask_outputs=True)).hexdigest()
    return {
        name: store_path(f"output:{name}", masked, output_name(derivation.name, name), store_dir)
        for name in derivation.outputs
    }


def _fixed_path(derivation: Derivation, name: str, store_dir: str) -> StorePath | None:
    match derivation.outputs[name]:
        case FixedOutput(_, method, algorithm, digest):
            return fixed_output_path(method, algorithm, digest, output_name(derivation.name, name), store_dir)
        case _:
            return None


def _digest_modulo(derivation: Derivation, inputs: Mapping[str, InputDerivation] | None, store_dir: str) -> str | None:
    """Give what stands for this derivation in the hashes of its consumers."""
    match derivation.outputs.get("out"):
        case FixedOutput(path, method, algorithm, digest):
            text = f"fixed:out:{method_and_algorithm(method, algorithm)}:{digest}:{store_dir}/{path}"
            return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
        case _:
            pass
    if inputs is None or not _is_input_addressed(derivation):
        return None
    return hashlib.sha256(write_modulo(derivation, store_dir, inputs, mask_outputs=False)).hexdigest()


def _is_input_addressed(derivation: Derivation) -> bool:
    return all(isinstance(output, InputAddressedOutput) for output in derivation.outputs.values())
