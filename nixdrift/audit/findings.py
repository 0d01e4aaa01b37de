"""What in one revision a person should act on."""

from collections.abc import Iterator

from nixdrift.audit.result import Inventory, InventoryComponent
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.report.page import counted
from nixdrift.rules import Inspection, in_order, inspect
from nixdrift.rules.inert import INERT
from nixdrift.rules.rule import finding, listed
from nixdrift.rules.unclaimed import unclaimed_finding


def audit_findings(inspection: Inspection, inventory: Inventory) -> tuple[Finding, ...]:
    """Give what the rules find in one revision, what can be built of it and is not, and what may be unwired.

    Worst first.
    """
    # Not by its paths: a file that is added to it makes no other finding of it.
    nobodys = (unclaimed_finding(one, identity=(one.directory,)) for one in inventory.unclaimed if one.manifests)
    return in_order([*inspect(inspection), *nobodys, *_unwired(inventory)])


def _unwired(inventory: Inventory) -> Iterator[Finding]:
    """Give the components of whose own paths not one is an input, as far as inputs can tell."""
    for one in inventory.components:
        found = one.no_inputs
        if found.is_all and not found.unlisted:
            yield _finding(one, found.paths)


def _finding(component: InventoryComponent, paths: tuple[str, ...]) -> Finding:
    return finding(
        INERT.id,
        Level.NOTE,
        component.name,
        paths,
        message=f"{component.name} is built from none of its own {counted(len(paths), 'path')}: {listed(paths)}",
        reason="no input source in its closure holds one of them; whether evaluation reads them cannot be seen by that",
        remedy=f"ask whether evaluation reads them: nixdrift probe {component.name}",
        location=component.position,
        trace=(
            TraceStep("path", paths[0]),
            TraceStep("break", "no input source holds it"),
            TraceStep("component", component.name),
        ),
    )
