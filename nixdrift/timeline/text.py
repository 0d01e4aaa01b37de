"""A timeline for people: the components that lost changes commit by commit, the others in a line each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from rich.console import Console
from rich.text import Text

from nixdrift.judgement import Verdict
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.report.text import VERDICT_STYLES
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import StepComponent
from nixdrift.timeline.timeline import ComponentHistory, Introduced, Timeline

_SHOWN_OTHERS = 30

_WIDEST = len("masked, same output")

Row = tuple[LineCommit, StepComponent | None]


def timeline_text(timeline: Timeline, *, width: int = 100, color: bool = False) -> str:
    """Write a timeline for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    page.print(_title(timeline), soft_wrap=True)
    harmed = [one for one in timeline.components if one.harmed]
    for one in harmed:
        page.print()
        _print_component(page, one)
    others = [one for one in timeline.components if not one.harmed]
    if others:
        page.print()
    for one in others[:_SHOWN_OTHERS]:
        page.print(Text.assemble((clean(one.name), "bold"), f": {summary(one)}"), soft_wrap=True)
    if len(others) > _SHOWN_OTHERS:
        page.print(f"and {len(others) - _SHOWN_OTHERS} more components: --format json lists all", style="dim")
    _print_gaps(page, timeline)
    return text_of(page)


def when(commit: LineCommit) -> str:
    """Write when a commit was made: the minute, in UTC."""
    return f"{datetime.fromtimestamp(commit.time, UTC):%Y-%m-%d %H:%M}"


def called(commit: LineCommit) -> str:
    """Write a commit for a person: its id, when it was made, and what it says of itself."""
    return f"{commit.commit[:10]} ({when(commit)}, {clean(commit.subject)})"


def _title(timeline: Timeline) -> Text:
    census, stops = timeline.census, timeline.stops
    title = Text(f"{counted(census.commits, 'commit')}", "bold")
    title.append(f" · {when(stops[0].commit)} {stops[0].commit.commit[:10]} → ")
    title.append(f"{when(stops[-1].commit)} {stops[-1].commit.commit[:10]}")
    title.append(f" · {counted(census.evaluations, 'commit')} evaluated now", "dim")
    if census.gaps:
        title.append(f" · {counted(census.gaps, 'gap')}", "yellow")
    if census.is_cut_off:
        title.append(" · the clone is shallow: what came before is not here", "yellow")
    elif census.left_out:
        title.append(f" · {counted(census.left_out, 'earlier commit')} left out (--max-count)", "dim")
    return title


def summary(history: ComponentHistory) -> str:
    """Say in a line how a component fared."""
    outputs = counted(sum(run.ship is not None for run in history.runs), "output")
    touched, harmed = len(history.touched), len(history.harmed)
    if not touched:
        return f"{outputs}; no commit touched its sources"
    if harmed:
        return f"{outputs}; {harmed} of {counted(touched, 'commit')} that touched its sources did not reach it"
    open_ones = sum(one.verdict in {Verdict.UNPROVEN, Verdict.UNKNOWN} for _commit, one in history.touched)
    doubt = f", of which {open_ones} could not be decided" if open_ones else ""
    return f"{outputs}; {counted(touched, 'commit')} touched its sources{doubt}"


def _print_component(page: Console, history: ComponentHistory) -> None:
    page.print(Text.assemble((clean(history.name), "bold"), f": {summary(history)}"), soft_wrap=True)
    start = history.runs[0].commits[0]
    page.print(_line(start, Text("start", "dim"), clean(start.subject)), soft_wrap=True)
    for line in _lines(history):
        page.print(line, soft_wrap=True)
    if history.introduced is not None:
        _print_introduced(page, history.introduced)
    if history.repaired is not None:
        page.print(Text.assemble(("  repaired at ", "green"), called(history.repaired)), soft_wrap=True)


def _lines(history: ComponentHistory) -> Iterator[Text]:
    for is_quiet, group in groupby(history.rows, key=_is_quiet):
        rows = list(group)
        if is_quiet and len(rows) > 2:
            yield Text(f"{when(rows[0][0])}  {len(rows)} commits without a change", "dim")
        else:
            yield from (_row(*row) for row in rows)


def _is_quiet(row: Row) -> bool:
    return row[1] is None or row[1].verdict is Verdict.UNCHANGED


def _row(commit: LineCommit, one: StepComponent | None) -> Text:
    if one is None:
        return _line(commit, Text("absent", "dim"), clean(commit.subject))
    verdict = Text(one.verdict.value, VERDICT_STYLES[one.verdict])
    verdict.append("" if one.moved or one.verdict is Verdict.UNCHANGED else ", same output", "dim")
    return _line(commit, verdict, clean(commit.subject))


def _line(commit: LineCommit, word: Text, said: str) -> Text:
    word.pad_right(_WIDEST - len(word.plain))
    return Text.assemble((f"{when(commit)} ", "dim"), commit.commit[:10], " ", word, " ", said)


def _print_introduced(page: Console, found: Introduced) -> None:
    page.print(
        Text.assemble(
            ("  broken since ", "red"), (called(found.first.commit), "bold"), f": {clean(found.path)} does not reach it"
        ),
        soft_wrap=True,
    )
    page.print(f"    there: {clean(found.first.evidence)}", soft_wrap=True)
    if found.last is not None:
        page.print(f"    before, at {called(found.last.commit)}: {clean(found.last.evidence)}", soft_wrap=True)
    if found.doubt is not None:
        page.print(f"    but {clean(found.doubt)}", style="yellow", soft_wrap=True)


def _print_gaps(page: Console, timeline: Timeline) -> None:
    gaps = [stop for stop in timeline.stops if stop.gap is not None]
    if gaps:
        page.print()
    for stop in gaps:
        page.print(Text.assemble(("gap ", "yellow"), f"{called(stop.commit)}: {clean(stop.gap or '')}"), soft_wrap=True)
    failed = sorted({name for stop in timeline.stops if stop.step for name in stop.step.failed})
    if failed:
        page.print(f"not everywhere evaluated: {some([clean(name) for name in failed])}", style="yellow")
