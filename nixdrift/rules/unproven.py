"""Sources of a component changed, and so did its output; that the one led to the other could not be proven.

Never taken for healthy. The reason names what is missing.

Fires:

- the contents of an input source are not at hand, as with dumps from another machine
- evaluation itself made a difference, as by a file that an expression reads, and no evaluation without the change
  decided what made it
- it cannot be told which derivation became which

Stays silent:

- an input source is proven to hold the change, or all that differs is proven to come from elsewhere

Usual remedy: let nixdrift evaluate both revisions itself, where sources can be listed and commits be tried.
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
