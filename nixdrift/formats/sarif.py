"""SARIF 2.1.0: what code scanning, in GitHub and elsewhere, and editors read.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""

import gzip
from collections.abc import Sequence

from nixdrift import __version__
from nixdrift.formats.findings import not_evaluated, worst_first
from nixdrift.formats.sarif_results import Document, message, result
from nixdrift.formats.sarif_rules import described_rules
from nixdrift.judgement import Finding
from nixdrift.report import Report, RevisionInfo
from nixdrift.report.baseline import new_findings
from nixdrift.report.document import revision_document, written
from nixdrift.report.page import counted, cut

# GitHub refuses files with more results, or that are larger when they are compressed.
_MOST_RESULTS = 25_000
_MOST_BYTES = 10_000_000
_MOST_NOTIFICATIONS = 1000
_LONGEST = 2000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> bytes:
    """Write a report as one SARIF run; of too many results, the most severe ones."""
    ranked = _ranked(report)
    number = min(len(ranked), _MOST_RESULTS)
    while True:
        content = _written(report, ranked[:number], len(ranked) - number)
        size = _size(content)
        if size <= _MOST_BYTES or not number:
            return content
        number = int(number * 0.9 * _MOST_BYTES / size)


def _ranked(report: Report) -> list[Finding]:
    """Sort findings so that what is left out matters least: known ones last."""
    new = set(map(id, new_findings(report.findings, report.settled)))
    return sorted(worst_first(report.findings), key=lambda one: id(one) not in new)


def _size(content: bytes) -> int:
    return len(content) if len(content) <= _MOST_BYTES else len(gzip.compress(content, mtime=0))


def _written(report: Report, kept: Sequence[Finding], left_out: int) -> bytes:
    rules = described_rules(kept)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "nixdrift", "version": __version__, "rules": rules}},
        "automationDetails": {"id": "nixdrift/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top directory of the repository."}}},
        "invocations": [_invocation(report, left_out)],
        "results": [result(one, report, places) for one in kept],
        "properties": {"base": _revision(report.base), "head": _revision(report.head)},
    }
    return written({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _revision(info: RevisionInfo) -> Document:
    return {name: value for name, value in revision_document(info).items() if value is not None}


def _invocation(report: Report, left_out: int) -> Document:
    """Say whether all was judged; a run that was not whole is not to be taken for a clean one."""
    failed = not_evaluated(report)
    told = [_notification(one.sentence, "error", "not-evaluated") for one in failed[:_MOST_NOTIFICATIONS]]
    if len(failed) > len(told):
        more = counted(len(failed) - len(told), "more attribute")
        told.append(_notification(f"{more} did not evaluate", "error", "not-evaluated"))
    if left_out:
        text = f"{counted(left_out, 'finding')} left out, the least severe ones: this format has limits, JSON has all"
        told.append(_notification(text, "warning", "left-out"))
    is_whole = not failed and not report.judgement.census.roots_failed
    return {"executionSuccessful": is_whole, "toolExecutionNotifications": told}


def _notification(text: str, level: str, name: str) -> Document:
    return {"descriptor": {"id": name}, "level": level, "message": message(cut(text, _LONGEST))}
