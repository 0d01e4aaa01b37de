"""Repositories with a history, told commit by commit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nixdrift.repository.story import Chapter, make_repository

START = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)

FLAKE = """\
{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }
"""

STACK = """\
let
  service = name: attributes: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo built > $out" ];
  } // attributes);
in
rec {
  platform = service "platform" { src = ./platform; };
  goinstance = service "goinstance" { inherit platform; SRC };
}
"""
WIRED = STACK.replace("SRC", "src = ./goinstance;")
UNWIRED = STACK.replace("SRC", 'src = "/srv/goinstance";')
BROKEN = STACK.replace("SRC", 'src = throw "on purpose";').replace("src = ./platform;", 'src = throw "on purpose";')

INSIDE = WIRED.replace("in\nrec {", "").rstrip().removesuffix("}") + (
    'in { system = service "system" { inherit goinstance; }; }\n'
)
"""Neither component is a root."""

Files = Mapping[str, str]

FIRST: Files = {
    "default.nix": WIRED,
    "goinstance/main.go": "package main // 0\n",
    "platform/launch.sh": "launch 0\n",
    "README.md": "The stack\n",
}


def told(directory: Path, changes: Sequence[Files], *, flavour: str = "file") -> list[str]:
    """Make a repository of which every commit changes some files, and give the commits, oldest first."""
    chapters, files = [], dict(FIRST)
    if flavour == "flake":
        files["flake.nix"] = FLAKE
    for number, change in enumerate([{}, *changes]):
        files |= change
        chapters.append(Chapter(START + timedelta(days=number), f"commit {number}", dict(files)))
    return make_repository(directory, chapters)


def go(number: int) -> Files:
    """Change the component's own sources."""
    return {"goinstance/main.go": f"package main // {number}\n"}


def platform(number: int) -> Files:
    """Change what it is built on."""
    return {"platform/launch.sh": f"launch {number}\n"}


def readme(number: int) -> Files:
    """Change what is no source of anything."""
    return {"README.md": f"The stack, {number}\n"}


def expression(text: str) -> Files:
    """Change the expression."""
    return {"default.nix": text}


BREAKING: tuple[Files, ...] = (
    go(1),
    readme(2),
    platform(3),
    readme(4),
    expression(UNWIRED),
    readme(6),
    platform(7),
    readme(8),
    go(9),
    {**go(10), **platform(10)},
    readme(11),
)
"""Wired at first; commit 5 breaks it, commit 9 is the first to suffer (stale), commit 10 the second (masked)."""
