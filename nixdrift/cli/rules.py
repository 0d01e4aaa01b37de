"""``nixdrift rules``."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from nixdrift.rules.documentation import by_name

    return [CompletionItem(one.id, help=one.summary) for one in by_name() if one.id.startswith(incomplete)]


@click.command(
    epilog="""\b
Examples:
  nixdrift rules             all of them, a line each
  nixdrift rules masked      what one means, when it fires, and when it stays silent
"""
)
@click.argument("rule", required=False, metavar="[RULE]", shell_complete=_names)
def rules(rule: str | None) -> int:
    """List the rules, or say all about one: what it means, when it fires, when it stays silent."""
    from nixdrift.cli.output import fitting, write

    text = _table() if rule is None else _about(rule)
    write(fitting(text).encode(), None)
    return 0


def _about(name: str) -> str:
    from nixdrift.rules.documentation import documentation, find_rule

    rule = find_rule(name)
    return f"{rule.id} ({rule.level.value}): {rule.summary}\n\n{documentation(rule)}\n"


def _table() -> str:
    from rich.table import Table
    from rich.text import Text

    from nixdrift.cli.output import page
    from nixdrift.report.page import new_page, text_of
    from nixdrift.report.text import LEVEL_STYLES
    from nixdrift.rules.documentation import by_name

    width, color = page(to_file=False)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in ("rule", "level", "what it finds"):
        table.add_column(column, overflow="fold", no_wrap=column != "what it finds")
    for rule in by_name():
        table.add_row(rule.id, Text(rule.level.value, LEVEL_STYLES[rule.level]), rule.summary)
    shown = new_page(width=width, color=color)
    shown.print(table)
    return text_of(shown)
