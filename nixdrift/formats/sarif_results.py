"""SARIF's results: a finding with its places, its way and what is known of it."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from nixdrift.changes import shown
from nixdrift.evaluation import Position
from nixdrift.formats.findings import explained, place
from nixdrift.judgement import Finding, TraceStep
from nixdrift.report import Report
from nixdrift.report.baseline import KnownFinding
from nixdrift.report.escapes import clean
from nixdrift.report.page import cut

Document = dict[str, Any]

# GitHub refuses more than 1,000 places of a result and shows 100 of them.
_MOST_PLACES = 99
_MOST_STEPS = 1000
_LONGEST = 10_000


def result(finding: Finding, report: Report, rules: Mapping[str, int]) -> Document:
    """Give a finding as a result; ``rules`` says which place in the list of rules each has."""
    rule, where = clean(finding.rule), place(finding, report)
    component = [] if finding.component is None else [_logical(finding.component)]
    found = {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        "level": finding.level.value,
        "message": message(explained(finding, "\n")),
        "locations": [{**_physical(where), "logicalLocations": component}],
        "relatedLocations": _related(finding, where),
        "partialFingerprints": {"nixdrift/v1": clean(finding.fingerprint)},
    }
    if len(finding.trace) > 1:
        found["codeFlows"] = [_flow(finding, where)]
    if report.settled is not None:
        # An empty list says that somebody looked, and nobody knows it.
        entry = report.settled.known.get(finding.fingerprint)
        found["suppressions"] = [] if entry is None else [_suppression(entry)]
    return found


def message(text: str) -> Document:
    """Give a text as a message in which nothing is taken for a link."""
    is_link = "](" in text
    escaped = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") if is_link else text
    return {"text": cut(escaped, _LONGEST)}


def uri(path: str) -> str:
    """Give a path as a relative reference: every byte that means something in one is encoded."""
    return quote(os.fsencode(path).lstrip(b"/"), safe="/")


def _physical(where: Position) -> Document:
    artifact = {"uri": uri(where.path), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": where.line}}}


def _logical(component: str) -> Document:
    name = clean(component)
    return {"name": name, "fullyQualifiedName": name, "kind": "package"}


def _related(finding: Finding, where: Position) -> list[Document]:
    others = [path for path in finding.paths if path and path != where.path]
    return [
        {"id": number, **_physical(Position(path, 1)), "message": {"text": "A changed path."}}
        for number, path in enumerate(others[:_MOST_PLACES], start=1)
    ]


def _flow(finding: Finding, where: Position) -> Document:
    """Give the way of the change as code scanning shows it: every step needs a place in a file."""
    paths = {shown(path): Position(path, 1) for path in finding.paths if path}
    steps = [_step(step, paths.get(step.name, where)) for step in finding.trace[:_MOST_STEPS]]
    return {"threadFlows": [{"locations": steps}]}


def _step(step: TraceStep, where: Position) -> Document:
    is_broken = step.kind == "break"
    words = "Here the way is broken" if is_broken else clean(step.kind)
    location: Document = {**_physical(where), "message": message(f"{words}: {clean(step.name)}")}
    if step.kind == "component":
        location["logicalLocations"] = [_logical(step.name)]
    return {
        "location": location,
        "kinds": [clean(step.kind)],
        "importance": "essential" if is_broken else "important",
    }


def _suppression(entry: KnownFinding) -> Document:
    until = f", until {entry.expires.isoformat()}" if entry.expires else ""
    return {"kind": "external", "status": "accepted", "justification": f"known in a baseline{until}"}
