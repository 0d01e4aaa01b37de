"""A derivation as a value whose parts have addresses: ``env.REGION``, ``attribute.settings.image``, ``args``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from nixdrift.explanation.fields import outputs_in_words
from nixdrift.model import Derivation

FILE_ATTRIBUTE = "text"
"""The attribute that holds a file to be written, by the convention of nixpkgs' ``writeText``."""

_PASSED = "passAsFile"
_COMMANDS = frozenset({"buildCommand"})


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file whose content is an attribute of the derivation that writes it."""

    place: tuple[str, str]
    """Where it is among the derivation's fields."""
    content: str


def structured(derivation: Derivation) -> Mapping[str, object]:
    """Give the structured attributes; what is no JSON object is one text without a name."""
    if derivation.structured_attrs is None:
        return {}
    try:
        attributes = json.loads(derivation.structured_attrs)
    except (ValueError, RecursionError):
        attributes = None
    return attributes if isinstance(attributes, dict) else {"": derivation.structured_attrs}


def fields_of(derivation: Derivation, without: frozenset[str]) -> Mapping[str, object]:
    """Give all fields of a derivation but for its name, and for variables and attributes of some names."""
    return {
        "args": "\n".join(derivation.args),
        "attribute": {name: value for name, value in structured(derivation).items() if name not in without},
        "builder": derivation.builder,
        "env": {name: value for name, value in derivation.env.items() if name not in without},
        "output": dict(outputs_in_words(derivation)),
        "system": derivation.system,
    }


def generated_file(derivation: Derivation) -> GeneratedFile | None:
    """Give the file that a derivation writes from one of its own attributes, if it is one that does."""
    passed = derivation.env.get(_PASSED, "").split()
    for name in [FILE_ATTRIBUTE, *(name for name in passed if name not in _COMMANDS)]:
        for kind, values in (("env", derivation.env), ("attribute", structured(derivation))):
            value = values.get(name)
            if isinstance(value, str):
                return GeneratedFile((kind, name), value)
    return None
