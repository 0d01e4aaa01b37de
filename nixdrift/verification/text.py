"""A verification for people: what is not live first, then the gate, then what would be fetched."""

from rich.console import Console
from rich.text import Text

from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.timeline.text import called
from nixdrift.verification.result import PLAINLY_LIVE, State, Verification, Verified

STYLES = {State.LIVE: "green", State.UNKNOWN: "magenta", State.MISSING: "red", State.OUTDATED: "bold red"}

_SHOWN_PATHS = 10
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def verification_text(found: Verification, *, width: int = 100, color: bool = False) -> str:
    """Write a verification for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    title = f"{clean(found.deployed)} ({counted(found.deployed_paths, 'path')}) against {called(found.commit)}"
    page.print(Text(title, "bold"), soft_wrap=True)
    order = sorted(found.components, key=lambda one: (one.state is State.LIVE, one.name))
    for one in order:
        _print_component(page, one)
    if found.gaps:
        page.print(
            f"{counted(found.gaps, 'earlier commit')} could not be evaluated, and was passed over", style="yellow"
        )
    if found.gate is not None:
        _print_gate(page, found)
    if found.coverage is not None:
        _print_coverage(page, found)
    return text_of(page)


def _print_component(page: Console, one: Verified) -> None:
    line = Text(f"{one.state.value:<9}", STYLES[one.state])
    line.append(clean(one.name), "bold")
    if one.state is not State.LIVE or one.reason != PLAINLY_LIVE:
        line.append(f": {clean(one.reason)}")
    page.print(line, soft_wrap=True)
    if one.newest is not None and one.behind:
        page.print(f"         from {called(one.newest)}, {counted(one.behind, 'commit')} behind", soft_wrap=True)


def _print_gate(page: Console, found: Verification) -> None:
    gate = found.gate
    if gate is None or gate.is_open:
        page.print(Text("gate: open: this environment is exactly the revision's", "green"), soft_wrap=True)
        return
    page.print(Text("gate: closed", "bold red"))
    for refusal in gate.refusals:
        page.print(f"  {clean(refusal)}", soft_wrap=True)
    if gate.foreign:
        page.print(f"  {some(gate.foreign, _SHOWN_PATHS)}", soft_wrap=True)


def _print_coverage(page: Console, found: Verification) -> None:
    cover = found.coverage
    if cover is None:
        return
    held, fetched = len(cover.held), len(cover.fetched)
    every = held + fetched
    page.print(
        f"coverage: {held:,} of {counted(every, 'path')}, {size(cover.held_bytes)} of "
        f"{size(cover.held_bytes + cover.fetched_bytes)}; to be fetched: {counted(fetched, 'path')}, "
        f"{size(cover.fetched_bytes)}",
        soft_wrap=True,
    )
    for one in cover.fetched[:_SHOWN_PATHS]:
        shown = "?" if one.size is None else size(one.size)
        page.print(f"  {shown:>10}  {one.path}", soft_wrap=True)
    if fetched > _SHOWN_PATHS:
        page.print(f"  and {fetched - _SHOWN_PATHS:,} more: --format json lists all", style="dim")
    unknown = cover.held_of_unknown_size + cover.fetched_of_unknown_size
    if unknown:
        page.print(f"  the size of {counted(unknown, 'path')} is unknown, and not counted", style="yellow")


def size(number: int) -> str:
    """Write a number of bytes."""
    for unit, name in _UNITS:
        if number >= unit:
            return f"{number / unit:,.1f} {name}"
    return f"{number:,} B"
