"""Lock files: whether two of them say the same, and which directories a ``go.mod`` takes modules from."""

import pytest

from nixdrift.locks import replaced_directories, say_the_same

SAME = [
    ("a/package-lock.json", '{"a": 1, "b": [1]}', '{ "b": [1],\n "a": 1 }'),
    ("composer.lock", '{"a":1}', '{"a": 1}'),
    ("Cargo.lock", 'version = 3\n[[package]]\nname = "a"', '# by cargo\nversion=3\n\n[[package]]\nname = "a"'),
    ("uv.lock", "a = 1", "a = 1 # b"),
    ("go.mod", "module a\nrequire b v1", "module c\n\ngo 1.21\ntoolchain go1.22\n\nrequire b v1 // indirect\n"),
    ("go.mod", "require a v1\nrequire b v2", "require (\n\tb v2\n\ta v1\n)\n"),
    ("go.sum", "a v1 h1:x=\nb v1 h1:y=\n", "b v1 h1:y=\na v1 h1:x=\n"),
    ("yarn.lock", "a:\n  b\n", "# yarn lockfile v1\n\na:\n  b  \n"),
    ("pnpm-lock.yaml", "a: 1\n", "# b\na: 1\n\n"),
    ("requirements-dev.txt", "a==1\n", "# via b\na==1\n"),
    ("package.json", '{"dependencies": {"a": "1"}, "scripts": {}}', '{"dependencies": {"a": "1"}, "files": []}'),
]
DIFFERENT = [
    ("package-lock.json", '{"a": 1}', '{"a": 2}'),
    ("Cargo.lock", "version = 3", "version = 4"),
    ("go.mod", "require b v1", "require b v2"),
    ("go.mod", "require b v1", "require b v1\nreplace b => ../b"),
    ("go.work", "use ./a", "use ./b"),
    ("go.sum", "a v1 h1:x=", "a v1 h1:y="),
    ("yarn.lock", "a:\n  b", "a:\n    b"),
    ("package.json", '{"dependencies": {"a": "1"}}', '{"dependencies": {"a": "2"}}'),
    ("package-lock.json", "{", "{ "),
    ("Cargo.lock", "=", "= "),
    ("unknown.bin", "# a", "# b"),
    ("Cargo.lock", "a = 1", ""),
]


@pytest.mark.parametrize(("path", "before", "after"), SAME)
def test_layout_and_comments_say_nothing(path: str, before: str, after: str) -> None:
    assert say_the_same(path, before.encode(), after.encode())


@pytest.mark.parametrize(("path", "before", "after"), DIFFERENT)
def test_what_is_locked_otherwise_is_another_thing(path: str, before: str, after: str) -> None:
    assert not say_the_same(path, before.encode(), after.encode())


@pytest.mark.parametrize("path", ["go.mod", "go.sum", "yarn.lock", "Cargo.lock", "package-lock.json", "x"])
def test_bytes_of_any_kind_say_what_they_said(path: str) -> None:
    assert say_the_same(path, b"\xff\n", b"\xff\n")
    assert not say_the_same(path, b"require \xff v1\n", b"require \xfe v1\n")


@pytest.mark.parametrize(
    ("text", "directory", "directories"),
    [
        ("replace a => ../lib", "app", ["lib"]),
        ("replace a v1.0.0 => ./lib/ // beside it", "app", ["app/lib"]),
        ('replace (\n\ta => ./b\n\tc => "./d"\n)\nreplace e => ../../f', "x/y", ["x/y/b", "x/y/d", "f"]),
        ("replace a => ../", "app", [""]),
        ("replace a => example.org/b v1.0.0", "app", []),
        ("replace a => ../../outside", "app", []),
        ("replace a => /abs/olute", "app", []),
        ("// replace a => ./b", "app", []),
        ("require a v1\n)\n(\nreplace\n", "", []),
    ],
)
def test_a_module_may_be_replaced_with_a_directory(text: str, directory: str, directories: list[str]) -> None:
    assert list(replaced_directories(text, directory)) == directories
