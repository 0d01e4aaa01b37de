"""Files are read as what they are, and as text where they are nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.parity.files import Kind, parse_file

FILES = [
    ("A=1\nB=two\n", Kind.ENVIRONMENT, {"A": "1", "B": "two"}),
    ('# a comment\n\nexport A=\'x y\'\n  B="a \\"b\\" \\$c"\n', Kind.ENVIRONMENT, {"A": "x y", "B": 'a "b" $c'}),
    ("A=\nB=''\nC=\"\"\n", Kind.ENVIRONMENT, {"A": "", "B": "", "C": ""}),
    ("A=1\nA=2", Kind.ENVIRONMENT, {"A": "2"}),
    ("JAVA_OPTS=-Xmx1g -Dx=y \r\n", Kind.ENVIRONMENT, {"JAVA_OPTS": "-Xmx1g -Dx=y"}),
    ("spring.profile=x", Kind.ENVIRONMENT, {"spring.profile": "x"}),
    ('{"a": {"b": 1}}', Kind.JSON, {"a": {"b": 1}}),
    ('\n[{"a": 1}]', Kind.JSON, [{"a": 1}]),
    ('[service]\nimage = "stack-7"\nreplicas = 2\n', Kind.TOML, {"service": {"image": "stack-7", "replicas": 2}}),
    ("A=1\nrun this\n", Kind.TEXT, "A=1\nrun this\n"),
    ('A="unbalanced\n', Kind.TEXT, 'A="unbalanced\n'),
    ("{ not JSON }", Kind.TEXT, "{ not JSON }"),
    ("# nothing but comments\n", Kind.TEXT, "# nothing but comments\n"),
    ("", Kind.TEXT, ""),
    ("{}", Kind.TEXT, "{}"),
    ("[" * 100_000, Kind.TEXT, "[" * 100_000),
]


@pytest.mark.parametrize(("text", "kind", "value"), FILES)
def test_a_file_is_read_by_what_is_in_it(text: str, kind: Kind, value: object) -> None:
    read = parse_file(text.encode())

    assert (read.kind, read.value, read.text) == (kind, value, text)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b"])
def test_of_what_is_no_text_only_the_size_is_told(content: bytes) -> None:
    read = parse_file(content)

    assert read.kind is Kind.BYTES
    assert read.text == f"{len(content)} bytes that are no text"


@given(st.binary())
def test_every_file_can_be_read(content: bytes) -> None:
    parse_file(content)


NAMES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True)


@given(st.dictionaries(NAMES, st.text("ab $\"'\\=#", max_size=8), min_size=1))
def test_what_a_shell_would_be_told_is_what_is_read(values: dict[str, str]) -> None:
    lines = (f"{name}={_quoted(value)}" for name, value in values.items())

    assert parse_file("\n".join(lines).encode()).value == values


def _quoted(value: str) -> str:
    return '"' + re.sub(r"([\"\\$`])", r"\\\1", value) + '"'
