import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.errors import InvalidInputError
from nixdrift.store import base32
from nixdrift.store.hashes import DIGEST_SIZES, read_hash


@given(data=st.data(), algorithm=st.sampled_from(sorted(DIGEST_SIZES)))
def test_every_notation_gives_the_same_digest(data: st.DataObject, algorithm: str) -> None:
    size = DIGEST_SIZES[algorithm]
    digest = data.draw(st.binary(min_size=size, max_size=size))
    in_base64 = base64.b64encode(digest).decode()
    bare = [digest.hex(), digest.hex().upper(), base32.encode(digest), in_base64]
    spelled = [f"{algorithm}:{text}" for text in bare]
    sri = [f"{algorithm}-{in_base64}", f"{algorithm}-{in_base64.rstrip('=')}"]
    assert {read_hash(text, algorithm) for text in bare + spelled + sri} == {(algorithm, digest.hex())}
    assert {read_hash(text) for text in spelled + sri} == {(algorithm, digest.hex())}


@pytest.mark.parametrize(
    ("text", "algorithm", "words"),
    [
        ("00", None, "does not say its algorithm"),
        ("00", "sha256", "wrong length"),
        ("0" * 63 + "g", "sha256", "wrong length"),
        ("e" * 52, "sha256", "not Nix's base32"),
        ("!" * 43 + "=", "sha256", "not valid base64"),
        ("sha256-AAAA", None, "has 3 bytes where 32 are due"),
        ("sha256-" + "!" * 44, None, "not valid base64"),
        ("sha1-" + "A" * 27 + "=", "sha256", "is not sha256, as declared beside it"),
        ("crc32:00", None, "unknown hash algorithm 'crc32'"),
        ("00", "crc32", "unknown hash algorithm 'crc32'"),
        ("", "md5", "wrong length"),
    ],
)
def test_what_is_no_hash_is_refused_with_the_reason(text: str, algorithm: str | None, words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_hash(text, algorithm)
    assert words in caught.value.message


@given(text=st.text(max_size=70), algorithm=st.sampled_from([None, *DIGEST_SIZES]))
def test_an_arbitrary_text_is_read_or_refused(text: str, algorithm: str | None) -> None:
    try:
        read, digest = read_hash(text, algorithm)
    except InvalidInputError:
        return
    assert len(digest) == 2 * DIGEST_SIZES[read]


def test_the_digest_of_nothing_is_read_from_sri() -> None:
    nothing = hashlib.sha256(b"")
    text = f"sha256-{base64.b64encode(nothing.digest()).decode()}"
    assert read_hash(text) == ("sha256", nothing.hexdigest())
