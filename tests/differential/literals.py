"""Values as literals of the Nix language."""

import json
import math
import re
import sys
from collections.abc import Mapping, Sequence

from nixdrift.nix import nix_string

_WORD = re.compile(r"[a-zA-Z_][a-zA-Z0-9_'-]*")
_KEYWORDS = {"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"}


class Expression(str):
    """A text of the language itself, to be taken as it is."""

    __slots__ = ()


def literal(value: object) -> str:
    """Write a value so that it can stand anywhere, also as an element of a list."""
    match value:
        case Expression():
            return f"({value})"
        case str():
            return nix_string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return _integer(value)
        case float():
            return _float(value)
        case Mapping():
            members = "".join(f" {attribute(str(name))} = {literal(one)};" for name, one in value.items())
            return f"{{{members} }}"
        case Sequence():
            return f"[ {' '.join(map(literal, value))} ]"
    raise TypeError(f"no value of the Nix language: {value!r}")


def attribute(name: str) -> str:
    """Write the name of an attribute."""
    return name if _WORD.fullmatch(name) and name not in _KEYWORDS else nix_string(name)


def _integer(value: int) -> str:
    if value == -(2**63):
        return f"({value + 1} - 1)"  # the language has no such literal: its minus is an operator
    return f"({value})" if value < 0 else str(value)


def _float(value: float) -> str:
    if value < 0 or math.copysign(1, value) < 0 or 0 < value < sys.float_info.min:
        # A minus is an operator, which has no negative zero; what is tiny is out of a literal's range.
        return f"(builtins.fromJSON {nix_string(json.dumps(value))})"
    digits, exponent, power = repr(value).partition("e")
    return f"{digits if '.' in digits else f'{digits}.0'}{exponent}{power}"
