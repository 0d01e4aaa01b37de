"""Flake references: the URL that a flake asks by, as the attributes that its lock keeps."""

import json
from pathlib import Path

import pytest

from nixdrift.flakes import Reference, local_path, parse_reference, repository_name
from nixdrift.flakes.reference import remote_name
from tests.flakes.real_nix import evaluated

REVISION = "8e2a9348d5848c15698233968b5491a1784acaa1"

KNOWN: dict[str, Reference] = {
    "git+file:///a/b": {"type": "git", "url": "file:///a/b"},
    f"git+file:///a/b?ref=main&rev={REVISION}": {"type": "git", "url": "file:///a/b", "ref": "main", "rev": REVISION},
    "git+https://example.org/a/b.git?dir=x&shallow=1": {
        "type": "git",
        "url": "https://example.org/a/b.git",
        "dir": "x",
        "shallow": True,
    },
    "git+file:///a/b?ref=refs%2Fheads%2Fmain": {"type": "git", "url": "file:///a/b", "ref": "refs/heads/main"},
    "git+ssh://git@example.org/a/b": {"type": "git", "url": "ssh://git@example.org/a/b"},
    "git://example.org/a": {"type": "git", "url": "git://example.org/a"},
    "github:a/b": {"type": "github", "owner": "a", "repo": "b"},
    "github:a/b/main": {"type": "github", "owner": "a", "repo": "b", "ref": "main"},
    "github:a/b/feature/x": {"type": "github", "owner": "a", "repo": "b", "ref": "feature/x"},
    f"github:a/b/{REVISION}": {"type": "github", "owner": "a", "repo": "b", "rev": REVISION},
    "github:a/b?ref=x/y": {"type": "github", "owner": "a", "repo": "b", "ref": "x/y"},
    "github:a/b?dir=sub": {"type": "github", "owner": "a", "repo": "b", "dir": "sub"},
    "github:a/b?host=ghe.example.org": {"type": "github", "owner": "a", "repo": "b", "host": "ghe.example.org"},
    "gitlab:a/b/main": {"type": "gitlab", "owner": "a", "repo": "b", "ref": "main"},
    "sourcehut:~a/b": {"type": "sourcehut", "owner": "~a", "repo": "b"},
    "path:./child": {"type": "path", "path": "./child"},
    "path:./child?dir=x": {"type": "path", "path": "./child", "dir": "x"},
    "path:/abs/x": {"type": "path", "path": "/abs/x"},
    "/abs/x": {"type": "path", "path": "/abs/x"},
    "nixpkgs": {"type": "indirect", "id": "nixpkgs"},
    "flake:nixpkgs": {"type": "indirect", "id": "nixpkgs"},
    "nixpkgs/nixos-24.05": {"type": "indirect", "id": "nixpkgs", "ref": "nixos-24.05"},
    f"nixpkgs/nixos/{REVISION}": {"type": "indirect", "id": "nixpkgs", "ref": "nixos", "rev": REVISION},
    "https://example.org/a.tar.gz": {"type": "tarball", "url": "https://example.org/a.tar.gz"},
    "tarball+https://example.org/a": {"type": "tarball", "url": "https://example.org/a"},
    "file+https://example.org/a.txt": {"type": "file", "url": "https://example.org/a.txt"},
}

UNKNOWN = [
    "gitlab:a%2Fg/b",
    "gitlab:a/b/c/d",
    "github:a",
    "github:a//b",
    "git+file:///a?unheard=1",
    "a/b/c/d",
    "",
    "1x",
]


@pytest.mark.parametrize(("url", "attributes"), KNOWN.items())
def test_a_reference_is_read_into_its_attributes(url: str, attributes: Reference) -> None:
    assert parse_reference(url) == attributes


@pytest.mark.parametrize("url", UNKNOWN)
def test_nothing_is_said_of_a_reference_that_is_not_understood(url: str) -> None:
    assert parse_reference(url) is None


def test_a_relative_path_is_one_without_its_scheme_too() -> None:
    assert parse_reference("./child") == {"type": "path", "path": "./child"}
    assert parse_reference("../x") == {"type": "path", "path": "../x"}


def test_real_nix_reads_references_in_the_same_way(newest_nix: Path, tmp_path: Path) -> None:
    urls = json.dumps(json.dumps(list(KNOWN)))
    read = evaluated(newest_nix, f"map builtins.parseFlakeRef (builtins.fromJSON {urls})", tmp_path)

    assert dict(zip(KNOWN, read, strict=True)) == KNOWN


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ({"type": "path", "path": "./child"}, "./child"),
        ({"type": "git", "url": "file:///a%20b"}, "/a b"),
        ({"type": "git", "url": "file:./x"}, "./x"),
        ({"type": "git", "url": "https://example.org/a"}, None),
        ({"type": "github", "owner": "a", "repo": "b"}, None),
    ],
)
def test_a_local_path_is_what_leads_to_this_machine(reference: Reference, path: str | None) -> None:
    assert local_path(reference) == path


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/me/stack",
        "https://github.com/me/stack.git",
        "https://token@github.com/me/stack.git/",
        "ssh://git@github.com/me/stack.git",
        "ssh://git@github.com:22/me/stack",
        "git@github.com:me/stack.git",
        "github.com:Me/Stack",
    ],
)
def test_a_remote_and_a_reference_to_it_have_one_name(remote: str) -> None:
    assert remote_name(remote) == repository_name({"type": "github", "owner": "me", "repo": "stack"})


@pytest.mark.parametrize("remote", ["/srv/git/stack.git", "../stack", "file:///srv/stack", "C/d:e"])
def test_a_remote_on_this_machine_has_no_name(remote: str) -> None:
    assert remote_name(remote) is None


def test_other_forges_and_servers_have_names_of_their_own() -> None:
    names = [
        repository_name({"type": "github", "owner": "me", "repo": "stack"}),
        repository_name({"type": "gitlab", "owner": "me", "repo": "stack"}),
        repository_name({"type": "github", "owner": "me", "repo": "stack", "host": "ghe.example.org"}),
        repository_name({"type": "git", "url": "https://example.org/me/stack"}),
        repository_name({"type": "git", "url": "file:///me/stack"}),
        repository_name({"type": "path", "path": "/me/stack"}),
    ]

    assert names[:4] == [
        "github.com/me/stack",
        "gitlab.com/me/stack",
        "ghe.example.org/me/stack",
        "example.org/me/stack",
    ]
    assert names[4:] == [None, None]
