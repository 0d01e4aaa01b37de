"""Saved reports, written again in a format; files of known findings."""

import zlib

from nixdrift.errors import InvalidInputError
from nixdrift.formats import FORMATS, TEXT, render
from nixdrift.report import read_report, render_json
from nixdrift.report.baseline import parse_baseline, read_findings, write_baseline
from nixdrift.report.text import render_text


def read_and_render(data: bytes) -> None:
    report = read_report(data, source="a report")
    # What was sorted by texts as they were is sorted anew by texts without control characters, and stays so.
    written = render_json(read_report(render_json(report), source="a report"))
    assert render_json(read_report(written, source="a report")) == written
    # All formats of each would cost ten times as much; which one it is follows from the input.
    name = sorted(FORMATS)[zlib.crc32(data) % len(FORMATS)]
    if name == TEXT:
        render_text(report)
    else:
        render(name, report)


def read_known_findings(data: bytes) -> None:
    try:
        entries = parse_baseline(data, source="a baseline")
    except InvalidInputError:
        entries = read_findings(data, source="a report")
    written = write_baseline(parse_baseline(write_baseline(entries), source="a baseline"))
    assert write_baseline(parse_baseline(written, source="a baseline")) == written
