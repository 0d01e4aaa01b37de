"""The report: what it holds, and how it is written for people and for programs."""

from nixdrift.report.document import document, render_json, schema
from nixdrift.report.reading import read_report
from nixdrift.report.report import Report, RevisionInfo
from nixdrift.report.text import render_text

__all__ = ["Report", "RevisionInfo", "document", "read_report", "render_json", "render_text", "schema"]
