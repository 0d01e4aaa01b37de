"""The README says what is true."""

import re
from pathlib import Path

from click.testing import CliRunner

from nixdrift.cli.main import cli

README = Path(__file__).parent.parent / "README.md"
CONFIGURATION = README.parent / "docs" / "configuration.md"


def test_the_help_in_the_readme_is_the_help_of_the_command() -> None:
    block = re.search(r"<!-- nixdrift check --help -->\n```\n(.*?)```\n<!-- end -->", README.read_text(), re.DOTALL)
    shown = CliRunner().invoke(cli, ["check", "--help"], prog_name="nixdrift", terminal_width=100)

    assert block is not None
    assert block[1] == shown.output


def test_the_documented_housekeeping_files_are_the_ones_in_force() -> None:
    from nixdrift.config import HOUSEKEEPING

    text = CONFIGURATION.read_text().split("## Housekeeping")[1]

    assert sorted(set(re.findall(r"`([^`]+)`", text))) == sorted(HOUSEKEEPING)


def test_every_verdict_is_in_the_readme() -> None:
    from nixdrift.judgement import Verdict

    text = README.read_text()

    assert [verdict.value for verdict in Verdict if f"`{verdict.value}`" not in text] == []
