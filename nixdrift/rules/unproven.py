"""Sources of a component changed, and so did its output; that the one led to the other could not be proven.

Never taken for healthy. The reason names what is missing: a source whose contents are not at hand, or a difference
that evaluation made by itself.
"""

from collections.abc import Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, changed_paths

_REMEDY = (
    "let nixdrift evaluate both revisions itself, where the sources can be listed; "
    "with dumps, give the repository and the store that they came from (--repository, --store)"
)


def _explain(_comparison: Comparison, _judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return Explanation(_REMEDY) if path.verdict is Verdict.UNPROVEN else None


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    return f"{judged.component.name} changed; not proven that it did because of {changed_paths(paths)}"


UNPROVEN = Rule("unproven", Level.WARNING, "changed, not proven why", explain=_explain, message=_message)
