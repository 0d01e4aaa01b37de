"""Store paths as Nix computes them from content hashes.

Source: <https://nix.dev/manual/nix/latest/protocols/store-path>; observed on Nix 2.8, 2.26, 2.34.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from nixdrift.errors import InvalidInputError
from nixdrift.model import StorePath, digest_of
from nixdrift.store import base32
from nixdrift.store.hashes import DIGEST_SIZES

LONGEST_NAME = 211

METHOD_PREFIXES = {"flat": "", "nar": "r:", "text": "text:", "git": "git:"}
"""How content is serialised before hashing → what Nix writes for it before the algorithm (``r:sha256``)."""

_NAME = re.compile(rf"[0-9A-Za-z+\-._?=]{{1,{LONGEST_NAME}}}")

STORE_PATH_PATTERN = rf"[{base32.ALPHABET}]{{32}}-{_NAME.pattern}"
"""A regular expression for the base name of a store object."""

PLACEHOLDER_PATTERN = rf"(?<=/)[{base32.ALPHABET}]{{52}}(?![0-9a-z])"
"""A regular expression for what stands for an output that is known only after a build: made from its derivation."""

_STORE_PATH = re.compile(STORE_PATH_PATTERN)


def is_valid_name(name: str) -> bool:
    """Tell whether Nix accepts a name for a store object: ``[0-9A-Za-z+-._?=]``, 1 to 211 of them."""
    return _NAME.fullmatch(name) is not None


def is_store_path(text: str) -> bool:
    """Tell whether a text is the base name of a store object: 32 base32 digits, a dash, and a valid name."""
    return _STORE_PATH.fullmatch(text) is not None


def compress(digest: bytes, size: int = 20) -> bytes:
    """Fold a digest to ``size`` bytes: the pieces of that length, combined with exclusive or."""
    folded = 0
    for start in range(0, len(digest), size):
        folded ^= int.from_bytes(digest[start : start + size], "little")
    return folded.to_bytes(size, "little")


def store_digest(kind: str, content_digest: str, name: str, store_dir: str) -> bytes:
    """Give the digest part of a store path as 20 bytes.

    ``kind`` is Nix's word for what lies behind (``source``, ``output:out``, ``text:<references>``);
    ``content_digest`` is a SHA-256 in hexadecimal.
    """
    fingerprint = f"{kind}:sha256:{content_digest}:{store_dir}:{name}"
    # Names and directories may hold bytes that are not UTF-8: they travel as surrogates.
    return compress(hashlib.sha256(fingerprint.encode("utf-8", "surrogateescape")).digest())


def store_path(kind: str, content_digest: str, name: str, store_dir: str) -> StorePath:
    """Give the store path for `store_digest`'s arguments.

    Raises `InvalidInputError` on a name that Nix refuses.
    """
    if not is_valid_name(name):
        raise InvalidInputError(f"not a name for a store object: {name!r}")
    return StorePath(f"{base32.encode(store_digest(kind, content_digest, name, store_dir))}-{name}")


def raw_digest(path: StorePath) -> bytes:
    """Give the digest part of a store path as 20 bytes, to compare with `source_digest`.

    Raises `InvalidInputError` where the path has no valid digest.
    """
    return base32.decode(digest_of(path))


def source_path(nar_digest: bytes, name: str, store_dir: str) -> StorePath:
    """Give the store path of a source with the archive that `nar_digest` hashed.

    Raises `InvalidInputError` on a name that Nix refuses.
    """
    return store_path("source", nar_digest.hex(), name, store_dir)


def source_digest(nar_digest: bytes, name: str, store_dir: str) -> bytes:
    """Give the digest part of `source_path` as 20 bytes, without checking the name."""
    return store_digest("source", nar_digest.hex(), name, store_dir)


def source_digests(nar_digest: bytes, names: Iterable[str], store_dir: str) -> Iterator[tuple[str, bytes]]:
    """Try one archive under many names: give each name with its `source_digest`.

    The part of the fingerprint that they share is hashed once, and nothing is written in base32.
    """
    shared = hashlib.sha256(f"source:sha256:{nar_digest.hex()}:{store_dir}:".encode("utf-8", "surrogateescape"))
    for name in names:
        sha256 = shared.copy()
        sha256.update(name.encode("utf-8", "surrogateescape"))
        yield name, compress(sha256.digest())


def text_path(content_digest: str, name: str, store_dir: str, references: Iterable[StorePath] = ()) -> StorePath:
    """Give the store path of a text, such as a derivation's own file or what ``builtins.toFile`` makes.

    ``content_digest`` is the SHA-256 of the text in hexadecimal; ``references`` may come in any order.
    Raises `InvalidInputError` on a name that Nix refuses.
    """
    kind = "".join(["text", *(f":{store_dir}/{path}" for path in sorted(references))])
    return store_path(kind, content_digest, name, store_dir)


def fixed_output_path(method: str, algorithm: str, digest: str, name: str, store_dir: str) -> StorePath:
    """Give the store path that a fixed output has, whoever produces it.

    ``method`` is a key of `METHOD_PREFIXES`, ``digest`` is in lower-case hexadecimal.
    Raises `InvalidInputError` on an unknown method, and on a name that Nix refuses.
    """
    if method == "text":
        return text_path(digest, name, store_dir)
    if method == "nar" and algorithm == "sha256":
        return store_path("source", digest, name, store_dir)
    fingerprint = f"fixed:out:{method_and_algorithm(method, algorithm)}:{digest}:"
    return store_path("output:out", hashlib.sha256(fingerprint.encode()).hexdigest(), name, store_dir)


def output_name(derivation_name: str, output: str) -> str:
    """Give the name part of an output's store path: ``hello`` for ``out``, ``hello-dev`` for ``dev``."""
    return derivation_name if output == "out" else f"{derivation_name}-{output}"


def method_and_algorithm(method: str, algorithm: str) -> str:
    """Write an ingestion method and a hash algorithm as derivations do: ``sha256``, ``r:sha256``.

    Raises `InvalidInputError` on an unknown method.
    """
    if method not in METHOD_PREFIXES:
        raise InvalidInputError(f"unknown ingestion method {method!r}: nixdrift knows {', '.join(METHOD_PREFIXES)}")
    return METHOD_PREFIXES[method] + algorithm


def split_method_and_algorithm(text: str) -> tuple[str, str]:
    """Read what `method_and_algorithm` writes.

    Raises `InvalidInputError` on an unknown method or algorithm.
    """
    prefix, colon, algorithm = text.rpartition(":")
    if algorithm not in DIGEST_SIZES:
        raise InvalidInputError(f"unknown hash algorithm in {text!r}: nixdrift knows {', '.join(DIGEST_SIZES)}")
    for method, known in METHOD_PREFIXES.items():
        if known == prefix + colon:
            return method, algorithm
    raise InvalidInputError(f"unknown ingestion method in {text!r}: nixdrift knows {', '.join(METHOD_PREFIXES)}")
