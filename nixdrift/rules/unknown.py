"""The output of a component whose sources changed is known only after a build.

Its derivation differs, and evaluation cannot say more: floating content-addressed outputs, what depends on them,
and impure ones. A note where the change is an input of the derivation; a warning where that is not known either.
"""

from collections.abc import Iterator

from nixdrift.judgement import Finding, Judgement, Level, Verdict
from nixdrift.rules.rule import Rule, component_finding, listed, paths_with

_REMEDY = "build both revisions and compare their outputs"


def _findings(judgement: Judgement) -> Iterator[Finding]:
    for judged in judgement.components:
        paths = paths_with(judged, Verdict.UNKNOWN)
        if paths:
            seen = all(step.kind != "break" for path in paths for step in path.trace)
            names = listed(path.change.path for path in paths)
            message = f"{judged.component.name} has an output that only a build can tell; {names} changed"
            level = Level.NOTE if seen else Level.WARNING
            yield component_finding("unknown", level, judged, paths, message=message, remedy=_REMEDY)


UNKNOWN = Rule("unknown", Level.WARNING, "the output is known only after a build", _findings)
