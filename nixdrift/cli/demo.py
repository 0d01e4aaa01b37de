"""``nixdrift demo``."""

import click


@click.command(
    epilog="""\b
Examples:
  nixdrift demo              from recorded snapshots, without Nix
  nixdrift demo --live       with the Nix on PATH
"""
)
@click.option("--live", is_flag=True, help="Evaluate with the Nix on PATH.  [default: read recorded snapshots]")
def demo(live: bool) -> int:
    """Replay an incident, merge by merge, and show where nixdrift would have spoken, and what it answers on the day.

    A real git repository is made for it and removed afterwards. Nothing is built.
    """
    from nixdrift.cli.output import colored, fitting, write
    from nixdrift.demo.questions import answers
    from nixdrift.demo.replay import open_stage, replay
    from nixdrift.demo.timeline import render_timeline

    color = colored()
    with open_stage(live=live) as stage:
        text = render_timeline(list(replay(stage)), list(answers(stage, color=color)), color=color)
    write(fitting(text).encode(), None)
    return 0
