"""The report for people: a sentence, the findings with their causes, then what else there is."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from nixdrift.changes import shown
from nixdrift.judgement import ComponentJudgement, Finding, Judgement, Level, TraceStep, Verdict
from nixdrift.report.baseline import Settled, in_file_order, new_findings
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.report.report import Report, RevisionInfo

VERDICT_STYLES = {
    Verdict.STALE: "bold red",
    Verdict.MASKED: "bold red",
    Verdict.FROZEN: "red",
    Verdict.UNPROVEN: "yellow",
    Verdict.UNKNOWN: "yellow",
    Verdict.REBUILT: "green",
    Verdict.ADDED: "cyan",
    Verdict.REMOVED: "cyan",
    Verdict.RIPPLED: "blue",
    Verdict.UNCHANGED: "dim",
}
LEVEL_STYLES = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold blue"}
_SHOWN_COMPONENTS = 40
_NAME_WIDTH = 48
_SHOWN_DIRECTORIES = 10
_SHOWN_STEPS = 8


def render_text(report: Report, *, width: int = 100, color: bool = False) -> str:
    """Write a report for a person; ``width`` is in characters."""
    console = new_page(width=width, color=color)
    console.print(_summary(report), soft_wrap=True)
    print_findings(console, report.findings, report.settled)
    _print_components(console, report.judgement)
    _print_rest(console, report)
    return text_of(console)


def _summary(report: Report) -> Text:
    judgement = report.judgement
    counts = Counter(one.verdict for one in judgement.components)
    worst_first = sorted(counts, key=lambda verdict: -verdict.severity)
    text = findings_title(report.findings, report.settled, is_complete=not judgement.census.roots_failed)
    text.append(
        f" · {revision_text(report.base, 'base')} → {revision_text(report.head, 'head')}"
        f" · {counted(len(judgement.components), 'component')}: "
    )
    for index, verdict in enumerate(worst_first):
        text.append(", " if index else "")
        text.append(f"{counts[verdict]} {verdict.value}", VERDICT_STYLES[verdict])
    if judgement.census.roots_failed:
        text.append(f", {judgement.census.roots_failed} not evaluated", "bold yellow")
    return text


def findings_title(findings: Sequence[Finding], settled: Settled | None, *, is_complete: bool) -> Text:
    """Write how many findings there are, and how many of them are known."""
    new = len(new_findings(findings, settled))
    known = len(findings) - new
    style = "bold red" if new else "bold green" if is_complete else "bold yellow"
    word = "new finding" if settled else "finding"
    title = Text.assemble((counted(new, word) if new else f"no {word}s", style))
    return title.append(f", {known} known", "dim") if known else title


def revision_text(info: RevisionInfo, side: str) -> str:
    """Write a revision as it was named, with its commit; ``side`` stands for one of which nothing is known."""
    if info.commit is None:
        return clean(info.revision or side)
    short = info.commit[:10]
    return short if info.revision in {None, info.commit} else f"{clean(str(info.revision))} ({short})"


def print_findings(console: Console, findings: Sequence[Finding], settled: Settled | None) -> None:
    """Print the findings that are not known with all that belongs to them, then the known ones in a line each."""
    for finding in new_findings(findings, settled):
        console.print()
        print_finding(console, finding)
        if settled and (entry := settled.expired.get(finding.fingerprint)):
            console.print(f"   known until {entry.expires}, and no longer", style="yellow", soft_wrap=True)
    lines = _settled_lines(findings, settled) if settled else []
    if lines:
        console.print()
    for line in lines:
        console.print(line, style="dim", soft_wrap=True)


def _settled_lines(findings: Sequence[Finding], settled: Settled) -> list[str]:
    lines = []
    for finding in findings:
        if entry := settled.known.get(finding.fingerprint):
            until = f" (until {entry.expires})" if entry.expires else ""
            lines.append(f"known{until}: [{finding.rule}] {clean(finding.message)}")
    return lines + [f"gone: [{one.rule}] {clean(one.message)}" for one in in_file_order(settled.gone or ())]


def finding_title(finding: Finding) -> Text:
    """Write what is found in a line."""
    name = f"{finding.level.value}[{finding.rule}]"
    return Text.assemble((name, LEVEL_STYLES[finding.level]), f" {clean(finding.message)}")


def print_finding(console: Console, finding: Finding) -> None:
    """Print a finding with its reason, its trace and its remedy."""
    console.print(finding_title(finding), soft_wrap=True)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", min_width=8, justify="right")
    grid.add_column(overflow="fold")
    grid.add_row("why", clean(finding.reason))
    if len(finding.trace) > 1:
        grid.add_row("trace", trace_tree(finding.trace))
    grid.add_row("do", clean(finding.remedy))
    if finding.location:
        grid.add_row("at", f"{shown(finding.location.path)}:{finding.location.line}")
    console.print(grid)


def trace_tree(trace: Sequence[TraceStep]) -> Tree:
    """Draw the way from a path to a component, each step below the one before, and where it breaks off."""
    first, *others = _shown_steps(trace)
    tree = branch = Tree(first, guide_style="dim")
    for step in others:
        branch = branch.add(step)
    return tree


def _shown_steps(trace: Sequence[TraceStep]) -> Iterator[Text]:
    """Write a long way from both of its ends, for each step is set further in; a break is always among them."""
    hidden = 0
    for index, step in enumerate(trace):
        from_end = min(index, len(trace) - 1 - index)
        if len(trace) <= _SHOWN_STEPS or from_end < _SHOWN_STEPS // 2 or step.kind == "break":
            if hidden:
                yield Text(f"… {counted(hidden, 'more step')}", "dim")
            hidden = 0
            yield _step_text(step)
        else:
            hidden += 1


def _step_text(step: TraceStep) -> Text:
    broken = step.kind == "break"
    return Text(("✗ " if broken else "") + clean(step.name), "bold red" if broken else "", overflow="fold")


def _print_components(console: Console, judgement: Judgement) -> None:
    moved = [one for one in judgement.components if one.verdict is not Verdict.UNCHANGED]
    ranked = sorted(moved, key=lambda one: (-one.verdict.severity, one.component.name))
    if ranked:
        console.print()
    shown_ones = ranked[:_SHOWN_COMPONENTS]
    width = min(_NAME_WIDTH, max((len(clean(one.component.name)) for one in shown_ones), default=0))
    for one in shown_ones:
        line = Text.assemble((f"{one.verdict.value:<10}", VERDICT_STYLES[one.verdict]))
        line.append(f"{clean(one.component.name):<{width}}  ")
        line.append(clean(_because(one)), "dim")
        console.print(line, soft_wrap=True)
    if len(ranked) > _SHOWN_COMPONENTS:
        console.print(f"and {len(ranked) - _SHOWN_COMPONENTS} more (--format json lists all)", style="dim")


def _because(judged: ComponentJudgement) -> str:
    if judged.verdict in {Verdict.RIPPLED, Verdict.REBUILT}:
        return "moved by " + (some(judged.causes) or "its own definition")
    paths = [shown(path.change.path) for path in judged.paths if path.verdict is judged.verdict]
    return some(paths) or (judged.reason if judged.verdict is Verdict.UNKNOWN else "")


def _print_rest(console: Console, report: Report) -> None:
    judgement, census = report.judgement, report.judgement.census
    console.print()
    for side, failed in (("base", report.failed_base), ("head", report.failed_head)):
        for one in failed:
            console.print(
                f"not evaluated at {side}: {clean(one.name)}: {clean(one.message)}", style="yellow", soft_wrap=True
            )
    for unclaimed in judgement.unclaimed[:_SHOWN_DIRECTORIES]:
        where = f"{shown(unclaimed.directory)}/" if unclaimed.directory else "the top directory"
        console.print(f"unclaimed: {counted(len(unclaimed.paths), 'path')} in {where}", style="dim", soft_wrap=True)
    if len(judgement.unclaimed) > _SHOWN_DIRECTORIES:
        more = len(judgement.unclaimed) - _SHOWN_DIRECTORIES
        console.print(f"unclaimed: {more} more directories", style="dim")
    kinds = (
        ("mapped", census.mapped_paths),
        ("unclaimed", census.unclaimed_paths),
        ("Nix expression" if census.expression_paths == 1 else "Nix expressions", census.expression_paths),
        ("housekeeping", census.housekeeping_paths),
        ("ignored", census.ignored_paths),
    )
    parts = ", ".join(f"{number} {kind}" for kind, number in kinds if number)
    console.print(
        f"looked at {counted(census.changed_paths, 'changed path')}{f' ({parts})' if parts else ''}, "
        f"{_sides(census.roots_base, census.roots_head, 'root')}, "
        f"{_sides(census.derivations_base, census.derivations_head, 'derivation')}",
        style="dim",
        soft_wrap=True,
    )


def _sides(base: int, head: int, noun: str) -> str:
    return counted(head, noun) if base == head else f"{base} → {counted(head, noun)}"
