"""Sources of a component changed, and its output changed only because of something else.

This looks healthy and is not: the component was rebuilt, but the change is no input of it. The next change of this
kind that comes alone will be stale.
"""

from collections.abc import Iterator

from nixdrift.judgement import Finding, Judgement, Level, Verdict
from nixdrift.rules.rule import Rule, component_finding, listed, paths_with
from nixdrift.rules.stale import wiring_remedy


def _findings(judgement: Judgement) -> Iterator[Finding]:
    for judged in judgement.components:
        paths = paths_with(judged, Verdict.MASKED)
        if paths:
            names = [path.change.path for path in paths]
            by = listed(judged.causes) or "its own definition"
            message = (
                f"{judged.component.name} was rebuilt, but only because of {by}: {listed(names)} is no input of it"
            )
            remedy = wiring_remedy(judged, names)
            yield component_finding("masked", Level.ERROR, judged, paths, message=message, remedy=remedy)


MASKED = Rule("masked", Level.ERROR, "rebuilt, but only because something else changed", _findings)
