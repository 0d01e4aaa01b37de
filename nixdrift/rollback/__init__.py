"""Which earlier commit would really bring back another output of a component."""

from nixdrift.rollback.document import rollback_json, rollback_schema
from nixdrift.rollback.result import Candidate, Rollback, acts
from nixdrift.rollback.text import rollback_text

__all__ = ["Candidate", "Rollback", "acts", "rollback_json", "rollback_schema", "rollback_text"]
