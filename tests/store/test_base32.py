import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.errors import InvalidInputError
from nixdrift.store import base32


@given(data=st.binary(max_size=80))
def test_decoding_undoes_encoding(data: bytes) -> None:
    text = base32.encode(data)
    assert len(text) == base32.encoded_length(len(data))
    assert base32.decode(text) == data


@given(text=st.text(base32.ALPHABET, max_size=60) | st.text(max_size=10))
def test_a_text_decodes_to_the_one_value_that_encodes_to_it_or_is_refused(text: str) -> None:
    try:
        data = base32.decode(text)
    except InvalidInputError:
        return
    assert base32.encode(data) == text


@pytest.mark.parametrize("text", ["e", "0E", "ou", "1_0", " 1", "+1", "0", "zz", "\u0661\u0661", "00\n"])
def test_bad_input_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not Nix's base32"):
        base32.decode(text)


def test_the_published_example_is_encoded_alike() -> None:
    digest = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert base32.encode(digest) == "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
