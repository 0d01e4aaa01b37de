"""Which components moved, and how far they are from what changed."""

from nixdrift.affected import Affected
from nixdrift.affected import affected as components_affected
from nixdrift.judgement import Verdict
from nixdrift.pipeline.check import Compared, compared
from nixdrift.request import CheckRequest


def affected(request: CheckRequest) -> Affected:
    """Find what moved between two revisions, or may have.

    Raises `NixdriftError` where that cannot be done.
    """
    return affected_by(compared(request))


def affected_by(found: Compared) -> Affected:
    """Find what moved in a comparison, or may have."""
    comparison = found.comparison
    judgement = comparison.judgement
    return Affected(
        found.base,
        found.head,
        components_affected(comparison),
        tuple(one.component.name for one in judgement.components if one.verdict is Verdict.REMOVED),
        comparison.after.evaluation.failed,
        comparison.before.evaluation.failed,
        judgement.census,
    )
