"""A saved report is written in other formats, and a check writes several at once."""

from pathlib import Path

import orjson

from nixdrift.formats import FORMATS
from nixdrift.report import render_json
from tests.command import CommandLine
from tests.reports import rich_report


def saved(directory: Path) -> Path:
    file = directory / "report.json"
    file.write_bytes(render_json(rich_report()))
    return file


def test_a_saved_report_is_written_for_people_as_the_check_wrote_it(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("render", saved(tmp_path), cwd=tmp_path)

    assert outcome.status == 0
    assert "error[masked] goinstance was rebuilt" in outcome.stdout.decode()


def test_a_saved_report_is_written_to_several_places_at_once(nixdrift: CommandLine, tmp_path: Path) -> None:
    file = saved(tmp_path)
    outcome = nixdrift("render", file, "--format", "text=a.txt", "--format", "json=b.json", "--json", cwd=tmp_path)

    assert outcome.stdout == file.read_bytes() == (tmp_path / "b.json").read_bytes()
    assert "error[masked]" in (tmp_path / "a.txt").read_text()


def test_beside_files_the_report_is_written_for_people(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("render", saved(tmp_path), "--format", "json=b.json", cwd=tmp_path)

    assert "error[masked]" in outcome.stdout.decode()


def test_a_report_is_read_from_standard_input(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("render", "-", "--json", cwd=tmp_path, stdin=saved(tmp_path).read_bytes())

    assert orjson.loads(outcome.stdout) == orjson.loads((tmp_path / "report.json").read_bytes())


def test_the_exit_status_is_the_one_of_the_check_where_it_is_asked_for(nixdrift: CommandLine, tmp_path: Path) -> None:
    file = saved(tmp_path)

    assert nixdrift("render", file, "--fail-on", "error", cwd=tmp_path).status == 3
    assert nixdrift("render", file, "--fail-on", "error", "--keep-going", cwd=tmp_path).status == 1


def test_wrong_usage_is_refused_with_what_was_meant(nixdrift: CommandLine, tmp_path: Path) -> None:
    file = saved(tmp_path)
    cases = {
        ("--format", "jsom"): (2, "no format 'jsom': did you mean json", "render --help"),
        ("--format", "json="): (2, "json= names no file", "render --help"),
        ("--format", "text", "--json"): (2, "text and json would both go to one place", "--format text=FILE"),
        ("--format", "text=a", "--format", "json=a"): (2, "text and json would both go to a", "a file of its own"),
        ("--format", "json=no/such/file"): (2, "cannot write no/such/file", "a directory that you may write"),
    }
    for arguments, (status, error, hint) in cases.items():
        nixdrift.refuses(nixdrift("render", file, *arguments, cwd=tmp_path), status, error, hint)
    nixdrift.refuses(nixdrift("render", "absent.json", cwd=tmp_path), 3, "cannot read absent.json", "may read")
    file.write_bytes(b"{}")
    nixdrift.refuses(nixdrift("render", file, cwd=tmp_path), 3, "no report of a check", "nixdrift check --format json")


def test_a_report_is_written_in_every_format_at_once(nixdrift: CommandLine, tmp_path: Path) -> None:
    arguments = [one for name in FORMATS for one in ("--format", f"{name}={name}.out")]

    outcome = nixdrift("render", saved(tmp_path), *arguments, cwd=tmp_path)

    assert outcome.status == 0
    assert all((tmp_path / f"{name}.out").stat().st_size for name in FORMATS)
