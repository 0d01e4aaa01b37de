"""The findings that are known, where a request names a file of them."""

from collections.abc import Sequence

from nixdrift.dumps import read_input
from nixdrift.judgement import Finding
from nixdrift.report.baseline import KnownFinding, Settled, parse_baseline, settle
from nixdrift.request import Request

Known = tuple[KnownFinding, ...]


def read_known(request: Request) -> Known | None:
    """Read the known findings, before anything else is done; None where no file was named."""
    if request.baseline is None:
        return None
    return parse_baseline(read_input(request.baseline), source=request.baseline)


def settled(
    request: Request, known: Known | None, findings: Sequence[Finding], *, is_whole_audit: bool = False
) -> Settled | None:
    """Say which findings are known on the day of the request."""
    return None if known is None else settle(findings, known, request.today, is_whole_audit=is_whole_audit)
