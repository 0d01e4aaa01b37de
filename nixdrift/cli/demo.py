"""``nixdrift demo``."""

import click

from nixdrift.cli.output import wants_color, write
from nixdrift.demo.replay import replay
from nixdrift.demo.timeline import render_timeline


@click.command()
@click.option("--live", is_flag=True, help="Evaluate with the Nix on PATH.  [default: read recorded graphs]")
def demo(live: bool) -> int:
    """Replay an incident, merge by merge, and show where nixdrift would have spoken.

    A real git repository is made for it and removed afterwards. Nothing is built.
    """
    merges = list(replay(live=live))
    write(render_timeline(merges, color=wants_color()).encode(), None)
    return 0
