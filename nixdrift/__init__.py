"""Find Nix components whose sources changed while their output did not.

The library: `check` judges two revisions, or what was evaluated of them elsewhere, and gives a `Report`; `read_report`
reads one that was saved, `render` writes one in a format. All else that nixdrift answers takes a request:
`nixdrift.pipeline.history.history(HistoryRequest(…))`, and so on for every command.

Nothing is imported before it is used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nixdrift.api import affected_networkx as affected_networkx
    from nixdrift.api import check as check
    from nixdrift.api import render as render
    from nixdrift.errors import NixdriftError as NixdriftError
    from nixdrift.report import Report as Report
    from nixdrift.report import read_report as read_report

__version__ = "0.1.0"
__all__ = ["NixdriftError", "Report", "__version__", "affected_networkx", "check", "read_report", "render"]

_PLACES = {
    "NixdriftError": "nixdrift.errors",
    "Report": "nixdrift.report",
    "affected_networkx": "nixdrift.api",
    "check": "nixdrift.api",
    "read_report": "nixdrift.report",
    "render": "nixdrift.api",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'nixdrift' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
