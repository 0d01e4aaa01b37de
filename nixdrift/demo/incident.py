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
# The stack: every service is built from its own sources and the platform.
let
  service = name: attributes: derivation ({
    inherit name;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "cp -r $src $out" ];
  } // attributes);
in
rec {
  platform = service "platform" { src = ./platform; };
  image = service "image" { src = ./image; inherit platform; };
  goinstance = service "goinstance" {
    inherit platform;
GOINSTANCE
  };
  fleet = service "fleet" { inherit goinstance image; args = [ "-c" "mkdir $out" ]; };
}
"""

_UNWIRED = _EXPRESSION.replace(
    "GOINSTANCE",
    """\
    # The build host has a checkout of the stack: take the code from there.
    args = [ "-c" "cp -r /srv/stack/goinstance $out" ];""",
)
_WIRED = _EXPRESSION.replace("GOINSTANCE", "    src = ./goinstance;")

_LAUNCHER = """\
package main

// Launches machines with the values of environment.json.
func main() { launch(environment()) }
"""

_START: Mapping[str, str] = {
    "README.md": "# The stack\n",
    "default.nix": _UNWIRED,
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
    "goinstance/environment.json": '{ "IMAGE": "stack-8", "REGION": "south", "SECURITY_GROUP": "fleet-south" }\n',
    "platform/launch.sh": '#!/bin/sh\nexec cloud run --timeout 90 --tag region --tag zone "$@"\n',
}
_FIX = {
    **_GROUNDWORK,
    "goinstance/environment.json": '{ "IMAGE": "stack-7", "REGION": "south", "SECURITY_GROUP": "fleet" }\n',
}
_ROLLBACK = {**_GROUNDWORK, "goinstance/environment.json": _RETRIES["goinstance/environment.json"]}
_REPAIR = {**_FIX, "default.nix": _WIRED}


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
        Chapter(OUTAGE, "Groundwork for the south (platform, goinstance)", _GROUNDWORK),
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
        Chapter(_at("2025-09-18 14:08"), "Repair: goinstance is built from its own sources", _REPAIR),
        "Deployed: the fleet comes back.",
    ),
)
"""What was merged to main, oldest first."""
