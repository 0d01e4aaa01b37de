"""Reports to be written in every format: what they say was judged, though no Nix evaluated it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from nixdrift.evaluation import FailedAttribute
from nixdrift.model import StorePath
from nixdrift.report import Report
from nixdrift.report.baseline import AUDIT, Settled, known_finding
from tests.worlds import STACK, Expression, Files, Revision, edited, make_world, stack

Roots = Mapping[str, StorePath]

UNUSUAL = "goinstance/new\nline \udcff \x1b[31m"


def unwired(revision: Revision) -> Roots:
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform])}


def reported(expression: Expression, edit: Files, files: Files = STACK) -> Report:
    return make_world(expression, files, edited(files, edit)).report()


def rich_report() -> Report:
    """Give a report with everything in it."""
    files = {**STACK, "tools/go.mod": "module example.org/tools\n"}
    edit = {
        "goinstance/main.go": "new\n",
        UNUSUAL: "new\n",
        "platform/platform.txt": "new\n",
        "tools/x.go": "new\n",
        "docs/operations.md": "new\n",
        "flake.nix": "{ }\n",
    }
    report = reported(unwired, edit, files)
    failed = (FailedAttribute("br\x1boken", "error:\x1b[31m it throws\nfor a reason"),)
    return replace(report, failed_base=failed, failed_head=failed)


REPORTS = {
    "nothing": lambda: reported(stack, {}),
    "healthy": lambda: reported(stack, {"goinstance/main.go": "new\n"}),
    "everything": rich_report,
    "added": lambda: make_world(lambda revision: {}, STACK, STACK, new_expression=stack).report(),
    "known": lambda: with_known(rich_report()),
    "masked": lambda: reported(unwired, {"goinstance/main.go": "new\n", "platform/platform.txt": "new\n"}),
}
"""Name → what makes a report."""


def with_known(report: Report) -> Report:
    """Give a report of which one finding is known until a day, one was, and another one is gone."""
    known, expired = (known_finding(one, AUDIT) for one in report.findings[:2])
    gone = replace(known, fingerprint="0" * 16, message="a finding that is gone")
    day = date(2024, 1, 31)
    return replace(
        report,
        settled=Settled(
            {known.fingerprint: replace(known, expires=day)},
            {expired.fingerprint: replace(expired, expires=day)},
            (gone,),
        ),
    )
