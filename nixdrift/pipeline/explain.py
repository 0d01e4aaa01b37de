"""Why a component has its verdict: compare two revisions, and look into what differs."""

from nixdrift.comparison.lookup import component_named
from nixdrift.explanation import Explanation, differences
from nixdrift.explanation.result import Differences
from nixdrift.judgement import ComponentJudgement
from nixdrift.pipeline.check import Compared, compared
from nixdrift.request import CheckRequest


def explain(request: CheckRequest, name: str) -> Explanation:
    """Explain the verdict of the component of a name.

    Raises `NixdriftError` where that cannot be done, and `UsageError` where there is no such component.
    """
    found = compared(request)
    comparison = found.comparison
    judged = {one.component: one for one in comparison.judgement.components}
    component = component_named(name, tuple(judged))
    return explanation(found, judged[component], show_values=request.show_values)


def explanation(found: Compared, judged: ComponentJudgement, *, show_values: bool = False) -> Explanation:
    """Explain the verdict of one component of a comparison."""
    comparison, report, component = found.comparison, found.report(), judged.component
    differing = Differences((), (), 0)
    if component.before is not None and component.after is not None and component.before != component.after:
        differing = differences(
            comparison.before,
            comparison.after,
            comparison.changes,
            component.name,
            component.before,
            component.after,
            show_values=show_values,
        )
    findings = tuple(one for one in report.findings if one.component == component.name)
    failed = tuple(dict.fromkeys((*report.failed_base, *report.failed_head)))
    return Explanation(found.base, found.head, judged, differing, findings, failed, comparison.judgement.census)
