"""A report in the formats of the places where people meet it: each a pure function in a file of its own."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from nixdrift.report import Report

TEXT = "text"

FORMATS: Mapping[str, str] = {
    TEXT: "for people at a terminal",
    "json": "for programs, and for `nixdrift render`",
    "sarif": "for code scanning: GitHub, Azure DevOps, editors",
    "github": "for GitHub: annotations of a workflow's step",
    "markdown": "for GitHub and GitLab: the summary of a job, or a comment",
    "mermaid": "for comments on a pull request: the ways of the changes as a flowchart",
    "code-quality": "for GitLab: the Code Quality of a merge request",
    "junit": "for every CI system: components as test cases",
    "csv": "for spreadsheets: a row for every component",
    "dot": "for Graphviz: the affected graph",
    "graphml": "for programs that analyse graphs: the affected graph",
    "html": "for a browser: one page, complete in itself",
}
"""Name of a format → what it is for; each but text is in the module of its name."""

DEPICTING = frozenset({"json", "markdown", "mermaid", "dot", "graphml", "html"})
"""The formats that show the affected graph, or what differs in each component."""


def render(name: str, report: "Report") -> bytes:
    """Write a report in a format; text is written by `nixdrift.report.render_text`, which has to know the page."""
    module = import_module(f"nixdrift.formats.{name.replace('-', '_')}")
    return cast("Callable[[Report], bytes]", module.render)(report)
