"""The report and its formats: each a pure function in a file of its own."""

from nixdrift.report.document import document, render_json, schema
from nixdrift.report.report import Report, RevisionInfo
from nixdrift.report.text import render_text

FORMATS = ("text", "json")

__all__ = ["FORMATS", "Report", "RevisionInfo", "document", "render_json", "render_text", "schema"]
