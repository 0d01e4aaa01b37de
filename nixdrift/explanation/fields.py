"""What differs between two derivations by themselves: their fields, but for what follows from their inputs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nixdrift.comparison.side import Side
from nixdrift.explanation.result import FieldDifference
from nixdrift.explanation.secrets import Masker
from nixdrift.explanation.texts import Texts
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
        found = [
            *_compared("name", {None: before.name}, {None: after.name}),
            *_compared("system", {None: before.system}, {None: after.system}),
            *_compared("builder", {None: one.plain(before.builder)}, {None: other.plain(after.builder)}),
            *_compared("args", {None: _lines(one, before.args)}, {None: _lines(other, after.args)}),
            *_compared("output", _outputs(before), _outputs(after)),
            *_compared("env", _variables(one, before, after), _variables(other, after, before)),
            *_compared("attribute", _attributes(one, before, after), _attributes(other, after, before)),
        ]
        return tuple(self._masked(difference) for difference in found)

    def _masked(self, found: FieldDifference) -> FieldDifference:
        name = found.name if found.field in {"env", "attribute"} else None
        before, after = (None if text is None else self.masker.mask(text, name) for text in (found.before, found.after))
        return FieldDifference(found.field, found.name, before, after)


Values = Mapping[str | None, str]


def _compared(field: str, before: Values, after: Values) -> Iterator[FieldDifference]:
    for name in sorted(before.keys() | after.keys(), key=str):
        if before.get(name) != after.get(name):
            yield FieldDifference(field, name, before.get(name), after.get(name))


def _lines(texts: Texts, args: tuple[str, ...]) -> str:
    return "\n".join(texts.plain(one) for one in args)


def _outputs(derivation: Derivation) -> Values:
    return {name: _kind(output) for name, output in derivation.outputs.items()}


def _kind(output: Output) -> str:
    match output:
        case FixedOutput(_, method, algorithm, digest):
            return f"fixed, {method} {algorithm}:{digest}"
        case InputAddressedOutput():
            return "input-addressed"
        case DeferredOutput():
            # Which of the two it is follows from its inputs.
            return "input-addressed"
        case FloatingOutput(method, algorithm):
            return f"content-addressed, {method} {algorithm}"
        case ImpureOutput(method, algorithm):
            return f"impure, {method} {algorithm}"


def _said(derivation: Derivation, other: Derivation) -> frozenset[str]:
    """Give the names of the variables that the name and the outputs of two derivations say already."""
    said = frozenset({"name", *derivation.outputs, *other.outputs})
    return said | _OF_THE_HASH if _outputs(derivation) != _outputs(other) else said


def _variables(texts: Texts, derivation: Derivation, other: Derivation) -> Values:
    said = _said(derivation, other)
    return {name: texts.plain(value) for name, value in derivation.env.items() if name not in said}


def _attributes(texts: Texts, derivation: Derivation, other: Derivation) -> Values:
    """Give the structured attributes, each as indented JSON."""
    if derivation.structured_attrs is None:
        return {}
    try:
        attributes = json.loads(texts.plain(derivation.structured_attrs))
    except ValueError:
        return {"": texts.plain(derivation.structured_attrs)}
    if not isinstance(attributes, dict):
        return {"": texts.plain(derivation.structured_attrs)}
    said = _said(derivation, other)
    return {
        name: value if isinstance(value, str) else json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
        for name, value in attributes.items()
        if name not in said
    }
