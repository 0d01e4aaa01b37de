"""What differs between two derivations by themselves: their fields, but for what follows from their inputs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nixdrift.comparison.side import Side
from nixdrift.difference import FieldDifference
from nixdrift.explanation.secrets import Masker
from nixdrift.explanation.texts import Texts, Written
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    Output,
)

_OF_THE_HASH = frozenset({"outputHash", "outputHashAlgo", "outputHashMode"})


@dataclass(frozen=True)
class FieldComparer:
    """Compares two derivations field by field."""

    base: Side
    head: Side
    masker: Masker

    def differences(self, before: Derivation, after: Derivation) -> tuple[FieldDifference, ...]:
        """Give the fields that differ; what only names another store path of the same input does not."""
        one, other = Texts(self.base, before), Texts(self.head, after)
        old, new = _fields(one, other), _fields(other, one)
        found = (difference for field in _FIELDS for difference in _compared(field, old[field], new[field]))
        return tuple(self._masked(difference) for difference in found)

    def _masked(self, found: FieldDifference) -> FieldDifference:
        name = found.name if found.field in {"env", "attribute"} else None
        before, after = (None if text is None else self.masker.mask(text, name) for text in (found.before, found.after))
        return FieldDifference(found.field, found.name, before, after)


_FIELDS = ("name", "system", "builder", "args", "output", "env", "attribute")

Values = Mapping[str | None, Written]
"""Name of a variable, an output or an attribute (None: the field has no parts) → its value."""


def _fields(texts: Texts, other: Texts) -> Mapping[str, Values]:
    """Give all fields of a derivation, to be compared with another's."""
    derivation = texts.derivation

    def written(values: Mapping[str | None, str]) -> Values:
        return {name: texts.written(value, other) for name, value in values.items()}

    said = said_elsewhere(derivation, other.derivation)
    return {
        "name": written({None: derivation.name}),
        "system": written({None: derivation.system}),
        "builder": written({None: derivation.builder}),
        "args": written({None: "\n".join(derivation.args)}),
        "output": written(outputs_in_words(derivation)),
        "env": written({name: value for name, value in derivation.env.items() if name not in said}),
        "attribute": written({name: value for name, value in _attributes(derivation).items() if name not in said}),
    }


def _compared(field: str, before: Values, after: Values) -> Iterator[FieldDifference]:
    for name in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield FieldDifference(field, name, old.plain if old else None, new.plain if new else None)
        elif old.exact != new.exact:
            # Two inputs of one name that changed places are told apart by nothing but their store paths.
            alike = old.plain == new.plain
            yield FieldDifference(field, name, old.exact if alike else old.plain, new.exact if alike else new.plain)


def outputs_in_words(derivation: Derivation) -> Mapping[str | None, str]:
    """Give output → what kind of output it is; of a fixed one, with its hash."""
    return {name: _kind(output) for name, output in derivation.outputs.items()}


def _kind(output: Output) -> str:
    match output:
        case FixedOutput(_, method, algorithm, digest):
            return f"fixed, {method} {algorithm}:{digest}"
        case InputAddressedOutput() | DeferredOutput():
            # Which of the two it is follows from its inputs.
            return "input-addressed"
        case FloatingOutput(method, algorithm):
            return f"content-addressed, {method} {algorithm}"
        case ImpureOutput(method, algorithm):
            return f"impure, {method} {algorithm}"


def said_elsewhere(derivation: Derivation, other: Derivation) -> frozenset[str]:
    """Give the names of the variables that the name and the outputs of two derivations say already."""
    said = frozenset({"name", *derivation.outputs, *other.outputs})
    return said | _OF_THE_HASH if outputs_in_words(derivation) != outputs_in_words(other) else said


def _attributes(derivation: Derivation) -> Mapping[str | None, str]:
    """Give the structured attributes, each as indented JSON."""
    if derivation.structured_attrs is None:
        return {}
    try:
        attributes = json.loads(derivation.structured_attrs)
        if isinstance(attributes, dict):
            return {name: _indented(value) for name, value in attributes.items()}
    except (ValueError, RecursionError):
        pass
    return {"": derivation.structured_attrs}


def _indented(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
