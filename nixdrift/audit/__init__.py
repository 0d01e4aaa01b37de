"""One revision by itself: whose each of its paths is, and which are inputs of nothing. Pure, given its evidence."""

from nixdrift.audit.findings import audit_findings
from nixdrift.audit.inventory import take_inventory
from nixdrift.audit.result import AuditReport, Inventory

__all__ = ["AuditReport", "Inventory", "audit_findings", "take_inventory"]
