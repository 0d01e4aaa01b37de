"""``nixdrift schema``."""

import click

from nixdrift.report import schema as report_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of the JSON report."""
    click.echo(report_schema(), nl=False)
