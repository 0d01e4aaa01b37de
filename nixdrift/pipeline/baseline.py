"""Today's findings, to be known from now on: those of a check of HEAD, and those of an audit of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from nixdrift.dumps import read_input
from nixdrift.evaluation import FailedAttribute
from nixdrift.pipeline.audit import audit
from nixdrift.pipeline.check import check
from nixdrift.report.baseline import AUDIT, CHECK, KnownFinding, known_finding, read_findings
from nixdrift.request import CheckRequest, Request, RevisionRequest

HEAD = "HEAD"


@dataclass(frozen=True, slots=True)
class Today:
    """What is found today, and what could not be looked at."""

    findings: tuple[KnownFinding, ...]
    failed: tuple[FailedAttribute, ...] = ()


def findings_of_today(request: CheckRequest) -> Today:
    """Check a commit and audit it.

    Raises `NixdriftError` where that cannot be done.
    """
    shared = {one.name: getattr(request, one.name) for one in fields(Request)}
    checked = check(request)
    audited = audit(RevisionRequest(revision=request.head or HEAD, **shared))
    found = [*(known_finding(one, CHECK) for one in checked.findings)]
    found += [known_finding(one, AUDIT) for one in audited.findings]
    failed = (*checked.failed_base, *checked.failed_head, *audited.inventory.failed)
    return Today(tuple(found), failed)


def findings_of_reports(files: Iterable[str]) -> Today:
    """Take the findings of saved JSON reports of checks and audits.

    Raises `InvalidInputError` for what is none.
    """
    return Today(tuple(one for file in files for one in read_findings(read_input(file), source=file)))
