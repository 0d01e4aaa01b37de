"""The README says what is true."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from nixdrift.cli.main import cli
from tests.documentation.reports import examples
from tests.documents import PARTS, part

README = Path(__file__).parent.parent / "README.md"
CONFIGURATION = README.parent / "docs" / "configuration.md"


@pytest.mark.parametrize(("document", "name"), PARTS)
def test_a_part_of_a_document_is_what_the_program_says(document: str, name: str) -> None:
    assert part(document, name) == PARTS[document, name]()


def test_the_examples_of_reports_are_what_the_program_writes(newest_nix: Path) -> None:
    written = examples(newest_nix)

    assert {name: part("docs/reports.md", f"report of {name}") for name in written} == written


def test_every_command_is_in_the_readme_and_in_the_help() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=100).output

    assert [name for name in cli.list_commands(click.Context(cli)) if f"`{name}`" not in README.read_text()] == []
    assert [name for name in cli.list_commands(click.Context(cli)) if f"  {name} " not in shown] == []
    assert "..." not in shown.split("Judge a change:")[1]


def test_every_command_has_a_section_with_an_example() -> None:
    sections = re.split(r"^## ", (README.parent / "docs" / "commands.md").read_text(), flags=re.MULTILINE)
    with_example = {section.splitlines()[0].rpartition(" ")[2] for section in sections if "```console" in section}

    assert [name for name in cli.list_commands(click.Context(cli)) if f"`{name}`" not in with_example] == []


def test_the_documented_housekeeping_files_are_the_ones_in_force() -> None:
    from nixdrift.config import HOUSEKEEPING

    text = CONFIGURATION.read_text().split("## Housekeeping")[1]

    assert sorted(set(re.findall(r"`([^`]+)`", text))) == sorted(HOUSEKEEPING)


def test_every_verdict_is_in_the_readme() -> None:
    from nixdrift.judgement import Verdict

    text = README.read_text()

    assert [verdict.value for verdict in Verdict if f"`{verdict.value}`" not in text] == []


def test_every_command_shows_examples() -> None:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in cli.list_commands(context)}

    assert [name for name, one in commands.items() if one is None or "Examples:" not in (one.epilog or "")] == []
