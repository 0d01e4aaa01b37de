"""The nouns of nixdrift: frozen records that every step takes and gives.

Store paths are written as base names (``<digest>-<name>``) throughout, as Nix itself does since derivation
JSON version 3; the store directory is a value of its own (`Dump.store_dir`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

StorePath = NewType("StorePath", str)
"""The base name of a store object: 32 characters of Nix's base32, a dash, and a name."""

DIGEST_LENGTH = 32


def name_of(path: StorePath) -> str:
    """Give the name part of a store path: what follows the digest and its dash."""
    return path[DIGEST_LENGTH + 1 :]


def derivation_name(path: StorePath) -> str:
    """Give the name of a derivation, which its path has, too."""
    return path[DIGEST_LENGTH + 1 : -len(".drv")]


def source_name(path: StorePath) -> str:
    """Give the name of an input source without a digest in it: what is copied from the store has one there."""
    return _DIGEST.sub("", name_of(path), count=1)


_DIGEST = re.compile(rf"^[0-9a-df-np-sv-z]{{{DIGEST_LENGTH}}}-(?=.)")


def digest_of(path: StorePath) -> str:
    """Give the digest part of a store path: 32 characters of Nix's base32."""
    return path[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class InputAddressedOutput:
    """An output whose path follows from the derivation, known after evaluation."""

    path: StorePath


@dataclass(frozen=True, slots=True)
class FixedOutput:
    """A fixed output: its content hash is declared in advance, and its path follows from that."""

    path: StorePath
    method: str
    """How the content is serialised before hashing: ``flat``, ``nar``, ``text`` or ``git``."""
    algorithm: str
    """The hash algorithm, such as ``sha256``."""
    digest: str
    """The declared hash in lower-case hexadecimal, whatever notation the input used."""


@dataclass(frozen=True, slots=True)
class FloatingOutput:
    """A floating content-addressed output: its path is known only after a build."""

    method: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class DeferredOutput:
    """An output that depends on a floating one: its path is known only after that one is built."""


@dataclass(frozen=True, slots=True)
class ImpureOutput:
    """An output of an impure derivation: built anew every time."""

    method: str
    algorithm: str


Output = InputAddressedOutput | FixedOutput | FloatingOutput | DeferredOutput | ImpureOutput


@dataclass(frozen=True, slots=True)
class InputDerivation:
    """What is used of one input derivation: its outputs, and outputs of derivations that it produces."""

    outputs: tuple[str, ...]
    """Output names, sorted."""
    dynamic_outputs: Mapping[str, "InputDerivation"]
    """Output name → what is used of the derivation that this output contains."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A store derivation, whichever way it was read: JSON of any version, or the store's own file."""

    drv_path: StorePath
    name: str
    system: str
    builder: str
    args: tuple[str, ...]
    env: Mapping[str, str]
    """Environment variables, without ``__json`` (see `structured_attrs`)."""
    structured_attrs: str | None
    """The structured attributes as the JSON text that Nix hashes, or None."""
    outputs: Mapping[str, Output]
    input_sources: tuple[StorePath, ...]
    """Input sources, sorted."""
    input_derivations: Mapping[StorePath, InputDerivation]


def output_path(output: Output) -> StorePath | None:
    """Give an output's store path, or None where it is known only after a build."""
    return output.path if isinstance(output, _WITH_PATHS) else None


_WITH_PATHS = (InputAddressedOutput, FixedOutput)


def is_fixed_output(derivation: Derivation) -> bool:
    """Tell whether a derivation is a fixed-output derivation."""
    return any(isinstance(output, FixedOutput) for output in derivation.outputs.values())


@dataclass(frozen=True, slots=True)
class Dump:
    """Store derivations that were read together, and the store directory that their paths are in."""

    store_dir: str
    derivations: Mapping[StorePath, Derivation]
