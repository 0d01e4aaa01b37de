"""The incident's own history: a stack that moved to Nix with a bug, and the day on which it showed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nixdrift.repository.story import Chapter


@dataclass(frozen=True, slots=True)
class Event:
    """A merge to main, and what came of it."""

    chapter: Chapter
    outcome: str


_EXPRESSION = """\
# The stack: every service is built from its own sources and from other parts.
let
  environments = import ./environments.nix;
  service = name: attributes: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/sh";
    # Nothing is compiled here: a service is what it refers to.
    args = [ "-c" "echo $src $parts > $out" ];
  } // attributes);
in
rec {
  platform = service "platform" { src = ./platform; };
  image = service "image" { src = ./image; parts = [ platform ]; };
  goinstance = service "goinstance" {
    parts = [ platform ];
GOINSTANCE
  };
PARTS
  staging = service "staging" ({ parts = [ fleet ]; } // environments.staging);
  production = service "production" ({ parts = [ fleet ]; } // environments.production);
}
"""

_UNWIRED = _EXPRESSION.replace(
    "GOINSTANCE",
    """\
    # The build host has a checkout of the stack: take the code from there.
    args = [ "-c" "echo /srv/stack/goinstance $parts > $out" ];""",
)
_WIRED = _EXPRESSION.replace("GOINSTANCE", "    src = ./goinstance;")

_FLEET = '  fleet = service "fleet" { parts = [ goinstance image ]; };'
_FLEET_OF_REGIONS = """\
  regions = service "regions" { src = ./regions; };
  fleet = service "fleet" { parts = [ goinstance image regions ]; };"""

_ENVIRONMENTS = """\
# What machines are launched with.
{
  staging = { IMAGE = "stack-7"; SECURITY_GROUP = "fleet"; REGION = "north"; };
  production = { IMAGE = "PRODUCTION_IMAGE"; SECURITY_GROUP = "PRODUCTION_GROUP"; REGION = "south"; };
}
"""
_REAL = _ENVIRONMENTS.replace("PRODUCTION_IMAGE", "stack-7").replace("PRODUCTION_GROUP", "fleet")
_UNREAL = _ENVIRONMENTS.replace("PRODUCTION_IMAGE", "stack-8").replace("PRODUCTION_GROUP", "fleet-south")

_LAUNCHER = """\
package main

// Launches machines with the values of environment.json.
func main() { launch(environment()) }
"""

_ZONES = "".join(
    f"south-{zone}\tzone {zone} of the south\t10.{zone // 256}.{zone % 256}.0/24\n" for zone in range(2000)
)
"""The big new part of the stack."""

_START: Mapping[str, str] = {
    "README.md": "# The stack\n",
    "default.nix": _UNWIRED.replace("PARTS", _FLEET),
    "environments.nix": _REAL,
    "goinstance/environment.json": '{ "IMAGE": "stack-7", "SECURITY_GROUP": "fleet" }\n',
    "goinstance/main.go": _LAUNCHER,
    "image/packages.txt": "kernel\nagent\n",
    "platform/launch.sh": '#!/bin/sh\nexec cloud run "$@"\n',
}
_REGIONS = {
    **_START,
    "goinstance/environment.json": '{ "IMAGE": "stack-7", "REGION": "north", "SECURITY_GROUP": "fleet" }\n',
    "platform/launch.sh": '#!/bin/sh\nexec cloud run --tag region "$@"\n',
}
_IMAGE = {**_REGIONS, "image/packages.txt": "kernel\nagent\nmetrics\n"}
_RETRIES = {
    **_IMAGE,
    "goinstance/main.go": _LAUNCHER.replace("launch(", "retry(launch, "),
    "platform/launch.sh": '#!/bin/sh\nexec cloud run --timeout 90 --tag region "$@"\n',
}
_GROUNDWORK = {
    **_RETRIES,
    "default.nix": _UNWIRED.replace("PARTS", _FLEET_OF_REGIONS),
    "environments.nix": _UNREAL,
    "goinstance/environment.json": '{ "IMAGE": "stack-8", "REGION": "south", "SECURITY_GROUP": "fleet-south" }\n',
    "platform/launch.sh": '#!/bin/sh\nexec cloud run --timeout 90 --tag region --tag zone "$@"\n',
    "regions/south.tsv": _ZONES,
}
_FIX = {
    **_GROUNDWORK,
    "goinstance/environment.json": '{ "IMAGE": "stack-7", "REGION": "south", "SECURITY_GROUP": "fleet" }\n',
}
_ROLLBACK = {**_GROUNDWORK, "goinstance/environment.json": _RETRIES["goinstance/environment.json"]}
_REPAIR = {**_FIX, "default.nix": _WIRED.replace("PARTS", _FLEET_OF_REGIONS), "environments.nix": _REAL}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OUTAGE = _at("2025-09-18 13:12")
"""When the groundwork was deployed and took the fleet down."""

INCIDENT: tuple[Event, ...] = (
    Event(
        Chapter(_at("2025-03-03 10:00"), "Build the stack with Nix", _START),
        "Deployed. From now on goinstance is rebuilt only when something else is.",
    ),
    Event(
        Chapter(_at("2025-04-14 16:20"), "Launch by region (platform, goinstance)", _REGIONS), "Deployed, and it works."
    ),
    Event(Chapter(_at("2025-06-11 09:45"), "Ship metrics in the image", _IMAGE), "Deployed, and it works."),
    Event(
        Chapter(_at("2025-07-02 11:30"), "Retry launches (platform, goinstance)", _RETRIES), "Deployed, and it works."
    ),
    Event(
        Chapter(OUTAGE, "Groundwork for the south (platform, goinstance, regions)", _GROUNDWORK),
        "Deployed: machines are launched with values that do not exist. The fleet goes down.",
    ),
    Event(
        Chapter(_at("2025-09-18 13:40"), "Fix goinstance: an image and a group that exist", _FIX),
        "Deployed at 13:49: nothing changes.",
    ),
    Event(
        Chapter(_at("2025-09-18 13:55"), "Roll goinstance back to what it was before the groundwork", _ROLLBACK),
        "Deployed: nothing changes.",
    ),
    Event(
        Chapter(
            _at("2025-09-18 14:08"), "Repair: goinstance is built from its own sources, production as staging", _REPAIR
        ),
        "Deployed: the fleet comes back.",
    ),
)
"""What was merged to main, oldest first."""

METRICS, RETRIES, GROUNDWORK, FIX, ROLLBACK, REPAIR = range(2, 8)
"""Where in it some of the merges are."""
