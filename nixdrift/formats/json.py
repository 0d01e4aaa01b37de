"""JSON: everything, described by the JSON Schema that ``nixdrift schema`` prints."""

from nixdrift.report import Report, render_json


def render(report: Report) -> bytes:
    """Write a report as JSON: the same report gives the same bytes."""
    return render_json(report)
