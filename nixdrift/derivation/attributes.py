"""The attributes of a derivation as texts, however they reach its builder: as variables, or structured."""

import json
from collections.abc import Mapping

from nixdrift.model import Derivation


def attributes(derivation: Derivation) -> Mapping[str, str]:
    """Give attribute → text, structured ones as Nix would write them into a variable.

    What is true is ``1``, what is false or null is empty, and the elements of a list are separated by blanks.
    Source: https://nix.dev/manual/nix/latest/language/derivations
    """
    if derivation.structured_attrs is None:
        return derivation.env
    structured = json.loads(derivation.structured_attrs)
    return {**derivation.env, **{name: _text(value) for name, value in structured.items()}}


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case None | False:
            return ""
        case True:
            return "1"
        case list():
            return " ".join(map(_text, value))
        case dict():
            return " ".join(f"{name}={_text(value[name])}" for name in sorted(value))
        case _:
            return str(value)
