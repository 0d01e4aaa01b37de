"""A probe for people: the findings, then what each component makes of its files."""

from rich.console import Console
from rich.text import Text

from nixdrift.changes import shown
from nixdrift.probe.facts import Kind
from nixdrift.probe.result import Probed, ProbedComponent, ProbeReport
from nixdrift.report.document import clean
from nixdrift.report.page import counted, new_page, text_of
from nixdrift.report.text import print_finding

_SHOWN = 5


def probe_text(report: ProbeReport, *, width: int = 100, color: bool = False) -> str:
    """Write a probe for a person; ``width`` is in characters."""
    revision, probed, findings = report.revision, report.probed, report.findings
    console = new_page(width=width, color=color)
    number = len(findings)
    where = (revision.commit or "")[:10]
    title = Text(f"{number} finding{'' if number == 1 else 's'}" if number else "no findings")
    title.stylize("bold red" if number else "bold green")
    console.print(title + Text(f" · probe of {clean(revision.revision or '')} ({where})"), soft_wrap=True)
    for one in findings:
        console.print()
        print_finding(console, one)
    console.print()
    for component in probed.components:
        if component.facts:
            console.print(_line(component), soft_wrap=True)
    _print_rest(console, probed)
    return text_of(console)


_WORDS = {
    Kind.INPUT: "input",
    Kind.READ: "read by evaluation",
    Kind.FROZEN: "behind a fixed output",
    Kind.INERT: "without influence",
    Kind.PINNED: "pinned",
    Kind.OPEN: "not told",
}


def _line(component: ProbedComponent) -> str:
    counts = [(len(component.paths(kind)), words) for kind, words in _WORDS.items()]
    return f"{clean(component.name)}: " + ", ".join(f"{number} {words}" for number, words in counts if number)


def _print_rest(console: Console, probed: Probed) -> None:
    inert = sorted(path for path, fact in probed.rest.items() if fact.kind is Kind.INERT)
    if inert:
        more = f" and {len(inert) - _SHOWN} more" if len(inert) > _SHOWN else ""
        names = ", ".join(shown(path) for path in inert[:_SHOWN])
        console.print(f"nobody's, and without influence on anything: {names}{more}", style="dim", soft_wrap=True)
    census = probed.census
    known = f" ({census.known_facts} known from before)" if census.known_facts else ""
    apart = [
        (census.expression_paths, "Nix expressions"),
        (census.housekeeping_paths, "housekeeping"),
        (census.ignored_paths, "ignored"),
    ]
    left = ", ".join(f"{number} {words}" for number, words in apart if number)
    console.print(
        f"changed {counted(census.paths, 'path')}{known} of {counted(census.components, 'component')}"
        f" in {counted(census.evaluations, 'evaluation')}" + (f"; left alone: {left}" if left else ""),
        style="dim",
        soft_wrap=True,
    )
