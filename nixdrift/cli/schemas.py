"""The JSON Schemas of what commands write."""

from collections.abc import Callable, Mapping

from nixdrift.affected.document import affected_schema
from nixdrift.audit.document import audit_schema
from nixdrift.explanation.document import explanation_schema
from nixdrift.parity.document import parity_schema
from nixdrift.probe.document import probe_schema
from nixdrift.report import schema as report_schema
from nixdrift.rollback import rollback_schema
from nixdrift.timeline.document import timeline_schema
from nixdrift.verification import verification_schema

SCHEMAS: Mapping[str, Callable[[], bytes]] = {
    "check": report_schema,
    "audit": audit_schema,
    "explain": explanation_schema,
    "affected": affected_schema,
    "probe": probe_schema,
    "history": timeline_schema,
    "rollback": rollback_schema,
    "verify": verification_schema,
    "compare": parity_schema,
}
"""Command → the JSON Schema of what it writes as JSON."""
