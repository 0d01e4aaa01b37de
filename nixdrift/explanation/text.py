"""An explanation for people: the verdict, each changed path with its way, then what differs, causes first."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nixdrift.changes import shown
from nixdrift.difference import DerivationDifference, FieldDifference, InputDifference, SourceDifference
from nixdrift.explanation.folding import folded_difference
from nixdrift.explanation.result import Explanation
from nixdrift.judgement import ComponentJudgement, Moved, PathJudgement
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.report.text import VERDICT_STYLES, finding_title, revision_text, trace_tree

_SHOWN_CAUSES = 8
_SHOWN_PATHS = 6


def explanation_text(explanation: Explanation, *, width: int = 100, color: bool = False) -> str:
    """Write an explanation for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    judged = explanation.judged
    name, verdict = clean(judged.component.name), judged.verdict
    between = f"{revision_text(explanation.base, 'base')} → {revision_text(explanation.head, 'head')}"
    title = Text.assemble((name, "bold"), ": ", (verdict.value, VERDICT_STYLES[verdict]), f" · {between}")
    page.print(title, soft_wrap=True)
    if not judged.paths:
        page.print(clean(judged.reason), soft_wrap=True)
    for path in judged.paths:
        page.print()
        _print_path(page, path)
    _print_differences(page, explanation)
    _print_findings(page, explanation)
    return text_of(page)


def _print_findings(page: Console, explanation: Explanation) -> None:
    """Print what to do: the reasons and the ways are told already."""
    for finding in explanation.findings:
        page.print()
        page.print(finding_title(finding), soft_wrap=True)
        grid = _grid()
        grid.add_row("do", clean(finding.remedy))
        page.print(grid)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", min_width=8, justify="right")
    grid.add_column(overflow="fold")
    return grid


def _print_path(page: Console, path: PathJudgement) -> None:
    verdict = (path.verdict.value, VERDICT_STYLES[path.verdict])
    page.print(Text.assemble(verdict, f" {shown(path.change.path)} ({path.change.kind.value})"), soft_wrap=True)
    grid = _grid()
    grid.add_row("whose", f"{path.ownership.kind.value}: {clean(path.ownership.reason)}")
    grid.add_row("why", clean(path.reason))
    if path.trace:
        grid.add_row("trace", trace_tree(path.trace))
    if path.delivered_by:
        grid.add_row("but", f"{some([clean(name) for name in path.delivered_by])} takes it by another way")
    page.print(grid)


def _print_differences(page: Console, explanation: Explanation) -> None:
    judged, found = explanation.judged, explanation.differences
    page.print()
    if not (found.causes or found.no_causes):
        page.print(_without_difference(judged), style="dim", soft_wrap=True)
        return
    for cause in found.causes[:_SHOWN_CAUSES]:
        page.print(_heading("cause", cause), soft_wrap=True)
        page.print(_differences(cause))
    if others := [clean(one.name) for one in found.causes[_SHOWN_CAUSES:]]:
        page.print(f"{len(others)} more causes: {some(others, most=12)} (--format json has all)", soft_wrap=True)
    for one in found.no_causes:
        heading = _heading("no cause", one)
        page.print(heading.append(": its output is fixed, and the same as before", "dim"), soft_wrap=True)
        page.print(_differences(one))
    if found.follow:
        words = "differs only because of its inputs" if found.follow == 1 else "differ only because of their inputs"
        page.print(f"{counted(found.follow, 'derivation')} {words}", style="dim", soft_wrap=True)


def _without_difference(judged: ComponentJudgement) -> str:
    component = judged.component
    if component.before is None or component.after is None:
        return "there is no derivation on the other side that it could be compared with"
    if component.before == component.after:
        return "its derivation is the same on both sides: nothing that changed is in it"
    return "nothing differs that can be named"


def _heading(what: str, one: DerivationDifference) -> Text:
    style = "bold green" if what == "cause" else "bold yellow"
    text = Text.assemble((what, style), " ", (clean(one.name), "bold"))
    if one.distance:
        text.append(f" ({counted(one.distance, 'derivation')} away: {_route(one.route)})", "dim")
    if one.moved is Moved.UNKNOWN:
        text.append(" (whether its output moved, a build will tell)", "yellow")
    return text


def _route(route: Sequence[str]) -> str:
    names = [clean(name) for name in route]
    return " → ".join(names if len(names) <= 5 else [*names[:2], f"{len(names) - 4} more", *names[-2:]])


def _differences(one: DerivationDifference) -> Table:
    grid = _grid()
    for source in one.own.sources:
        grid.add_row("source", _source(source))
    for used in one.own.inputs:
        grid.add_row("input", _input(used))
    for field in one.own.fields:
        for label, line in _field(field):
            grid.add_row(label, line)
    if not (one.own.sources or one.own.inputs or one.own.fields):
        grid.add_row("", Text("only its inputs differ", "dim"))
    return grid


def _source(one: SourceDifference) -> str:
    before, after = _origins(one.name, one.before), _origins(one.name, one.after)
    if one.before is None:
        return f"{after}: new"
    if one.after is None:
        return f"{before}: no longer"
    where = after if before == after else f"{before}, now {after}"
    changed = some([shown(path) for path in one.paths], most=_SHOWN_PATHS)
    return f"{where}: {changed} changed" if changed else f"{where}: its content differs"


def _origins(name: str, origins: tuple[str, ...] | None) -> str:
    if not origins:
        return f"{clean(name)} (not from the repository)"
    return " or ".join(f"{shown(origin)}" if origin else "the repository" for origin in origins)


def _input(one: InputDifference) -> str:
    if one.before is None:
        return f"{clean(one.name)} ({clean(one.after or '')}): new"
    if one.after is None:
        return f"{clean(one.name)} ({clean(one.before)}): no longer"
    return f"{clean(one.name)}: {clean(one.before)} was used, now {clean(one.after)}"


def _field(one: FieldDifference) -> Iterator[tuple[str, Text]]:
    """Give the lines of a difference, the first with the field's name."""
    label, name = one.field, f"{clean(one.name)}: " if one.name else ""
    if one.before is None or one.after is None:
        text = one.after if one.before is None else one.before
        lines = (text or "").split("\n")
        more = f" … and {counted(len(lines) - 1, 'line')} more" if len(lines) > 1 else ""
        yield label, Text(f"{name}{'new' if one.before is None else 'no longer'}: {clean(lines[0])[:200]}{more}")
        return
    lines = folded_difference(one.before, one.after)
    if len(lines) == 1:
        yield label, Text(f"{name}{clean(lines[0])}")
        return
    yield label, Text(name.rstrip())
    for line in lines:
        yield "", Text(clean(line), {"+": "green", "-": "red", "…": "dim"}.get(line[:1], ""))
