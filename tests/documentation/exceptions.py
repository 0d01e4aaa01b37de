"""What the documentation's commands need that no test has: each with the reason, and as few as can be."""

from collections.abc import Mapping

_HOST = "stays as a service on another host; tests/cli/test_scheduler.py runs a cluster here"
_REGISTRY = "needs the package registry"

NOT_RUN: Mapping[str, str] = {
    "make demo": "CI calls it before the tests",
    "make test": "is what runs this",
    "python3 -m pip install .": _REGISTRY,
    "pip install 'nixdrift[remote-cache]' s3fs": _REGISTRY,
    "pip install 'nixdrift[distributed]'": _REGISTRY,
    "nixdrift history --cache-dir s3://bucket/nixdrift": "needs a bucket; tests/cli/test_shared_cache.py has its like",
    "dask scheduler": _HOST,
    "dask worker tcp://host:8786 --nworkers 4 --nthreads 1": _HOST,
    "nixdrift history --scheduler tcp://host:8786": _HOST,
}
"""Command, without its comment → why it is not called. Each has to stand in the documentation."""

STAND_INS: Mapping[str, str] = {"/run/current-system": "./production-system"}
"""What only another machine has → what is called with in its place."""


def is_run(command: str) -> bool:
    """Tell whether a command is called."""
    return without_comment(command) not in NOT_RUN


def without_comment(command: str) -> str:
    """Give a command without what is said of it behind a `#`."""
    return command.partition(" #")[0].rstrip()


def callable_here(command: str) -> str:
    """Give a command as it is called: what only another machine has is replaced."""
    for absent, present in STAND_INS.items():
        command = command.replace(absent, present)
    return command
