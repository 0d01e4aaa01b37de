"""The incident as a timeline: what was merged, and where nixdrift would have spoken."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from nixdrift.demo.incident import OUTAGE
from nixdrift.demo.questions import Answer
from nixdrift.demo.replay import Merge
from nixdrift.judgement import Verdict

_MARGIN = " " * 18


def render_timeline(merges: Sequence[Merge], asked: Sequence[Answer] = (), *, color: bool = False) -> str:
    """Write the timeline; every word of a judgement in it is the report's own."""
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=color, color_system="standard" if color else None, highlight=False, markup=False
    )
    for merge in merges:
        _print_merge(console, merge)
    _print_end(console, merges)
    for answer in asked:
        console.print()
        console.print(answer.question, style="bold", soft_wrap=True)
        console.print(f"{_MARGIN}$ {answer.command}", style="dim", soft_wrap=True)
        for line in answer.text.splitlines():
            console.print(Text.from_ansi(f"{_MARGIN}{line}".rstrip()), soft_wrap=True)
    return out.getvalue()


def _print_merge(console: Console, merge: Merge) -> None:
    line = Text(f"{merge.event.chapter.time:%Y-%m-%d %H:%M}  ", "dim")
    line.append(merge.event.chapter.message, "bold")
    line.append(f"  {merge.commit[:10]}", "dim")
    console.print(line, soft_wrap=True)
    console.print(f"{_MARGIN}{merge.event.outcome}", soft_wrap=True)
    if merge.report is None:
        console.print(
            f"{_MARGIN}the first commit with Nix: there is nothing to compare it with", style="dim", soft_wrap=True
        )
    else:
        touched = [one for one in merge.report.judgement.components if one.verdict is not Verdict.UNCHANGED]
        words = ", ".join(f"{one.component.name} {one.verdict.value}" for one in touched) or "nothing moved"
        console.print(f"{_MARGIN}{words}", style="dim", soft_wrap=True)
        for finding in merge.report.findings:
            console.print(
                Text(f"{_MARGIN}✗ {finding.level.value}[{finding.rule}] {finding.message}", "red"), soft_wrap=True
            )
            console.print(f"{_MARGIN}  {finding.reason}", soft_wrap=True)
        if not merge.report.findings:
            console.print(f"{_MARGIN}✓ no findings", style="green", soft_wrap=True)
    console.print()


def _print_end(console: Console, merges: Sequence[Merge]) -> None:
    spoken = [merge for merge in merges if merge.report is not None and merge.report.findings]
    if not spoken:
        console.print("nixdrift would not have spoken.", soft_wrap=True)
        return
    first = spoken[0].event.chapter.time
    console.print(
        f"nixdrift would have spoken at {len(spoken)} of {len(merges) - 1} merges, first on {first:%Y-%m-%d}: "
        f"{(OUTAGE - first).days} days before the fleet went down.",
        soft_wrap=True,
    )
    last = spoken[-1].report
    if last is not None:
        console.print(f"What to do: {last.findings[0].remedy}", soft_wrap=True)
