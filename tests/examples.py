"""The examples of the documentation: real commands, called in the repository of the demo's incident."""

import shlex
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from nixdrift.demo.incident import INCIDENT
from nixdrift.repository.story import Chapter, make_repository
from tests.command import CommandLine, program_directory

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "explain": ("nixdrift explain goinstance --head HEAD~3",),
    "affected": ("nixdrift affected --head HEAD~3",),
    "audit": ("nixdrift audit HEAD~1",),
    "baseline": (
        "nixdrift check --head HEAD~1 --format json --output check.json",
        "nixdrift baseline --from check.json --expires 2099-12-31",
        "nixdrift check --head HEAD~1 --baseline nixdrift-baseline.json",
    ),
    "compare": ("nixdrift compare staging production",),
    "init": ("nixdrift init --output -",),
    "history": ("nixdrift history --component goinstance",),
    "rollback": ("nixdrift rollback goinstance --from HEAD~1",),
}
"""Name of an example → what is called, most of it about the commits before the last one, which mends the stack."""

DOCUMENT = "docs/commands.md"

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


def example(name: str, nix: Path) -> str:
    """Call the commands of an example one after the other, and give what a person would see of it, as a block."""
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        (directory / "home").mkdir()
        nixdrift = CommandLine(directory / "home", program_directory(directory / "programs", "git"))
        after = [AFTERMATH] if name == "compare" else []
        make_repository(directory / "stack", [*(event.chapter for event in INCIDENT), *after])
        shown = [_shown(nixdrift, command, directory / "stack", nix) for command in EXAMPLES[name]]
    return f"```console\n{''.join(shown)}```"


def _shown(nixdrift: CommandLine, command: str, repository: Path, nix: Path) -> str:
    outcome = nixdrift(*shlex.split(command)[1:], cwd=repository, nix=nix)
    assert outcome.status in {0, 1}, outcome.stderr
    return f"$ {command}\n{outcome.stdout.decode()}{outcome.stderr}"
