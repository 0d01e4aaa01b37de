"""Find Nix components whose sources changed while their output did not.

The library: `check` judges two revisions, or what was evaluated of them elsewhere, and gives a `Report`; `read_report`
reads one that was saved, `render` writes one in a format. The steps of a check are here, too: `read_graph`,
`parse_name_status`, `compare` and `apply_rules`, with `build_graph` for networkx. All else that nixdrift answers takes
a request: `nixdrift.pipeline.history.history(HistoryRequest(…))`, and so on for every command.

Nothing is imported before it is used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nixdrift.api import affected_networkx as affected_networkx
    from nixdrift.api import check as check
    from nixdrift.api import render as render
    from nixdrift.changes import parse_name_status as parse_name_status
    from nixdrift.comparison.compare import Evidence as Evidence
    from nixdrift.comparison.compare import compare as compare
    from nixdrift.config import Config as Config
    from nixdrift.config import parse_config as parse_config
    from nixdrift.dumps import read_graph as read_graph
    from nixdrift.errors import NixdriftError as NixdriftError
    from nixdrift.graph import build_graph as build_graph
    from nixdrift.report import Report as Report
    from nixdrift.report import read_report as read_report
    from nixdrift.rules import apply_rules as apply_rules

__version__ = "0.1.0"

_PLACES = {
    "Config": "nixdrift.config",
    "Evidence": "nixdrift.comparison.compare",
    "NixdriftError": "nixdrift.errors",
    "Report": "nixdrift.report",
    "affected_networkx": "nixdrift.api",
    "apply_rules": "nixdrift.rules",
    "build_graph": "nixdrift.graph",
    "check": "nixdrift.api",
    "compare": "nixdrift.comparison.compare",
    "parse_config": "nixdrift.config",
    "parse_name_status": "nixdrift.changes",
    "read_graph": "nixdrift.dumps",
    "read_report": "nixdrift.report",
    "render": "nixdrift.api",
}

__all__ = [
    "Config",
    "Evidence",
    "NixdriftError",
    "Report",
    "__version__",
    "affected_networkx",
    "apply_rules",
    "build_graph",
    "check",
    "compare",
    "parse_config",
    "parse_name_status",
    "read_graph",
    "read_report",
    "render",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'nixdrift' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
