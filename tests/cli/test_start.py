"""What a call costs before it does anything."""

import subprocess
import sys

import click

from nixdrift.cli.schema import schema
from nixdrift.cli.schemas import SCHEMAS
from tests.command import CHECKOUT, CommandLine


def test_version_and_help_and_completion_of_every_command_import_nothing_that_only_a_run_needs(
    nixdrift: CommandLine,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.starting"],
        cwd=CHECKOUT,
        env=nixdrift.environment(None),
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_the_help_of_schema_names_every_command_that_has_one() -> None:
    offered = schema.params[0].type

    assert isinstance(offered, click.Choice)
    assert list(offered.choices) == list(SCHEMAS)
