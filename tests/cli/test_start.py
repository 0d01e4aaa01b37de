"""What a call costs before it does anything."""

import subprocess
import sys

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
