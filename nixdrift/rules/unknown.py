"""The output of a component whose sources changed is known only after a build.

Its derivation differs, and evaluation cannot say more. A note where the change is an input of the derivation; a
warning where that is not known either.

Fires:

- the output is a floating content-addressed one, or depends on one
- the derivation is impure

Stays silent:

- the derivation is the same on both sides
- the output path is known after evaluation

Usual remedy: build both revisions and compare their outputs.
"""

from collections.abc import Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, changed_paths

_REMEDY = "build both revisions and compare their outputs"


def _explain(_comparison: Comparison, _judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if path.verdict is not Verdict.UNKNOWN:
        return None
    seen = all(step.kind != "break" for step in path.trace)
    return Explanation(_REMEDY, level=Level.NOTE if seen else Level.WARNING)


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    return f"{judged.component.name} has an output that only a build can tell; {changed_paths(paths)} changed"


UNKNOWN = Rule("unknown", Level.WARNING, "the output is known only after a build", explain=_explain, message=_message)
