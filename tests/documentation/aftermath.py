"""What became of the incident's repository later: environments, a release file, and a flake around all of it."""

from datetime import timedelta

from nixdrift.demo.incident import INCIDENT
from nixdrift.repository.story import Chapter

_ENVIRONMENTS = """\
  stack = service "stack-7" { parts = [ image platform ]; };
  launcher = name: service "goinstance-${name}" {
    inherit goinstance stack;
    environment = ./environments + "/${name}.json";
    STAGE = name;
  };
  staging = launcher "staging";
  production = launcher "production";
}
"""
_LAST = INCIDENT[-1].chapter

AFTERMATH = Chapter(
    _LAST.time + timedelta(days=7),
    "Launch to a staging environment first",
    {
        **_LAST.files,
        "default.nix": _LAST.files["default.nix"].partition("  staging = ")[0] + _ENVIRONMENTS,
        "environments/staging.json": '{ "IMAGE": "stack-7", "REGION": "north", "SECURITY_GROUP": "fleet" }\n',
        "environments/production.json": (
            '{ "IMAGE": "stack-8", "REGION": "south", "SECURITY_GROUP": "fleet-south" }\n'
        ),
        "nixdrift.toml": """\
[[compare.expected]]
difference = "env.STAGE"
reason = "each is told which one it is"

[[compare.expected]]
difference = "file.*.REGION"
reason = "staging is in the north"
between = ["staging", "production"]
""",
    },
)
"""What the incident's repository is like with two environments, of which one has values that do not exist."""

RELEASE = Chapter(
    AFTERMATH.time + timedelta(days=1),
    "Have a file for releases",
    {**AFTERMATH.files, "release.nix": "{ ci ? false }: import ./default.nix\n"},
)

FLAKE = Chapter(
    RELEASE.time + timedelta(days=1),
    "Be a flake, with two hosts",
    {
        **RELEASE.files,
        "flake.nix": """\
{
  outputs = { self }:
    let
      stack = import ./default.nix;
      # What `nixpkgs.lib.nixosSystem` gives, as far as it is looked at.
      host = system: { config.system.build.toplevel = system; };
    in
    {
      packages.x86_64-linux = { inherit (stack) fleet goinstance image platform production staging; };
      nixosConfigurations = { host = host stack.production; spare = host stack.staging; };
    };
}
""",
    },
)

TRACING = Chapter(
    FLAKE.time + timedelta(days=1),
    "Trace what is launched",
    {**FLAKE.files, "image/packages.txt": _LAST.files["image/packages.txt"] + "tracing\n"},
)
