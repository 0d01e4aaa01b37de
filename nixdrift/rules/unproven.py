"""Sources of a component changed, and so did its output; that the one led to the other could not be proven.

Never taken for healthy. The reason names what is missing: a source whose contents are not at hand, or a difference
that evaluation made by itself.
"""

from collections.abc import Iterator

from nixdrift.judgement import Finding, Judgement, Level, Verdict
from nixdrift.rules.rule import Rule, component_finding, listed, paths_with

_REMEDY = (
    "let nixdrift evaluate both revisions itself, where the sources can be listed; "
    "with dumps, give the repository and the store that they came from (--repository, --store)"
)


def _findings(judgement: Judgement) -> Iterator[Finding]:
    for judged in judgement.components:
        paths = paths_with(judged, Verdict.UNPROVEN)
        if paths:
            names = listed(path.change.path for path in paths)
            message = f"{judged.component.name} changed; not proven that it did because of {names}"
            yield component_finding("unproven", Level.WARNING, judged, paths, message=message, remedy=_REMEDY)


UNPROVEN = Rule("unproven", Level.WARNING, "changed, not proven why", _findings)
