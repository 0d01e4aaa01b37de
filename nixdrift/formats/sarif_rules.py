"""SARIF's list of rules: what is said of each to people."""

from collections.abc import Iterable

from nixdrift.formats.sarif_results import Document
from nixdrift.judgement import Finding
from nixdrift.report.escapes import clean
from nixdrift.rules.documentation import by_name, documentation
from nixdrift.rules.rule import Rule


def described_rules(findings: Iterable[Finding]) -> list[Document]:
    """Give all rules, and those of the findings that only another version of nixdrift knows."""
    known = [_rule(rule) for rule in by_name()]
    names = {rule["id"] for rule in known}
    return known + [_foreign(name) for name in sorted({clean(one.rule) for one in findings} - names)]


def _foreign(name: str) -> Document:
    # GitHub refuses rules without these three.
    text = {"text": "A rule of another version of nixdrift."}
    return {"id": name, "shortDescription": text, "fullDescription": text, "help": text}


def _rule(rule: Rule) -> Document:
    text = documentation(rule)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(text.split("\n\n")[0].split())},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": rule.level.value},
    }
