"""An audit for people: the findings, then the map of the repository as a table or a tree, then what is nobody's."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from nixdrift.audit.result import AuditReport, Inventory, InventoryComponent, OwnedRegion, Region
from nixdrift.changes import shown
from nixdrift.judgement import OwnershipKind, UnclaimedDirectory
from nixdrift.report.document import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.report.text import findings_title, print_findings, revision_text

_STYLES = {OwnershipKind.DECLARED: "cyan", OwnershipKind.PROVEN: "green", OwnershipKind.INFERRED: "yellow"}
_NAME_WIDTH = 44
_SHOWN = 8
"""How many directories a line names."""


def audit_text(report: AuditReport, *, as_tree: bool = False, width: int = 100, color: bool = False) -> str:
    """Write an audit for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    page.print(_summary(report), soft_wrap=True)
    print_findings(page, report.findings, report.settled)
    inventory = report.inventory
    if inventory.owned:
        page.print()
        page.print(_tree(inventory.owned) if as_tree else _table(inventory.owned))
    _print_rest(page, inventory)
    return text_of(page)


def _summary(report: AuditReport) -> Text:
    census = report.inventory.census
    text = findings_title(report.findings, report.settled, is_complete=not census.roots_failed)
    text.append(f" · {revision_text(report.revision, 'revision')} · {counted(census.components, 'component')}", "")
    text.append(f", {counted(census.paths, 'path')}: {census.claimed_paths} claimed", "")
    text.append(f", {census.unclaimed_paths} unclaimed" if census.unclaimed_paths else "", "yellow")
    if census.roots_failed:
        text.append(f", {counted(census.roots_failed, 'attribute')} not evaluated", "bold yellow")
    return text


def _table(owned: Iterable[OwnedRegion]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    rows = list(owned)
    names = [clean(owner.component) for one in rows for owner in one.owners]
    table.add_column("path", overflow="fold")
    table.add_column("component", overflow="fold", min_width=min(_NAME_WIDTH, max(map(len, names), default=0)))
    table.add_column("evidence")
    table.add_column("why", overflow="fold", style="dim")
    for one in rows:
        name = region_name(one.region)
        for owner in one.owners:
            kind = owner.ownership.kind
            evidence = Text(kind.value, _STYLES[kind])
            table.add_row(name, clean(owner.component), evidence, clean(owner.ownership.reason))
            name = ""
    return table


def _tree(owned: Iterable[OwnedRegion]) -> Tree:
    tree = Tree(".", guide_style="dim")
    branches = {"": tree}
    for one in owned:
        directory, name = _place(one.region)
        parent = _branch(branches, directory)
        line = Text(name + "  ")
        for number, owner in enumerate(one.owners):
            line.append(", " if number else "")
            line.append(clean(owner.component), "bold")
            line.append(f" {owner.ownership.kind.value}", _STYLES[owner.ownership.kind])
        parent.add(line)
    return tree


def _branch(branches: dict[str, Tree], directory: str) -> Tree:
    """Give the branch of a directory, grown from that of the directory above."""
    if directory not in branches:
        above, _, name = directory.rpartition("/")
        branches[directory] = _branch(branches, above).add(f"{shown(name)}/", style="dim")
    return branches[directory]


def _place(region: Region) -> tuple[str, str]:
    """Give the directory under which a region hangs in the tree, and what it is called there."""
    if not region.is_whole:
        return region.directory, some([shown(path.rpartition("/")[2]) for path in region.paths])
    above, _, name = region.directory.rpartition("/")
    return above, f"{shown(name)}/" if name else "everything"


def region_name(region: Region) -> str:
    """Write a region in a line: a directory with its slash, or the files that are meant."""
    if region.is_whole:
        return f"{shown(region.directory)}/" if region.directory else "the whole repository"
    if len(region.paths) == 1:
        return shown(region.paths[0])
    names = some([shown(path.rpartition("/")[2]) for path in region.paths])
    return f"{shown(region.directory)}/: {names}" if region.directory else names


def _print_rest(page: Console, inventory: Inventory) -> None:
    page.print()
    for failed in inventory.failed:
        page.print(f"not evaluated: {clean(failed.name)}: {clean(failed.message)}", style="yellow", soft_wrap=True)
    lines = [line for one in inventory.components for line in _no_inputs(one)]
    for line in lines:
        page.print(line, soft_wrap=True)
    if lines:
        page.print("whether evaluation reads them, `nixdrift probe` tells", style="dim", soft_wrap=True)
    for unclaimed in inventory.unclaimed:
        page.print(_unclaimed(unclaimed), style="dim", soft_wrap=True)
    page.print(_census(inventory), style="dim", soft_wrap=True)


def _no_inputs(component: InventoryComponent) -> Iterator[Text]:
    found = component.no_inputs
    if not found.paths:
        return
    names = some([region_name(region) for region in found.regions], most=_SHOWN)
    text = Text("no input of ")
    text.append(clean(component.name), "bold")
    text.append(f": {names} ({counted(len(found.paths), 'path')})")
    if found.unlisted:
        text.append(f", unless {some([clean(name) for name in found.unlisted])} holds some, which could not be listed")
    yield text


def _unclaimed(unclaimed: UnclaimedDirectory) -> str:
    where = f"{shown(unclaimed.directory)}/" if unclaimed.directory else "the top directory"
    if unclaimed.manifests:
        where += f" (with {some([shown(path) for path in unclaimed.manifests])})"
    return f"unclaimed: {counted(len(unclaimed.paths), 'path')} in {where}"


def _census(inventory: Inventory) -> str:
    census = inventory.census
    kinds = (
        ("claimed", census.claimed_paths),
        ("unclaimed", census.unclaimed_paths),
        ("Nix expression" if census.expression_paths == 1 else "Nix expressions", census.expression_paths),
        ("housekeeping", census.housekeeping_paths),
        ("ignored", census.ignored_paths),
    )
    parts = ", ".join(f"{number} {kind}" for kind, number in kinds if number)
    return (
        f"looked at {counted(census.paths, 'path')}{f' ({parts})' if parts else ''}, {counted(census.roots, 'root')}, "
        f"{counted(census.derivations, 'derivation')}, {counted(census.input_sources, 'input source')}, "
        f"of which {census.local_sources} from the repository"
    )
