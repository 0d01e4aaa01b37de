"""``nixdrift schema``."""

import click

_COMMANDS = ("check", "audit", "explain", "affected", "probe", "history", "rollback", "verify", "compare")
"""As `SCHEMAS` has them, which takes all of nixdrift to import."""


@click.command(
    epilog="""\b
Examples:
  nixdrift schema            of the report of check
  nixdrift schema audit > audit.schema.json
"""
)
@click.argument("command", type=click.Choice(_COMMANDS), default="check")
def schema(command: str) -> None:
    """Print the JSON Schema of a command's JSON report.  [default: of check]"""
    from nixdrift.cli.schemas import SCHEMAS

    click.echo(SCHEMAS[command](), nl=False)
