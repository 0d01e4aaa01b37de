"""A generated project: services with sources of their own, wired in every healthy way, on top of one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

Files = Mapping[str, str]

HASH = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
FLAKE = "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; }; }\n"
CONFIGURATION = 'ignore = ["services/*/testdata/"]\n'


class Style(Enum):
    """How a healthy service takes its sources."""

    WHOLE = "whole"
    """Its directory."""
    FILTERED = "filtered"
    """Its directory without documentation and test data."""
    ALLOWED = "allowed"
    """What a list names in its directory."""
    READING = "reading"
    """A part of its directory, and a file that evaluation reads."""
    VENDORED = "vendored"
    """Its directory, and a fixed output that is made from its lock file."""


@dataclass(frozen=True, slots=True)
class Service:
    """One component: its name, how it is wired, and what it is built on."""

    name: str
    style: Style
    inputs: tuple[str, ...]
    version: int = 1
    digest: str = HASH

    @property
    def directory(self) -> str:
        """Where its sources lie."""
        return f"services/{self.name}"


def make_services(number: int, random: Random) -> tuple[Service, ...]:
    """Draw services; each is built on the platform, or on the library, and on some of those before it."""
    services: list[Service] = []
    styles = list(Style)
    for place in range(number):
        shared = random.choice(("platform", "library"))
        others = random.sample([one.name for one in services], k=min(len(services), random.randint(0, 2)))
        services.append(Service(f"svc{place:02}", styles[place % len(styles)], (shared, *sorted(others))))
    return tuple(services)


def files_of(services: Sequence[Service]) -> dict[str, str]:
    """Give the files of a project, without its expression."""
    files = {
        "README.md": "# The stack\n",
        "docs/operations.md": "# Operations\n",
        "platform/launch.sh": "#!/bin/sh\n",
        "platform/limits.txt": "10\n",
        "library/log.go": "package log\n",
        "library/net.go": "package net\n",
        "nixdrift.toml": CONFIGURATION,
    }
    for service in services:
        files |= {f"{service.directory}/{path}": text for path, text in _sources(service)}
    return files


def _sources(service: Service) -> Iterator[tuple[str, str]]:
    yield "main.go", f"package main // {service.name}\n"
    yield "data/zones.txt", f"{service.name}-a\n"
    yield "data/regions.txt", f"{service.name}-b\n"
    yield "README.md", f"# {service.name}\n"
    yield "testdata/request.txt", f"GET {service.name}\n"
    if service.style is Style.READING:
        yield "config.json", f'{{ "image": "{service.name}-7" }}\n'
    if service.style is Style.VENDORED:
        yield "go.mod", f"module example.org/{service.name}\n"


_HEAD = """\
let
  make = name: more: derivation ({
    inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "cp -r $src $out" ];
  } // more);
in rec {
  platform = make "platform" { src = ./platform; };
  library = make "library" { src = ./library; };
"""


def expression_of(services: Sequence[Service], wiring: Mapping[str, str] | None = None) -> str:
    """Write default.nix; ``wiring`` says how some services are wired instead of in their healthy way."""
    return _HEAD + "".join(_definition(one, (wiring or {}).get(one.name)) for one in services) + "}\n"


def _definition(service: Service, wiring: str | None) -> str:
    inputs = " ".join(service.inputs)
    return (
        f'  {service.name} = make "{service.name}-{service.version}.0" {{\n'
        f"    inherit {inputs};\n    {wiring or healthy(service)}\n  }};\n"
    )


def healthy(service: Service) -> str:
    """Write the attributes by which a service takes its sources."""
    path = f"./{service.directory}"
    match service.style:
        case Style.WHOLE:
            return f"src = {path};"
        case Style.FILTERED:
            keep = 'path: _: !(builtins.elem (baseNameOf path) [ "README.md" "testdata" ])'
            return f'src = builtins.path {{ name = "src"; path = {path}; filter = {keep}; }};'
        case Style.ALLOWED:
            keep = 'path: type: type == "directory" && baseNameOf path == "data" || builtins.match'
            return f'src = builtins.filterSource ({keep} ".*/(main.go|data/.*)" path != null) {path};'
        case Style.READING:
            read = f"(builtins.fromJSON (builtins.readFile {path}/config.json)).image"
            return f"src = {path}/data; code = {path}/main.go; image = {read};"
        case Style.VENDORED:
            fixed = f'outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = "{service.digest}";'
            return f'src = {path}; modules = make "{service.name}-modules" {{ src = {path}/go.mod; {fixed} }};'
