"""A report in the formats of the places where people meet it: each a pure function in a file of its own."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from nixdrift.report import Report

TEXT = "text"

FORMATS: Mapping[str, str] = {
    TEXT: "for people at a terminal",
    "json": "for programs, and for `nixdrift render`",
    "mermaid": "a flowchart for a comment on a pull request",
    "csv": "a row for every component, for spreadsheets",
    "dot": "the affected graph, for Graphviz",
    "graphml": "the affected graph, for programs that analyse graphs",
}
"""Name of a format → what it is for; each but text is in the module of its name."""


def render(name: str, report: Report) -> bytes:
    """Write a report in a format; text is written by `nixdrift.report.render_text`, which has to know the page."""
    module = import_module(f"nixdrift.formats.{name.replace('-', '_')}")
    return cast("Callable[[Report], bytes]", module.render)(report)
