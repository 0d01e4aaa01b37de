"""HTML: one page for a browser, with all that it needs in the one file; it reads nothing from the network."""

from nixdrift.formats.html.content import content
from nixdrift.formats.html.shell import page
from nixdrift.report import Report


def render(report: Report) -> bytes:
    """Write a report as an HTML page: the same report gives the same bytes."""
    return page("report.html", content(report), has_graph=bool(report.graph and report.graph.nodes))
