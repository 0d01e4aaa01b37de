"""A comparison of two roots for people: each difference with both values, then what is expected, and what was seen."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nixdrift.explanation.folding import folded_difference
from nixdrift.model import name_of
from nixdrift.naming import without_version
from nixdrift.parity.result import Difference, Operand, Parity, Reference
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.report.text import revision_text

_SHOWN = 60
_LONGEST = 120
_MOST_COMPARED = 400_000
_NAMED = 6
_WIDEST = 28

Labels = tuple[str, str]
"""What the two sides are called in a report."""


def parity_text(parity: Parity, *, width: int = 100, color: bool = False) -> str:
    """Write a comparison for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    page.print(_title(parity), soft_wrap=True)
    names = labels(parity.a, parity.b)
    undeclared = parity.undeclared
    for one in undeclared[:_SHOWN]:
        page.print()
        page.print(Text(one.address, "bold"), soft_wrap=True)
        page.print(_values(one, names))
    if len(undeclared) > _SHOWN:
        page.print()
        page.print(f"and {counted(len(undeclared) - _SHOWN, 'more difference')} (--format json has all)")
    _print_rest(page, parity)
    return text_of(page)


def labels(a: Operand, b: Operand) -> Labels:
    """Give a short name of each side: the last part of the root, or the revision where the roots have one name."""
    choices = (
        [_last_part(one) for one in (a, b)],
        [one.root for one in (a, b)],
        [revision_text(one.revision, "") for one in (a, b)],
    )
    fitting = (names for names in choices if names[0] != names[1] and all(0 < len(name) <= _WIDEST for name in names))
    one, other = next(fitting, ["A", "B"])
    return clean(one), clean(other)


def _last_part(operand: Operand) -> str:
    """Give the last attribute of a root; in the name of a derivation, a dot separates no attributes."""
    name = name_of(operand.derivation).removesuffix(".drv")
    return operand.root if operand.root in {name, without_version(name)} else operand.root.rpartition(".")[2]


def _title(parity: Parity) -> Text:
    number, expected = len(parity.undeclared), len(parity.declared)
    title = Text(counted(number, "difference") if number else "no differences", "bold red" if number else "bold green")
    title.append(f" that nobody expects, {expected} expected" if expected else "", "dim")
    a, b = parity.a, parity.b
    if a.revision == b.revision:
        where = f" · {revision_text(a.revision, '')}".rstrip(" ·")
        return title.append(f" · {clean(a.name)} ↔ {clean(b.name)}{where}", "")
    ends = (f"{clean(one.root)} of {revision_text(one.revision, 'a graph')}" for one in (a, b))
    return title.append(f" · {' ↔ '.join(ends)}", "")


def _values(one: Difference, names: Labels) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", min_width=max(8, *map(len, names)), justify="right")
    grid.add_column(overflow="fold")
    if len(one.route) > 1:
        grid.add_row("in", " → ".join(one.route))
    for label, line in _lines(one, names):
        grid.add_row(label, line)
    for reference in one.references:
        grid.add_row("note", Text(_reference(reference, names), "yellow"))
    return grid


def _lines(one: Difference, names: Labels) -> Iterator[tuple[str, Text]]:
    if one.a is not None and one.b is not None and _is_worth_comparing(one.a, one.b):
        for line in folded_difference(one.a, one.b):
            yield "", Text(clean(line), {"+": "green", "-": "red", "…": "dim"}.get(line[:1], ""))
        return
    for name, value in zip(names, (one.a, one.b), strict=True):
        if value is None:
            yield name, Text("has none", "dim")
            continue
        lines = value.split("\n")
        more = f" … and {counted(len(lines) - 1, 'line')} more" if len(lines) > 1 else ""
        yield name, Text(f"{clean(lines[0])[:_LONGEST] or '(empty)'}{more}")


def _is_worth_comparing(one: str, other: str) -> bool:
    """Tell whether two texts are too long to be shown whole, and not so long that it would take forever."""
    is_long = any(len(text) > _LONGEST or "\n" in text for text in (one, other))
    return is_long and len(one) + len(other) <= _MOST_COMPARED


def _reference(one: Reference, names: Labels) -> str:
    own = names[0 if one.of_a else 1]
    has = {"a": f"only {names[0]} has", "b": f"only {names[1]} has", None: "neither has"}[one.had_by]
    return f"{own} refers to {clean(one.name)}, which {has}"


def _print_rest(page: Console, parity: Parity) -> None:
    page.print()
    if parity.declared:
        addresses = dict.fromkeys(one.address for one in parity.declared)
        page.print(f"expected: {some(list(addresses), most=_NAMED)}", style="dim", soft_wrap=True)
    for unmet in parity.unmet:
        page.print(f"expected, and not there: {clean(unmet.difference)}", style="yellow", soft_wrap=True)
    if parity.undeclared:
        page.print(
            "what is meant to differ: [[compare.expected]] in nixdrift.toml, with the line above its values as "
            "its difference",
            style="dim",
            soft_wrap=True,
        )
    page.print(_census(parity), style="dim", soft_wrap=True)


def _census(parity: Parity) -> str:
    census = parity.census
    seen = [
        f"{counted(census.derivations_a, 'derivation')} and {census.derivations_b:,}",
        f"{counted(census.pairs, 'pair')} of them compared",
        counted(census.files, "pair of files", "pairs of files"),
    ]
    if census.files_not_at_hand:
        seen.append(f"{census.files_not_at_hand} not at hand")
    if census.unpaired:
        seen.append(f"{counted(census.unpaired, 'input')} on one side only")
    return f"looked at {', '.join(seen)}"
