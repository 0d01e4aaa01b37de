"""Content hashes in every notation that Nix reads.

Source: <https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-hash-convert>; observed on
Nix 2.8, 2.26, 2.34.
"""

import binascii
import re

from nixdrift.errors import InvalidInputError
from nixdrift.store import base32

DIGEST_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64, "blake3": 32}
"""Hash algorithm → bytes in its digest."""

_HEX = re.compile("[0-9a-fA-F]*")


def read_hash(text: str, algorithm: str | None = None) -> tuple[str, str]:
    """Read a hash into its algorithm and its digest in lower-case hexadecimal.

    ``text`` is hexadecimal, Nix's base32 or base64, with or without ``algorithm:`` before it, or in the SRI
    notation (``algorithm-base64``). ``algorithm`` is what the context declares, where it does.

    Raises `InvalidInputError` on an unknown or contradictory algorithm, and on a digest of another length.
    """
    if algorithm is None and text.startswith("sha256-") and len(text) == 51:
        # What nearly every fixed output of a large graph says, in the shortest way there is.
        return "sha256", _base64(text[7:], 32, text).hex()
    declared, separator, digits = _split(text)
    if declared is not None and algorithm is not None and declared != algorithm:
        raise InvalidInputError(f"hash {text!r} is not {algorithm}, as declared beside it")
    known = declared or algorithm
    if known is None:
        raise InvalidInputError(f"hash {text!r} does not say its algorithm")
    if known not in DIGEST_SIZES:
        raise InvalidInputError(f"unknown hash algorithm {known!r}: nixdrift knows {', '.join(DIGEST_SIZES)}")
    return known, _digest(digits, DIGEST_SIZES[known], is_sri=separator == "-", text=text).hex()


def _split(text: str) -> tuple[str | None, str, str]:
    """Take the algorithm off a hash: it, what separates it, and the digits."""
    match = re.match("([a-z0-9]+)([-:])", text)
    if match is None:
        return None, "", text
    return match[1], match[2], text[match.end() :]


def _digest(digits: str, size: int, *, is_sri: bool, text: str) -> bytes:
    """Decode digits, whose notation follows from their number (except in SRI, which is always base64)."""
    if not is_sri and len(digits) == 2 * size and _HEX.fullmatch(digits):
        return bytes.fromhex(digits)
    if not is_sri and len(digits) == base32.encoded_length(size):
        return base32.decode(digits)
    if is_sri or len(digits) == (size + 2) // 3 * 4:
        return _base64(digits, size, text)
    raise InvalidInputError(f"hash {text!r} has the wrong length for a digest of {size} bytes")


def _base64(digits: str, size: int, text: str) -> bytes:
    """Decode base64, whose padding Nix does not ask for in SRI."""
    try:
        digest = binascii.a2b_base64(digits + "=" * (-len(digits) % 4), strict_mode=True)
    except ValueError:
        raise InvalidInputError(f"hash {text!r} is not valid base64") from None
    if len(digest) != size:
        raise InvalidInputError(f"hash {text!r} has {len(digest)} bytes where {size} are due")
    return digest
