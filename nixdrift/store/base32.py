"""Nix's base32: 32 digits without e, o, t and u, the last bits of the data first.

Source: <https://nix.dev/manual/nix/latest/protocols/nix32>; observed on Nix 2.8, 2.26, 2.34.
"""

import re
from functools import lru_cache

from nixdrift.errors import InvalidInputError

ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz"

_VALID = re.compile(f"[{ALPHABET}]*")
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_TO_PYTHON_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")


def encoded_length(size: int) -> int:
    """Give the number of base32 digits that ``size`` bytes take."""
    return (size * 8 + 4) // 5


def encode(data: bytes) -> str:
    """Write bytes in Nix's base32."""
    number = int.from_bytes(data, "little")
    digits = "".join([_PAIRS[number >> shift & 1023] for shift in _shifts(len(data))])
    return digits[encoded_length(len(data)) % 2 :]


@lru_cache(64)
def _shifts(size: int) -> tuple[int, ...]:
    """Give where each pair of digits begins in a number of ``size`` bytes: two at a time is twice as fast."""
    return tuple(range((encoded_length(size) + 1) // 2 * 10 - 10, -1, -10))


def decode(text: str) -> bytes:
    """Read Nix's base32.

    Raises `InvalidInputError` on a foreign character, an impossible length, or bits beyond the last byte.
    """
    size = len(text) * 5 // 8
    if not _VALID.fullmatch(text):
        raise InvalidInputError(f"not Nix's base32: {text!r} has characters outside {ALPHABET}")
    if encoded_length(size) != len(text):
        raise InvalidInputError(f"not Nix's base32: no number of bytes takes {len(text)} digits: {text!r}")
    try:
        return int(text.translate(_TO_PYTHON_DIGITS) or "0", 32).to_bytes(size, "little")
    except OverflowError:
        raise InvalidInputError(f"not Nix's base32: {text!r} holds more than {size} bytes") from None
