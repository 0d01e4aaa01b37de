"""``nixdrift demo``."""

import os
import sys

import click

from nixdrift.cli.output import write
from nixdrift.demo.replay import replay
from nixdrift.demo.timeline import render_timeline


@click.command()
@click.option("--live", is_flag=True, help="Evaluate with the Nix on PATH.  [default: read recorded graphs]")
def demo(live: bool) -> int:
    """Replay an incident, merge by merge, and show where nixdrift would have spoken.

    A real git repository is made for it and removed afterwards. Nothing is built.
    """
    merges = list(replay(live=live))
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    write(render_timeline(merges, color=color).encode(), None)
    return 0
