"""Sound inputs of every kind: the repository's own small fixtures, and what nixdrift writes."""

import json
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nixdrift.derivation.dumps import read_dump
from nixdrift.report import Report, render_json
from nixdrift.report.baseline import CHECK, known_finding, write_baseline
from nixdrift.store.aterm import write_derivation
from tests.reports import REPORTS

_TOP = Path(__file__).parents[2]
_SAMPLES = _TOP / "fixtures" / "samples"
_CLOSURES = _TOP / "fixtures" / "closures"
_RECORDED = _TOP / "nixdrift" / "demo" / "recorded"

TWINS = b"\n\0\n"
"""What stands between two inputs in one."""

Seeds = tuple[bytes, ...]

_MADE: Mapping[str, Callable[[], Report]] = REPORTS


def dumps() -> Seeds:
    """Give a dump of each shape, whole, and its derivations that take no other one by one."""
    whole = tuple(path.read_bytes() for path in sorted(_SAMPLES.glob("*.json")))
    return (*whole, *(alone for data in whole for alone in _alone(json.loads(data))))


def _alone(document: dict[str, Any]) -> list[bytes]:
    records = document.get("derivations", document)
    found = []
    for key, record in records.items():
        if not record.get("inputs", {}).get("drvs", record.get("inputDrvs")):
            one = {key: record}
            found.append(json.dumps({**document, "derivations": one} if records is not document else one).encode())
    return found


def twins() -> Seeds:
    """Give pairs of dumps: the same twice, and two of which one has a derivation more."""
    return tuple(one + TWINS + one for one in dumps())


def derivations() -> Seeds:
    """Give the store's own texts of the derivations of the samples."""
    read = (read_dump(path.read_bytes(), source=path.name) for path in sorted(_SAMPLES.glob("*.json")))
    texts = {write_derivation(one, dump.store_dir) for dump in read for one in dump.derivations.values()}
    dynamic = (
        b'DrvWithVersion("xp-dyn-drv",[("out","","r:sha256","")],[("%s",(["out"],[("out",["out"])]))],[],"s","b",[],[])'
    )
    return (*sorted(texts), dynamic % (b"/nix/store/00000000000000000000000000000000-a.drv"))


def snapshots() -> Seeds:
    """Give snapshots as they were recorded."""
    return tuple(path.read_bytes() for path in sorted(_RECORDED.glob("*.snapshot")))


def contents() -> Seeds:
    """Give what is compressed in snapshots."""
    return tuple(zlib.decompress(data.partition(b"\n")[2], wbits=31) for data in snapshots())


def documents() -> Seeds:
    """Give the JSON line of a snapshot, of which the derivations are `texts_of_snapshot`."""
    return (contents()[0].partition(b"\n")[0],)


def texts_of_snapshot() -> bytes:
    """Give what follows the JSON line in a snapshot."""
    return contents()[0].partition(b"\n")[2]


@cache
def reports() -> Seeds:
    """Give reports as `check --format json` writes them."""
    return tuple(render_json(make()) for make in _MADE.values())


def baselines() -> Seeds:
    """Give a baseline, and a report that is taken for one."""
    entries = [known_finding(one, CHECK) for one in _MADE["everything"]().findings]
    return (write_baseline(entries), reports()[2])


def closures() -> Seeds:
    """Give lists of store paths in every form and of every release."""
    files = (*_CLOSURES.rglob("*.json"), *_CLOSURES.rglob("*.txt"), *_RECORDED.glob("*.txt"), _RECORDED / "fleet.json")
    return tuple(path.read_bytes() for path in sorted(files))


CONFIGURATIONS: Seeds = (
    b"""ignore = ["docs/**", "!docs/api"]
housekeeping = ["*.md"]

[components.goinstance]
sources = ["goinstance/", "lib/**/*.go"]
ignore = ["goinstance/testdata/"]
derivation = "goinstance-1.0"

[components."a.b"]

[[generated]]
from = ["api/*.proto"]
to = ["gen/**"]
command = "make generated"

[[compare.expected]]
difference = "env.REGION"
reason = "each has its own"
between = ["staging*", "production*"]
""",
    b"""ignore = ["*a*[a-c]*[!b]?[[:alpha:]]", "**/a/**/*b/**", "/a\\\\*", "[z-a]"]
[[compare.expected]]
difference = "*a*[!a]*b"
""",
    b"",
)

_DRV = "/nix/store/00000000000000000000000000000000-%s.drv"
JOBS: Seeds = (
    b"".join(
        json.dumps(line).encode() + b"\n"
        for line in (
            {"attr": "a", "attrPath": ["a"], "drvPath": _DRV % "a", "system": "x86_64-linux", "outputs": {"out": None}},
            {"attr": 'packages."b.c"', "drvPath": _DRV % "b", "system": "x86_64-linux", "name": "b"},
            {"attr": "d", "attrPath": ["d", "e"], "error": "error: it throws", "fatal": False},
        )
    ),
)

