"""The command line: options in, rendered report and exit code out."""
