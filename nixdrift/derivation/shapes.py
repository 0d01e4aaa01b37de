"""The shapes of derivation JSON that Nix has printed, and which of them a document has.

| version  | Nix          | paths      | inputs                                            |
|----------|--------------|------------|---------------------------------------------------|
| not said | 2.8          | full       | ``inputSrcs``; ``inputDrvs``: path → output names |
| not said | 2.26 to 2.31 | full       | the same; path → outputs and dynamic outputs      |
| 3        | 2.32         | base names | the same                                          |
| 4        | since 2.33   | base names | ``inputs.srcs``, ``inputs.drvs``                  |

Version 4 wraps the map in ``derivations``. Hashes are hexadecimal up to version 3 and SRI in 4; a fixed output has no
path from version 3 on. The method of a content address is part of ``hashAlgo`` (``r:sha256``) in the first shape, and
a field of its own in the others; releases between the two may mix them.
Source: <https://nix.dev/manual/nix/latest/protocols/json/derivation.html>; observed on Nix 2.8, 2.26, 2.34, and read
in the unit tests at the release tags 2.30 to 2.33.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nixdrift.derivation.decoding import HOW_TO_DUMP
from nixdrift.derivation.faults import kind_of
from nixdrift.derivation.records import Record
from nixdrift.errors import InvalidInputError

NEWEST_VERSION = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """What sets one version of the JSON apart."""

    version: int | None
    has_full_paths: bool
    inputs_of: Callable[[Record], tuple[Any, Any]]
    """The record → its input sources, its input derivations."""
    marker: bytes
    """A key, in quotes, that every record has once, and that hardly anything else is called."""


def _flat_inputs(record: Record) -> tuple[Any, Any]:
    return record["inputSrcs"], record["inputDrvs"]


def _nested_inputs(record: Record) -> tuple[Any, Any]:
    inputs = record["inputs"]
    return inputs["srcs"], inputs["drvs"]


UNVERSIONED = Shape(None, True, _flat_inputs, b'"inputDrvs"')
VERSION_3 = Shape(3, False, _flat_inputs, b'"inputDrvs"')
VERSION_4 = Shape(4, False, _nested_inputs, b'"drvs"')


def shape_of(document: object, *, source: str) -> tuple[Shape, Mapping[str, Record]]:
    """Tell which shape a decoded document has, and give its derivations by their keys.

    Raises `InvalidInputError` where it is none, or of a version that nixdrift does not know.
    """
    if not isinstance(document, dict):
        raise InvalidInputError(
            f"{source} holds {kind_of(document)}, where derivations are an object", hint=HOW_TO_DUMP
        )
    if "derivations" in document:
        return _wrapped(document, source)
    versions = [record.get("version") for record in document.values() if isinstance(record, dict)]
    _refuse_other_documents(document, source)
    if not versions or versions[0] is None:
        return UNVERSIONED, document
    if versions[0] == VERSION_3.version:
        return VERSION_3, document
    raise _unknown_version(versions[0], source)


def _wrapped(document: Mapping[str, Any], source: str) -> tuple[Shape, Mapping[str, Record]]:
    if document.get("version") != VERSION_4.version:
        raise _unknown_version(document.get("version"), source)
    derivations = document["derivations"]
    if not isinstance(derivations, dict):
        raise InvalidInputError(f"{source} has {kind_of(derivations)} in the field 'derivations', not an object")
    return VERSION_4, derivations


def _unknown_version(version: object, source: str) -> InvalidInputError:
    if isinstance(version, int) and version > NEWEST_VERSION:
        return InvalidInputError(
            f"{source} is version {version} of the derivation JSON; this nixdrift reads up to {NEWEST_VERSION}",
            hint="update nixdrift, or make the dump with an older Nix",
        )
    # What is nested deeply cannot even be shown.
    said = kind_of(version) if isinstance(version, dict | list) else f"{version!r:.80}"
    return InvalidInputError(f"{source} says that it is version {said} of the derivation JSON, which Nix never wrote")


def _refuse_other_documents(document: Mapping[str, object], source: str) -> None:
    """Refuse an object of something else, in the words of its keys."""
    strangers = [key for key in document if not key.endswith(".drv")]
    if strangers and len(strangers) == len(document):
        keys = ", ".join(repr(key) for key in strangers[:3])
        raise InvalidInputError(
            f"{source} does not hold derivations: its keys ({keys}, …) are not derivation paths",
            hint=HOW_TO_DUMP,
        )
