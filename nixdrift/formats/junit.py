"""JUnit XML: a component is a test case, so that every CI system shows it.

A component fails where it has new errors or warnings; an attribute that does not evaluate is an error; a component
of which nothing is known is skipped. Notes and known findings are told in the output of a case that passes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from nixdrift.changes import shown
from nixdrift.formats.findings import NotEvaluated, not_evaluated, place, title, worst_first
from nixdrift.judgement import ComponentJudgement, Finding, Level, Verdict
from nixdrift.report import Report
from nixdrift.report.baseline import new_findings
from nixdrift.report.escapes import clean

_NAME = "nixdrift"


@dataclass(frozen=True, slots=True)
class _Case:
    group: str
    name: str
    outcome: str = ""
    """``failure``, ``error`` or ``skipped``; nothing: it passes."""
    message: str = ""
    kind: str = ""
    text: str = ""
    output: str = ""


def render(report: Report) -> bytes:
    """Write a report as the results of a test suite."""
    root = ElementTree.Element("testsuites", name=_NAME)
    cases = _cases(report)
    counts = {"tests": str(len(cases)), **{f"{name}s": _number(cases, name) for name in ("failure", "error")}}
    root.attrib.update(counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": _NAME, **counts, "skipped": _number(cases, "skipped")})
    suite.set("time", "0")
    for case in cases:
        _add(suite, case)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return content + b"\n"


def _number(cases: Iterable[_Case], outcome: str) -> str:
    return str(sum(case.outcome == outcome for case in cases))


def _add(suite: ElementTree.Element, case: _Case) -> None:
    element = ElementTree.SubElement(suite, "testcase", classname=case.group, name=case.name, time="0")
    if case.outcome:
        outcome = ElementTree.SubElement(element, case.outcome, message=case.message)
        # A skipped case has no type in any schema.
        if case.outcome != "skipped":
            outcome.set("type", case.kind)
        outcome.text = case.text
    if case.output:
        ElementTree.SubElement(element, "system-out").text = case.output


def _cases(report: Report) -> list[_Case]:
    new = set(map(id, new_findings(report.findings, report.settled)))
    by_component: dict[str | None, list[Finding]] = {}
    for finding in worst_first(report.findings):
        by_component.setdefault(finding.component, []).append(finding)
    cases = []
    for judged in sorted(report.judgement.components, key=lambda one: one.component.name):
        # Where several components have one name, the first has the findings: each is told once.
        cases.append(_component(judged, by_component.pop(judged.component.name, []), new, report))
    others = [finding for found in by_component.values() for finding in found]
    cases += [_case(f"{_NAME}.findings", _own_name(one), [one], new, report) for one in worst_first(others)]
    return [*cases, *map(_failed, not_evaluated(report))]


def _own_name(finding: Finding) -> str:
    paths = ", ".join(map(shown, finding.paths[:3]))
    return f"{title(finding)} ({paths})" if paths else title(finding)


def _component(judged: ComponentJudgement, found: Sequence[Finding], new: set[int], report: Report) -> _Case:
    case = _case(_NAME, clean(judged.component.name), found, new, report)
    if case.outcome or found or judged.verdict is not Verdict.UNKNOWN:
        return case
    return _Case(case.group, case.name, "skipped", clean(judged.reason))


def _case(group: str, name: str, found: Sequence[Finding], new: set[int], report: Report) -> _Case:
    failing = [one for one in found if id(one) in new and one.level is not Level.NOTE]
    failed = set(map(id, failing))
    output = "\n\n".join(_told(one, new, report) for one in found if id(one) not in failed)
    if not failing:
        return _Case(group, name, output=output)
    more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
    text = "\n\n".join(_text(one, report) for one in failing)
    return _Case(group, name, "failure", clean(failing[0].message) + more, clean(failing[0].rule), text, output)


def _told(finding: Finding, new: set[int], report: Report) -> str:
    return ("" if id(finding) in new else "known: ") + _text(finding, report)


def _text(finding: Finding, report: Report) -> str:
    where = place(finding, report)
    lines = [
        f"{finding.level.value}[{clean(finding.rule)}] {clean(finding.message)}",
        f"why: {clean(finding.reason)}",
        f"do: {clean(finding.remedy)}",
        f"at: {shown(where.path)}:{where.line}",
    ]
    if len(finding.trace) > 1:
        lines.insert(2, "trace: " + " → ".join(clean(step.name) for step in finding.trace))
    return "\n".join(lines)


def _failed(one: NotEvaluated) -> _Case:
    return _Case(f"{_NAME}.{one.side}", one.name, "error", one.sentence, "not-evaluated", one.message)
