"""The command line: options in, rendered report and exit code out. Nothing else prints."""

from nixdrift.cli.main import main

__all__ = ["main"]
