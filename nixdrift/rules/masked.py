"""Sources of a component changed, and its output changed only because of something else.

This looks healthy and is not: the component was rebuilt, but the change is no input of it. The next change of this
kind that comes alone will be stale. This rule speaks where no other one knows the cause.

Fires:

- what is stale by itself is changed together with something that the component is built from
- the version or another attribute changes in the same commit, and the sources are not wired

Stays silent:

- the changed content is proven to be an input of the component at head
- whether it is an input cannot be told: that is `unproven`
- whatever `stale` is silent about

Usual remedy: make the path an input of the component, or have `nixdrift.toml` ignore it.
"""

from collections.abc import Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, changed_paths, listed
from nixdrift.rules.stale import wiring_remedy


def _explain(_comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return Explanation(wiring_remedy(judged, path)) if path.verdict is Verdict.MASKED else None


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    by = listed(judged.causes) or "its own definition"
    return f"{judged.component.name} was rebuilt, but only because of {by}: {changed_paths(paths)} is no input of it"


MASKED = Rule(
    "masked", Level.ERROR, "rebuilt, but only because something else changed", explain=_explain, message=_message
)
