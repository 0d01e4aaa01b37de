"""``nixdrift demo``."""

import click


@click.command()
def demo() -> int:
    """Replay an incident, merge by merge."""
    raise NotImplementedError
