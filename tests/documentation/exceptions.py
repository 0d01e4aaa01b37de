"""What the documentation's commands need that no test has: each with the reason, and as few as can be."""

from collections.abc import Mapping

NOT_RUN: Mapping[str, str] = {
    "make demo": "CI calls it before the tests",
    "make test": "is what runs this",
    "pip install": "needs the package registry",
    "man nixdrift": "needs a manual that is installed; tests hold that it is what the program says",
    "s3://bucket": "needs a bucket; tests/cli/test_shared_cache.py has its like",
    "dask ": "stays as a service on another host; tests/cli/test_scheduler.py runs a cluster here",
    "tcp://host": "needs that scheduler",
    "nix-eval-jobs": "is not at hand; its lines are recorded for other tests",
    "-jobs ": "reads what it wrote",
    "nix-fast-build": "is not at hand",
    "jq ": "is not at hand",
    "nix run": "needs nixpkgs",
    "nix develop": "needs nixpkgs",
    "nix flake check": "needs nixpkgs",
}
"""What stands in a command → why that is not called. Each has to stand in the documentation."""

STAND_INS: Mapping[str, str] = {"/run/current-system": "./production-system"}
"""What only another machine has → what is called with in its place."""


def is_run(command: str) -> bool:
    """Tell whether a command is called."""
    return not any(absent in _without_comment(command) for absent in NOT_RUN)


def _without_comment(command: str) -> str:
    return command.partition(" #")[0]


def callable_here(command: str) -> str:
    """Give a command as it is called: what only another machine has is replaced."""
    for absent, present in STAND_INS.items():
        command = command.replace(absent, present)
    return command
