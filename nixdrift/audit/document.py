"""An audit as plain JSON values; ``schema.json`` beside this file describes them."""

from dataclasses import asdict
from importlib import resources

from nixdrift.audit.result import (
    AuditReport,
    InventoryComponent,
    OwnedRegion,
    Owner,
    SourceOfComponent,
)
from nixdrift.report.document import (
    TOOL,
    Document,
    baseline_document,
    clean,
    failed_document,
    finding_document,
    paths_document,
    position_document,
    revision_document,
    unclaimed_document,
    with_shared_definitions,
    written,
)

VERSION = 1
"""The version of the JSON report of an audit; it grows when a consumer would have to change."""


def audit_json(report: AuditReport) -> bytes:
    """Write an audit as JSON: the same audit gives the same bytes."""
    return written(audit_document(report))


def audit_schema() -> bytes:
    """Give the JSON Schema of an audit."""
    return with_shared_definitions(resources.files("nixdrift.audit").joinpath("schema.json").read_bytes())


def audit_document(report: AuditReport) -> Document:
    """Give an audit as JSON values: lists are sorted, unusual paths are quoted as git quotes them."""
    inventory = report.inventory
    return {
        "version": VERSION,
        "tool": TOOL,
        "revision": revision_document(report.revision),
        "census": asdict(inventory.census),
        "components": [_component(one) for one in inventory.components],
        "map": [_owned(one) for one in inventory.owned],
        "unclaimed": [unclaimed_document(one) for one in inventory.unclaimed],
        "ignored": paths_document(inventory.ignored),
        "housekeeping": paths_document(inventory.housekeeping),
        "expressions": paths_document(inventory.expressions),
        "failed": failed_document(inventory.failed),
        "baseline": baseline_document(report.settled),
        "findings": [finding_document(one, report.settled) for one in report.findings],
    }


def _component(component: InventoryComponent) -> Document:
    return {
        "name": clean(component.name),
        "aliases": [clean(alias) for alias in component.aliases],
        "is_root": component.is_root,
        "position": position_document(component.position),
        "derivation": component.derivation,
        "sources": [_source(one) for one in component.sources],
        "paths": component.paths,
        "no_inputs": {
            "paths": paths_document(component.no_inputs.paths),
            "unlisted_sources": [clean(name) for name in component.no_inputs.unlisted],
            "is_all": component.no_inputs.is_all,
        },
    }


def _source(source: SourceOfComponent) -> Document:
    return {
        "store_path": source.path,
        "evidence": source.evidence,
        "origins": paths_document(source.origins),
        "paths": source.paths,
        "left_out": source.left_out,
    }


def _owned(owned: OwnedRegion) -> Document:
    region = owned.region
    return {
        "directory": paths_document([region.directory])[0],
        "is_whole": region.is_whole,
        "number": len(region.paths),
        # What is whole is told by its directory.
        "paths": None if region.is_whole else paths_document(region.paths),
        "owners": [_owner(one) for one in owned.owners],
    }


def _owner(owner: Owner) -> Document:
    return {
        "component": clean(owner.component),
        "evidence": owner.ownership.kind.value,
        "reason": clean(owner.ownership.reason),
    }
