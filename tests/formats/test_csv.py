"""A report as CSV: other programs read the same cells, and a spreadsheet calculates nothing."""

import csv
import io
import re

from hypothesis import given

from nixdrift.formats import render
from nixdrift.formats.csv import COLUMNS
from nixdrift.formats.drawing import failed_names
from nixdrift.report import Report
from tests.formats.hostile import hostile_reports
from tests.reports import REPORTS

_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)')


def rows(report: Report) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render("csv", report).decode(), newline=""), strict=True))


def rows_by_the_grammar(text: str) -> list[list[str]]:
    """Read CSV by the grammar of RFC 4180, section 2, and not by Python's reader."""
    found: list[list[str]] = [[]]
    place = 0
    while place < len(text):
        field = _FIELD.match(text, place)
        assert field is not None, text[place:]
        found[-1].append(field[2] if field[1] is None else field[1].replace('""', '"'))
        if field[3] == "\r\n":
            found.append([])
        place = field.end()
    return found[:-1]


def test_a_component_is_a_row_with_its_verdict_and_what_was_found() -> None:
    header, *found = rows(REPORTS["masked"]())
    row = next(dict(zip(header, row, strict=True)) for row in found if row[0] == "goinstance")

    assert header == list(COLUMNS)
    assert (row["verdict"], row["moved"], row["touched_paths"]) == ("masked", "yes", "1")
    assert (row["changed_paths"], row["moved_by"]) == ("goinstance/main.go", "platform")
    assert row["level"] == "error"
    assert row["derivation_after"].endswith("-goinstance-1.0.drv")


@given(hostile_reports())
def test_two_readers_read_the_same_cells_and_none_is_a_formula(report: Report) -> None:
    text = render("csv", report).decode()
    found = rows(report)

    assert found == rows_by_the_grammar(text)
    assert len(found) == 1 + len(report.judgement.components) + len(failed_names(report))
    for row in found:
        assert len(row) == len(COLUMNS)
        assert not any(cell.startswith(("=", "+", "-", "@")) or not cell.isprintable() for cell in row)
