"""What in one revision a person should act on."""

from collections.abc import Iterable

from nixdrift.judgement import Finding, UnclaimedDirectory
from nixdrift.rules import Inspection, in_order, inspect
from nixdrift.rules.unclaimed import unclaimed_finding


def audit_findings(inspection: Inspection, unclaimed: Iterable[UnclaimedDirectory]) -> tuple[Finding, ...]:
    """Give what the rules find in one revision, and what can be built of it and is not; worst first."""
    # Not by its paths: a file that is added to it makes no other finding of it.
    nobodys = (unclaimed_finding(one, identity=(one.directory,)) for one in unclaimed if one.manifests)
    return in_order([*inspect(inspection), *nobodys])