CHANGES: Seeds = (
    b'M\tgoinstance/main.go\nA\t"new\\nline \\377"\nD\tlib/a.go\nR100\ta\tb\nC75\tc\td\nT\tlink\n',
    b"M\0goinstance/main.go\0A\0new\nline \xff\0D\0lib/a.go\0R100\0a\0b\0C75\0c\0d\0T\0link\0",
    b"",
)

LOCKS: Seeds = (
    json.dumps(
        {
            "nodes": {
                "child": {
                    "inputs": {"nixpkgs": ["nixpkgs"], "other": "nixpkgs"},
                    "locked": {"path": "./child", "type": "path"},
                    "original": {"path": "./child", "type": "path"},
                    "parent": [],
                },
                "nixpkgs": {
                    "locked": {
                        "narHash": "sha256-x=",
                        "owner": "NixOS",
                        "repo": "nixpkgs",
                        "rev": "0" * 40,
                        "type": "github",
                    },
                    "original": {"owner": "NixOS", "ref": "nixos-24.05", "repo": "nixpkgs", "type": "github"},
                },
                "tool": {
                    "flake": False,
                    "locked": {"rev": "1" * 40, "type": "git", "url": "https://example.org/tool.git"},
                    "original": {"type": "git", "url": "ssh://git@example.org/tool.git"},
                },
                "root": {"inputs": {"child": "child", "nixpkgs": "nixpkgs", "tool": "tool"}},
            },
            "root": "root",
            "version": 7,
        }
    ).encode(),
)

FLAKES: Seeds = (
    b"""{
  description = "a ${toString 1} flake";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05?dir=lib";
  inputs.child = { url = "path:./child"; inputs.nixpkgs.follows = "nixpkgs"; };
  inputs.tool = { type = "git"; url = "https://example.org/tool.git"; flake = false; };
  # a comment
  outputs = { self, nixpkgs, ... }: let x = ''a ${"b"} '''; ''; in { inherit (nixpkgs) lib; };
}
""",
    b'{ inputs = { a.url = https://example.org/a.tar.gz; "b".url = "git+file:///b?ref=b"; c = x; }; outputs = _: 1; }',
)

MESSAGES: Seeds = (
    b"error: builder failed\n",
    b"warning: Git tree is dirty\n",
    # As Nix writes the way to an error, and then the error.
    (
        b"error:\n       \xe2\x80\xa6 while calling\n\n         at /a/b.nix:1:2:\n\n            1| x\n\n"
        b"       error: attribute 'a' missing\n       at /a/c.nix:3:4:\n            3| y\n"
    ),
    b"\x1b[31;1merror:\x1b[0m undefined variable 'x'\nat \x1b[35;1m/a.nix:1:1\x1b[0m:\n",
)

OTHER_LOCKS: Seeds = tuple(
    name + TWINS + one + TWINS + other
    for name, one, other in (
        (b"go.mod", b"module a\nrequire (\n\tb v2\n\ta v1\n)\nreplace b => ../b\n", b"module a\n"),
        (b"Cargo.lock", b'version = 3\n[[package]]\nname = "a"\n', b"version = 4\n"),
        (b"Cargo.toml", b'[package]\nname = "a"\n', b""),
        (b"package.json", b'{"name": "@a/b", "dependencies": {"a": "1"}}', b'{"dependencies": {"a": "2"}}'),
        (b"go.sum", b"a v1 h1:x=\n", b"a v1 h1:y=\n"),
        (b"yarn.lock", b"a:\n  b\n", b"# c\na:\n  b\n"),
    )
)

ATTRIBUTES: Seeds = (
    (
        b'{"builder":"/bin/sh","env":{"A":"/nix/store/00000000000000000000000000000000-a/b"},"list":[1,2.5,{"a":null}],'
        b'"src":"/home/user/project/goinstance","text":"cp /srv/data/file $out"}'
    ),
)

FILES: Seeds = tuple(
    name + TWINS + content
    for name, content in (
        (b"a.json", b'{"a": [1, 2.5, "b", null, true], "c": {}}\n'),
        (b"Cargo.lock", b'version = 3\n[[package]]\nname = "a"\n'),
        (b"a.toml", b"[a]\nb = 1979-05-27\nc = 0x1f\n"),
        (b".env", b'A=b\nexport C="d \\"e"\nF=\'g\'\n# h\n'),
        (b"a.nix", b"{ }\n"),
        (b"a.txt", b"a\nb"),
    )
)
